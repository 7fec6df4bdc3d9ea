import type { Files } from '../host/host.ts';

/** Where systemd finds units: the administrator's first, then those of this boot, then those of packages. */
const places = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** The unit that starts a volume: as `systemd-escape --template vdoctl@.service NAME` says it. */
export function unitOf(name: string): string {
  const escaped = Array.from(new TextEncoder().encode(name), (byte, at) => {
    const character = String.fromCharCode(byte);
    if (character === '/') return '-';
    const isPlain = /[A-Za-z0-9:_.]/.test(character) && !(character === '.' && at === 0);
    return isPlain ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `vdoctl@${escaped.join('')}.service`;
}

/**
 * Whether systemd starts the unit by itself: another unit wants or requires it, and nobody has masked it. It is read
 * from the directories of units, so that it is known where systemd does not run, too.
 */
export function isUnitEnabled(files: Files, unit: string): boolean {
  const mask = files.readLink(`${places[0] ?? ''}/${unit}`);
  if (mask.kind === 'read' && mask.value === '/dev/null') return false;
  return places.some((place) =>
    listNames(files, place)
      .filter((name) => /\.(?:wants|requires|upholds)$/.test(name))
      .some((name) => listNames(files, `${place}/${name}`).includes(unit)),
  );
}

function listNames(files: Files, path: string): readonly string[] {
  const names = files.list(path);
  return names.kind === 'read' ? names.value : [];
}
