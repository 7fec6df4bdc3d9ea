import type { Host } from '../host/host.ts';
import { toJson } from '../model/disarm.ts';
import { Failure } from '../model/problem.ts';
import type { Volume } from '../model/volume.ts';
import type { Look } from '../stacks/host-look.ts';
import { readKept } from './kept-between-calls.ts';

/** The mode of each volume at the last look: kept across a reboot, so that a change by a crash is told afterwards. */
const memoryPath = '/var/lib/vdoctl/modes.json';

/** A volume whose mode has changed. */
export interface Change {
  readonly name: string;
  /** As {@link describeMode} says it; undefined if it did not exist, or nobody had looked. */
  readonly before: string | undefined;
  /** Undefined if it no longer exists. */
  readonly now: string | undefined;
}

/** By volume. */
type Modes = ReadonlyMap<string, string>;

/**
 * What has changed since the last call; remembers the modes for the next one. While a look is incomplete, a volume that
 * is not seen does not count as gone.
 */
export function takeChanges(
  host: Host,
  { seen, missing }: Pick<Look, 'seen' | 'missing'>,
): readonly Change[] {
  // If the file is not understood, everything is told once more.
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

/** State and mode in a few words: `normal`, `read-only`, `stopped (dirty)`, `suspended`. */
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
