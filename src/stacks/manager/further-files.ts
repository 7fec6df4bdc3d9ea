import type { Files } from '../../host/host.ts';

/**
 * Configuration files of the classic manager besides its usual one. `vdo --confFile=FILE` (`-f`) takes any file; to
 * start volumes from one at boot, the administrator needs a unit of their own.
 */

/** Where an administrator puts units. Units of packages are elsewhere, and name the usual file. */
const unitDirectory = '/etc/systemd/system';

/** A file elsewhere may lie on a volume that hangs, and reading it would hang, too. */
const readable = '/etc/';

/** Each file that this host's units name, once, spelled as in their commands, and whether it may be read. */
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

/** Judged by the words of the path, without links on the way: following a link would open what it leads to. */
function isBelowEtc(files: Files, path: string): boolean {
  if (!path.startsWith(readable) || path.split('/').includes('..')) return false;
  const parts = path.split('/').slice(2);
  return parts.every((_part, at) => {
    const place = readable + parts.slice(0, at + 1).join('/');
    return files.readLink(place).kind !== 'read';
  });
}

/** The texts of services and of their drop-in files. */
function listUnitTexts(files: Files): string[] {
  const list = (path: string): string[] => {
    const names = files.list(path);
    return names.kind === 'read' ? names.value.map((name) => `${path}/${name}`) : [];
  };
  const paths = list(unitDirectory).flatMap((path) => {
    if (path.endsWith('.service')) return [path];
    return path.endsWith('.service.d') ? list(path).filter((each) => each.endsWith('.conf')) : [];
  });
  // A link leads to a unit of a package, or to a place where reading may hang.
  const own = paths.filter((path) => files.readLink(path).kind !== 'read');
  return own.flatMap((path) => {
    const text = files.readText(path);
    return text.kind === 'read' ? [text.value] : [];
  });
}

/**
 * `ExecStart=-/usr/bin/vdo start --all --confFile /etc/data.yml`; paths with systemd specifiers (`%i`) are unknown
 * here.
 */
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
