import type { Files } from '../../host/host.ts';

/**
 * Configuration files of the classic manager's beside its usual one: `vdo --confFile=FILE` (`-f`) takes any, and what is
 * to be started at boot from another has a unit of the administrator's for it.
 */

/** Where an administrator puts units. Those of packages are elsewhere, and name the usual file. */
const unitDirectory = '/etc/systemd/system';

/** The files that the units of this host name, each once, as their commands have them. */
export function listFurtherFiles(files: Files, usual: string): string[] {
  const named = listUnitTexts(files).flatMap((text) => text.split('\n').flatMap(findConfFile));
  const resolve = (path: string): string => {
    const resolved = files.resolve(path);
    return resolved.kind === 'read' ? resolved.value : path;
  };
  const own = resolve(usual);
  return [...new Set(named)].filter((path) => path !== usual && resolve(path) !== own);
}

/** Of services and of what is dropped in beside them. */
function listUnitTexts(files: Files): string[] {
  const list = (path: string): string[] => {
    const names = files.list(path);
    return names.kind === 'read' ? names.value.map((name) => `${path}/${name}`) : [];
  };
  const paths = list(unitDirectory).flatMap((path) => {
    if (path.endsWith('.service')) return [path];
    return path.endsWith('.service.d') ? list(path).filter((each) => each.endsWith('.conf')) : [];
  });
  return paths.flatMap((path) => {
    const text = files.readText(path);
    return text.kind === 'read' ? [text.value] : [];
  });
}

/** `ExecStart=-/usr/bin/vdo start --all --confFile /etc/data.yml`; what systemd fills in (`%i`) is not known here. */
function findConfFile(line: string): string[] {
  const [, command = ''] = /^\s*Exec\w+\s*=\s*[-@:+!]*(.*)$/.exec(line) ?? [];
  const words = (command.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) =>
    word.replace(/^(["'])(.*)\1$/, '$2'),
  );
  const at = words.findIndex((word) => word.split('/').at(-1) === 'vdo');
  if (at === -1) return [];
  const rest = words.slice(at + 1);
  const found = rest.flatMap((word, position) => {
    const [, attached] = /^(?:-f|--confFile=)(.+)$/.exec(word) ?? [];
    return word === '-f' || word === '--confFile' ? [rest[position + 1] ?? ''] : [attached ?? ''];
  });
  return found.filter((path) => path.startsWith('/') && !path.includes('%'));
}
