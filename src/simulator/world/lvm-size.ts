/** Sizes as LVM takes them and says them: powers of 1024, whatever the letter's case. */

const letters = 'bkmgtpe';

/** Bytes of `7G`, `512m`, `1.5g`, `4096b`; without a letter, mebibytes. Undefined for a size that LVM refuses. */
export function parseLvmSize(text: string): number | undefined {
  const [, number, letter = ''] = /^(\d+(?:\.\d+)?)([bkmgtpe]?)$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  return Number(number) * 1024 ** letters.indexOf(letter === '' ? 'm' : letter.toLowerCase());
}

/** A size with two decimals, and `<` before one that was rounded up. */
export function formatLvmSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  const shown = power === 0 ? String(bytes) : value.toFixed(2);
  return `${Number(shown) > value ? '<' : ''}${shown} ${units[power] ?? ''}`;
}

/** What `-L` or `-l` asks for. */
export interface WantedSize {
  readonly isMore: boolean;
  readonly kind: 'bytes' | 'extents' | '%FREE' | '%VG' | '%PVS';
  readonly value: number;
}

export function parseWantedSize(option: '-L' | '-l', text: string): WantedSize | undefined {
  const isMore = text.startsWith('+');
  const plain = isMore ? text.slice(1) : text;
  if (option === '-L') {
    const value = parseLvmSize(plain);
    return value === undefined ? undefined : { isMore, kind: 'bytes', value };
  }
  const [, number, suffix] = /^(\d+)(%FREE|%VG|%PVS)?$/i.exec(plain) ?? [];
  if (number === undefined) return undefined;
  const kind = suffix === undefined ? 'extents' : (suffix.toUpperCase() as '%FREE' | '%VG' | '%PVS');
  return { isMore, kind, value: Number(number) };
}
