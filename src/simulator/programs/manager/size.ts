/** Sizes as the classic manager writes and takes them: LVM's suffixes, powers of 1024, megabytes without one. */

const suffixes = 'BKMGTPE';
const kilobyte = 1024;
const sectorBytes = 512;

/** The size in bytes; undefined if the text is no size. */
export function parseManagerSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([BSKMGTPE]?)$/i.exec(text);
  if (match === null) return undefined;
  const [, number = '', suffix = ''] = match;
  const letter = suffix === '' ? 'M' : suffix.toUpperCase();
  const unit = letter === 'S' ? sectorBytes : kilobyte ** suffixes.indexOf(letter);
  return Math.floor(Number(number) * unit);
}

/** The size in the largest unit that leaves no fraction. */
export function formatManagerSize(bytes: number): string {
  if (bytes === 0) return '0M';
  let power = 0;
  while (power + 1 < suffixes.length && bytes % kilobyte ** (power + 1) === 0) power += 1;
  return `${String(bytes / kilobyte ** power)}${suffixes[power] ?? ''}`;
}
