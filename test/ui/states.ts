import type { KnownOperation } from '../../src/model/operation.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Alert, AlertCode, Volume } from '../../src/model/volume.ts';
import { reduce } from '../../ui/state/reduce.ts';
import { initialState, type HostFacts, type Picture, type Size, type State } from '../../ui/state/state.ts';
import { makeTheme } from '../../ui/theme/theme.ts';
import { makeVolume } from '../unit/builders.ts';

/** The beginning of every time here: 2026-11-20 21:00 UTC. */
export const epoch = Date.UTC(2026, 10, 20, 21);

export function makeAlert(code: AlertCode, severity: Alert['severity'] = 'warning'): Alert {
  return { code, severity, message: `${code} is so`, next: `do something about ${code}` };
}

/** A volume that runs and has nothing to complain about, but for what is told. */
export function volumeOf(name: string, parts: Partial<Volume> = {}): Volume {
  return { ...makeVolume(), name, alerts: [], mounts: [], holders: [], ...parts };
}

export function pictureOf(volumes: readonly Volume[], takenAtMs = epoch): Picture {
  return { takenAtMs, volumes, missing: [] };
}

export interface Start {
  readonly size?: Size;
  readonly host?: Partial<HostFacts>;
}

/** The screen right after it was opened. */
export function freshState({ size = { columns: 80, rows: 24 }, host = {} }: Start = {}): State {
  const theme = makeTheme({ background: 'dark', reader: 'eyes' });
  return initialState(theme, { name: 'stor1', isRoot: true, kind: 'real', ...host }, size, epoch);
}

/** The screen after another look. */
export function look(state: State, volumes: readonly Volume[], takenAtMs = epoch): State {
  return reduce(state, { kind: 'looked', picture: pictureOf(volumes, takenAtMs), commands: [] });
}

export function seeing(volumes: readonly Volume[], start: Start = {}): State {
  return look(freshState(start), volumes);
}

/** A plan of one step for the volume. */
export function planOf(volume: string, parts: Partial<Plan> = {}): Plan {
  const command = { file: 'dmsetup', args: ['remove', volume], timeLimitMs: 1000 } as const;
  return {
    operation: 'stop',
    volume,
    stack: 'dm',
    storage: null,
    mayLose: [],
    steps: [
      {
        title: `Stop ${volume}`,
        action: { kind: 'run', command: { ...command, effect: 'changes', atTimeLimit: 'leave' } },
      },
    ],
    ...parts,
  };
}

/** An operation in the journal, which came to its end. */
export function doneOperation(volume: string): KnownOperation {
  const at = new Date(epoch).toISOString();
  return {
    state: 'done',
    operation: {
      begun: {
        record: 'begun',
        schemaVersion: 1,
        id: '1',
        at,
        user: 'root',
        host: 'stor1',
        process: { pid: 1, startedAtTicks: '1', bootId: 'b' },
        plan: planOf(volume),
        settles: [],
      },
      steps: [],
      commands: [],
      ended: { record: 'ended', at, outcome: 'done', why: null },
      settled: undefined,
    },
  };
}
