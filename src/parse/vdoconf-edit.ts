import { notUnderstood } from '../model/problem.ts';
import { locateEntry, parseVdoConf, withOperationState } from './vdoconf.ts';
import { configPath } from '../model/vdoconf.ts';

const units = ['B', 'K', 'M', 'G', 'T', 'P', 'E'];

/** The sizes to write when an operation of the manager has ended, in bytes. */
export interface Finished {
  readonly logicalBytes: number;
  readonly physicalBytes: number;
}

/**
 * The text with one volume's entry marked as finished, and with these sizes. Everything else stays, byte by byte.
 *
 * @throws Failure `not-understood` where the entry has no line for one of the sizes, and as `parseVdoConf` does.
 */
export function finishEntry(text: string, name: string, { logicalBytes, physicalBytes }: Finished): string {
  const ended = withOperationState(text, name, 'finished');
  const { startsAt, endsAt } = locateEntry(ended, name);
  const values = {
    logicalSize: formatSize(logicalBytes),
    physicalSize: formatSize(physicalBytes),
  };
  let entry = ended.slice(startsAt, endsAt);
  for (const [key, value] of Object.entries(values)) {
    const line = new RegExp(`^( +${key}: )[^\\n]*$`, 'm');
    if (!line.test(entry)) notUnderstood(configPath, name, `its entry has no line for ${key}`);
    entry = entry.replace(line, `$1${value}`);
  }
  const changed = ended.slice(0, startsAt) + entry + ended.slice(endsAt);
  requireFinished(text, changed, name, { logicalBytes, physicalBytes });
  return changed;
}

/** Reads the edited text again, because nothing may write a wrong edit to the file. */
function requireFinished(before: string, after: string, name: string, sizes: Finished): void {
  const expected = parseVdoConf(before).rows.map((volume) =>
    volume.name === name ? { ...volume, ...sizes, operationState: 'finished' } : volume,
  );
  if (JSON.stringify(parseVdoConf(after).rows) !== JSON.stringify(expected))
    throw new Error('/etc/vdoconf.yml was changed wrongly');
}

/** A size as the manager writes it: a whole number of the greatest unit that fits. */
function formatSize(bytes: number): string {
  let exponent = 0;
  let size = bytes;
  while (size !== 0 && size % 1024 === 0 && exponent < units.length - 1) {
    size /= 1024;
    exponent += 1;
  }
  return `${String(size)}${units[exponent] ?? 'B'}`;
}
