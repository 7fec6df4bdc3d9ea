const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** Bytes for a person: powers of 1024, three digits. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // A value that rounds up to the next unit is shown in that unit.
  while (Math.round(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

/** The same as one word, as `df -h` writes it: `9.31G`. */
export function formatBytesShort(bytes: number): string {
  return formatBytes(bytes).replace(' ', '').replace('iB', '');
}

/** The units that sizes can be told in, each 1024 times the one before it. */
export const sizeUnits = ['B', 'K', 'M', 'G', 'T'] as const;
export type SizeUnit = (typeof sizeUnits)[number];

/** Bytes in that unit, as lvs writes them: `100.00G`. */
export function formatBytesIn(bytes: number, unit: SizeUnit): string {
  const power = sizeUnits.indexOf(unit);
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 2)}${unit}`;
}

/** Bytes in the largest unit that leaves no fraction, as a size is typed: `128M`. */
export function formatBytesExactly(bytes: number): string {
  const unit = sizeUnits.findLast((_, power) => bytes % 1024 ** power === 0) ?? 'B';
  return `${String(bytes / 1024 ** sizeUnits.indexOf(unit))}${unit}`;
}

/** A size as somebody wrote it. */
export interface WrittenSize {
  readonly bytes: number;
  /** It began with a plus: this much more. */
  readonly isMore: boolean;
}

/** A size, or why the text is none: `it has no unit`. */
export type SizeReading =
  ({ readonly kind: 'size' } & WrittenSize) | { readonly kind: 'wrong'; readonly why: string };

/** What a size looks like, in words. */
export const sizeExamples = 'a size such as 10G, 1.5T or 512MiB';

const powers: ReadonlyMap<string, number> = new Map(
  units.flatMap((unit, power) => [unit, unit.charAt(0)].map((each) => [each.toLowerCase(), power] as const)),
);
const blockBytes = 4096;

/**
 * Reads a size such as `10G`, `1.5t`, `512 MiB` or `+100G`, in powers of 1024. A number with a fraction counts in whole
 * blocks of 4096 bytes, rounded down: no volume has a part of one.
 */
export function readSize(text: string): SizeReading {
  const match = /^([+-]?)(\d{1,20}(?:\.\d{1,20})?) ?([a-z]*)$/i.exec(text);
  if (match === null) return { kind: 'wrong', why: 'it is not a number with a unit' };
  const [, sign = '', number = '', unit = ''] = match;
  if (sign === '-') return { kind: 'wrong', why: 'it is negative' };
  if (unit === '') return { kind: 'wrong', why: 'it has no unit' };
  const power = powers.get(unit.toLowerCase());
  if (power === undefined)
    return {
      kind: 'wrong',
      why: `${unit.slice(0, 20)} is no unit (B, K, M, G, T, P and E are, in powers of 1024)`,
    };
  const exact = Number(number) * 1024 ** power;
  const bytes = number.includes('.') ? Math.floor(exact / blockBytes) * blockBytes : exact;
  if (bytes === 0) return { kind: 'wrong', why: 'it is too small' };
  if (!Number.isSafeInteger(bytes)) return { kind: 'wrong', why: 'it is too large' };
  return { kind: 'size', bytes, isMore: sign === '+' };
}

/** A size that stands for itself, in bytes; undefined when it is none, or one to be added. */
export function parseSize(text: string): number | undefined {
  const read = readSize(text);
  return read.kind === 'size' && !read.isMore ? read.bytes : undefined;
}

/** Why the text is no size by itself: to follow what was expected instead. */
export function whyNoSize(text: string): string {
  const read = readSize(text);
  return `not ${JSON.stringify(text.slice(0, 60))}: ${read.kind === 'wrong' ? read.why : 'a plus is only for growing'}`;
}
