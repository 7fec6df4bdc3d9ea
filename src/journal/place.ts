/** Where the operations are written down, one file each. */
export const directory = '/var/lib/vdoctl/operations';

/** An operation that is not over has another ending, so that a look reads only those. */
export const openEnding = '.open';
const overEnding = '.jsonl';

/** A volume's name as it stands in an operation's id, and so in the name of its file, as far as that can hold it. */
export function nameInId(volume: string): string {
  return encodeURIComponent(volume).slice(0, 120);
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
