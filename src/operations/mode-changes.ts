import type { Host } from '../host/host.ts';
import { toJson } from '../model/disarm.ts';
import { Failure } from '../model/problem.ts';
import type { Volume } from '../model/volume.ts';
import type { Look } from '../stacks/host-look.ts';
import { readKept } from './kept-between-calls.ts';

/**
 * The mode of each volume at the last look: kept across a reboot, so that a change through a crash is still reported.
 */
const memoryPath = '/var/lib/vdoctl/modes.json';

/** A volume whose mode has changed. */
export interface Change {
  readonly name: string;
  /** In the words of {@link describeMode}; undefined if the volume did not exist, or nobody had looked. */
  readonly before: string | undefined;
  /** Undefined if it no longer exists. */
  readonly now: string | undefined;
}

/** Modes by volume name. */
type Modes = ReadonlyMap<string, string>;

/**
 * What has changed since the last call; stores the modes for the next call. In an incomplete look, a volume that is not
 * seen does not count as gone.
 */
export function takeChanges(
  host: Host,
  { seen, missing }: Pick<Look, 'seen' | 'missing'>,
): readonly Change[] {
  // If the file is not understood, every volume is reported once more.
  const before: Modes = readKept(host, memoryPath, (value) => typeof value === 'string');
  const now = new Map(seen.map(({ volume }) => [volume.name, describeMode(volume)]));
  if (missing.length > 0) for (const [name, mode] of before) if (!now.has(name)) now.set(name, mode);
  const names = [...new Set([...before.keys(), ...now.keys()])].sort();
  const changes = names.flatMap((name): Change[] => {
    const change = { name, before: before.get(name), now: now.get(name) };
    return change.before === change.now ? [] : [change];
  });
  if (changes.length > 0) keepModes(host, now);
  return changes;
}

/** State and mode in one or two words: `normal`, `read-only`, `stopped (dirty)`, `suspended`. */
function describeMode({ state, mode, onDisk }: Volume): string {
  if (state === 'running') return mode ?? 'running';
  return state === 'stopped' && onDisk !== null ? `stopped (${onDisk.state})` : state;
}

function keepModes(host: Host, modes: Modes): void {
  const written = host.files.writeAtomically(memoryPath, `${toJson(Object.fromEntries(modes))}\n`, 0o600);
  if (written.kind === 'read') return;
  const why = written.kind === 'failed' ? written.reason : written.kind;
  throw new Failure({ kind: 'tool-failed', command: `writing ${memoryPath}`, how: why, said: '' });
}
