import type { Files } from '../../host/host.ts';

/**
 * Configuration files of the classic manager's beside its usual one: `vdo --confFile=FILE` (`-f`) takes any, and what is
 * to be started at boot from another has a unit of the administrator's for it.
 */

/** Where an administrator puts units. Those of packages are elsewhere, and name the usual file. */
const unitDirectory = '/etc/systemd/system';

/** A file elsewhere may lie on a volume that hangs, and reading it would hang too. */
const readable = '/etc/';

/** Each file that the units of this host name, once, as their commands have it, and whether it may be looked at. */
export function listFurtherFiles(
  files: Files,
  usual: string,
): { readonly path: string; readonly isReadable: boolean }[] {
  const named = listUnitTexts(files).flatMap((text) => text.split('\n').flatMap(findConfFile));
  const resolve = (path: string): string => {
    const resolved = files.resolve(path);
    return resolved.kind === 'read' ? resolved.value : path;
  };
  const own = resolve(usual);
  return [...new Set(named)]
    .filter((path) => path !== usual)
    .map((path) => ({ path, isReadable: isBelowEtc(files, path) }))
    .filter(({ path, isReadable }) => !isReadable || resolve(path) !== own);
}

/** By its words, and no link on the way: following one opens what it leads to. */
function isBelowEtc(files: Files, path: string): boolean {
  if (!path.startsWith(readable) || path.split('/').includes('..')) return false;
  const parts = path.split('/').slice(2);
  return parts.every((_part, at) => {
    const place = readable + parts.slice(0, at + 1).join('/');
    return files.readLink(place).kind !== 'read';
  });
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
  // A link leads to a unit of a package, or to where a look may hang.
  const own = paths.filter((path) => files.readLink(path).kind !== 'read');
  return own.flatMap((path) => {
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
