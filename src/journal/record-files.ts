/** The directory of the recorded operations, one file each. */
export const directory = '/var/lib/vdoctl/operations';

/** Unfinished operations have a suffix of their own, so that a look reads only those. */
export const openEnding = '.open';
const overEnding = '.jsonl';

/** A volume's name in the id of an operation, and so in its file name; cut off if it is too long for that. */
export function nameInId(volume: string): string {
  return encodeURIComponent(volume).slice(0, 120);
}

/** Whether the name stands in an id as a whole. */
export function isWholeInId(volume: string): boolean {
  return nameInId(volume) === encodeURIComponent(volume);
}

/** The id of an operation: sorts by time, and shows a person which volume it is about. @param at ISO 8601. */
export function makeId(at: string, pid: number, volume: string): string {
  return `${at.replaceAll(/[-:]/g, '')}-${String(pid)}-${nameInId(volume)}`;
}

/** When the operation with that id began, in milliseconds since the epoch; undefined if it is no id. */
export function beginOfId(id: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\d\.\d{3}Z)-/.exec(id);
  if (match === null) return undefined;
  const [, year = '', month = '', hour = '', minute = '', second = ''] = match;
  const ms = Date.parse(`${year}-${month}-${hour}:${minute}:${second}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Whether the file is of an operation on the volume, as far as its name shows. */
export function isFileAbout(name: string, volume: string): boolean {
  return /^[^-]+-\d+-(.+)\.[a-z]+$/.exec(name)?.[1] === nameInId(volume);
}

/** The file of an unfinished operation. */
export function openPath(id: string): string {
  return `${directory}/${id}${openEnding}`;
}

/** The file of a finished operation, from the file that it had before. */
export function overPath(path: string): string {
  return path.slice(0, -openEnding.length) + overEnding;
}

/** What kind of file it is, by its name. */
export function kindOfFile(name: string): 'open' | 'over' | 'other' {
  if (name.startsWith('.')) return 'other';
  if (name.endsWith(openEnding)) return 'open';
  return name.endsWith(overEnding) ? 'over' : 'other';
}
