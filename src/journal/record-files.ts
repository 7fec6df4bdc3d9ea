/** Where the operations are written down, one file each. */
export const directory = '/var/lib/vdoctl/operations';

/** An operation that is not over has another ending, so that a look reads only those. */
export const openEnding = '.open';
const overEnding = '.jsonl';

/** A volume's name as it stands in an operation's id, and so in the name of its file, as far as that can hold it. */
export function nameInId(volume: string): string {
  return encodeURIComponent(volume).slice(0, 120);
}

/** The id of an operation: sorts by time, and tells a person which volume it is about. @param at ISO 8601. */
export function makeId(at: string, pid: number, volume: string): string {
  return `${at.replaceAll(/[-:]/g, '')}-${String(pid)}-${nameInId(volume)}`;
}

/** When the operation of that id began, in milliseconds since the epoch; undefined if it is not an id. */
export function beginOfId(id: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\d\.\d{3}Z)-/.exec(id);
  if (match === null) return undefined;
  const [, year = '', month = '', hour = '', minute = '', second = ''] = match;
  const ms = Date.parse(`${year}-${month}-${hour}:${minute}:${second}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Whether the file's name is that of an operation on the volume, as far as a name tells. */
export function isFileAbout(name: string, volume: string): boolean {
  return /^[^-]+-\d+-(.+)\.[a-z]+$/.exec(name)?.[1] === nameInId(volume);
}

/** The file of an operation that is not over. */
export function openPath(id: string): string {
  return `${directory}/${id}${openEnding}`;
}

/** The file of an operation that is over, from that of the one that is not. */
export function overPath(path: string): string {
  return path.slice(0, -openEnding.length) + overEnding;
}

/** Whether the file's name is that of an operation, and of which kind. */
export function kindOfFile(name: string): 'open' | 'over' | 'other' {
  if (name.startsWith('.')) return 'other';
  if (name.endsWith(openEnding)) return 'open';
  return name.endsWith(overEnding) ? 'over' : 'other';
}
