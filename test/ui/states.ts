import type { KnownOperation } from '../../src/model/operation.ts';
import { BlockDevices } from '../../src/model/device.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Alert, AlertCode, Volume } from '../../src/model/volume.ts';
import { listAvailabilities } from '../../src/operations/availability.ts';
import { rememberStopped } from '../../src/stacks/dm/adopt.ts';
import type { Seen } from '../../src/stacks/host-look.ts';
import { reduce } from '../../ui/state/reduce.ts';
import { initialState, type HostFacts, type Picture, type Size, type State } from '../../ui/state/state.ts';
import { makeTheme } from '../../ui/theme/theme.ts';
import { disk, makeFound, makeMetadata, makeStopped, makeVolume } from '../unit/builders.ts';

/** Every time in these tests begins here: 2026-11-20 21:00 UTC. */
export const epoch = Date.UTC(2026, 10, 20, 21);

export function makeAlert(code: AlertCode, severity: Alert['severity'] = 'warning'): Alert {
  return { code, severity, message: `${code} is so`, next: `do something about ${code}` };
}

/** A running volume without alerts, except for the given parts. */
export function volumeOf(name: string, parts: Partial<Volume> = {}): Volume {
  return { ...makeVolume(), name, alerts: [], mounts: [], holders: [], ...parts };
}

/** A picture with the operations available on each volume, by the same rules as every face of the program. */
export function pictureOf(volumes: readonly Volume[], takenAtMs = epoch, isRoot = true): Picture {
  const identity = { isRoot, user: 'root', hostName: 'stor1' };
  const seen = volumes.map(seenAs);
  const around = { devices: new BlockDevices([disk]), mounts: [], missing: [], copies: new Map() };
  const look = { takenAt: takenAtMs, ...around, seen };
  const operations = new Map(
    seen.map((each) => [each.volume.name, listAvailabilities(identity, look, each)]),
  );
  return { takenAtMs, volumes, operations, missing: [] };
}

/** The volume as a look at the host would see it. */
function seenAs(volume: Volume): Seen {
  const { name, mode, state } = volume;
  const own = { name, dmName: name };
  const metadata = makeMetadata(mode === 'read-only' ? 'read-only' : 'dirty');
  const remembered = rememberStopped(
    name,
    '/dev/vdb',
    { uuid: metadata.geometry.uuid, superBlock: metadata.superBlock },
    undefined,
  );
  const found = state === 'stopped' ? makeStopped({ ...own, remembered }) : makeFound(own);
  return { found, metadata, volume };
}

export interface Start {
  readonly size?: Size;
  readonly host?: Partial<HostFacts>;
}

/** The screen right after it was opened. */
export function freshState({ size = { columns: 80, rows: 24 }, host = {} }: Start = {}): State {
  const theme = makeTheme({ background: 'dark', reader: 'eyes' });
  return initialState(
    theme,
    { name: 'stor1', isRoot: true, kind: 'real', usualStack: 'dm', ...host },
    size,
    epoch,
  );
}

/** The screen after another look at the host. */
export function look(state: State, volumes: readonly Volume[], takenAtMs = epoch): State {
  const picture = pictureOf(volumes, takenAtMs, state.host.isRoot);
  return reduce(state, { kind: 'looked', picture, commands: [] });
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

/** A finished operation of the journal with a step and a command, which said this. */
export function commandOperation(volume: string, said: string, output = said): KnownOperation {
  const { operation, state } = doneOperation(volume);
  const at = new Date(epoch).toISOString();
  const step = { record: 'step', at, way: 'forward', index: 0, title: said } as const;
  return {
    state,
    operation: {
      ...operation,
      steps: [
        { ...step, state: 'begun' },
        { ...step, state: 'done' },
      ],
      commands: [
        {
          record: 'command',
          at,
          command: { file: 'dmsetup', args: ['remove', said] },
          exitCode: 1,
          how: 'exit code 1',
          durationMs: 12,
          output,
        },
      ],
      ended: { record: 'ended', at, outcome: 'done', why: said },
    },
  };
}

/** A finished operation of the journal. */
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
