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

const unitBytes: Readonly<Record<string, number>> = Object.fromEntries(
  units.flatMap((unit, power) => [
    [unit, 1024 ** power],
    [unit.charAt(0), 1024 ** power],
  ]),
);

/**
 * A strict size such as `10G`, `512MiB` or `4096B`, in bytes: a whole number with a unit, in powers of 1024.
 * Undefined when it is not one, or too large to be counted exactly.
 */
export function parseSize(text: string): number | undefined {
  const match = /^([1-9]\d{0,15})(B|[KMGTPE](?:iB)?)$/.exec(text);
  const factor = unitBytes[match?.[2] ?? ''];
  if (match === null || factor === undefined) return undefined;
  const bytes = Number(match[1]) * factor;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
