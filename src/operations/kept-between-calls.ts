import type { Host } from '../host/host.ts';

/**
 * What one call keeps for the next: a JSON object with values by name. A file that is not understood counts as empty;
 * invalid values are left out.
 */
export function readKept<T>(
  { files }: Host,
  path: string,
  isValue: (value: unknown) => value is T,
): Map<string, T> {
  const reading = files.readOwn(path);
  if (reading.kind !== 'read') return new Map();
  let data: unknown;
  try {
    data = JSON.parse(reading.value);
  } catch {
    return new Map();
  }
  const entries = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  return new Map(entries.filter((entry): entry is [string, T] => isValue(entry[1])));
}
