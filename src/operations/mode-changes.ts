import type { Host } from '../host/host.ts';
import { toJson } from '../model/disarm.ts';
import { Failure } from '../model/problem.ts';
import type { Volume } from '../model/volume.ts';
import type { Look } from '../stacks/host-look.ts';
import { readKept } from './kept-between-calls.ts';

/** What each volume was when it was looked at last: kept over a reboot, so that what a crash changed is told after it. */
const memoryPath = '/var/lib/vdoctl/modes.json';

/** A volume that is not as it was. */
export interface Change {
  readonly name: string;
  /** As {@link describeMode} says it; undefined: it was not there, or nobody had looked. */
  readonly before: string | undefined;
  /** Undefined: it is not there any more. */
  readonly now: string | undefined;
}

/** By volume. */
type Modes = ReadonlyMap<string, string>;

/**
 * What changed since the last call, which it is remembered for. A volume that cannot be seen now is not taken for gone
 * while something could not be looked at.
 */
export function takeChanges(
  host: Host,
  { seen, missing }: Pick<Look, 'seen' | 'missing'>,
): readonly Change[] {
  // Of a file that is not understood everything is told once more.
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
