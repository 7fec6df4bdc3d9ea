import { describe, expect, test } from 'vitest';

import { formatCommand } from '../../src/model/command.ts';
import { BlockDevices, type BlockDevice } from '../../src/model/device.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import { configPath, operationStates } from '../../src/model/vdoconf.ts';
import { decide } from '../../src/operations/decide-recovery.ts';
import { planForceRebuild, planRestart } from '../../src/plan/plans.ts';
import { describeProblem } from '../../src/prose/problems.ts';
import type { Drive, Setting } from '../../src/stacks/drive.ts';
import type { Found } from '../../src/stacks/found-volume.ts';
import type { Look, Seen } from '../../src/stacks/host-look.ts';
import { whatManagerKnows } from '../../src/stacks/manager/config.ts';
import { prepareDrive } from '../../src/stacks/prepare-drive.ts';
import { createTestHost } from '../simulated/test-host.ts';
import { addDisk } from '../../src/simulator/arrange.ts';
import { gibibyte } from '../simulated/worlds.ts';
import {
  disk,
  leftover,
  makeFound,
  makeManaged,
  makeMetadata,
  makeSeen,
  makeStopped,
  target,
} from './builders.ts';
import { problemOf } from './fakes.ts';

const devices: readonly BlockDevice[] = [disk, target];
const running = ({ managed = makeManaged(), ...parts }: Partial<Found> = {}): Seen => {
  const configured = devices.find(({ path }) => path === managed.device);
  const on = configured === undefined ? {} : { configuredStorage: configured };
  return makeSeen({ found: makeFound({ stack: 'manager', managed, ...on, ...parts }) });
};
const stopped = (parts: Partial<Found> = {}): Seen =>
  makeSeen({
    found: makeStopped({ stack: 'manager', managed: makeManaged(), ...parts }),
    metadata: makeMetadata('read-only'),
  });

function prepare(seen: Seen, missing: Look['missing'] = []): Promise<Drive> {
  const host = createTestHost();
  host.change((world) => addDisk(world, { name: 'vdb', sizeBytes: 10 * gibibyte }));
  const around = { devices: new BlockDevices(devices), mounts: [], copies: new Map() };
  const look: Look = { takenAt: 0, ...around, seen: [seen], missing };
  return prepareDrive(host, look, seen);
}

const commandsOf = (steps: readonly Step[]): string[] =>
  steps.map(({ action }) => (action.kind === 'run' ? formatCommand(action.command) : action.kind));
const settle = 'udevadm settle --timeout=30';

describe('the commands of a volume of the classic manager', () => {
  test('start and stop', async () => {
    expect(commandsOf((await prepare(stopped())).startSteps())).toEqual(['vdo start --name=my-vdo']);
    expect(commandsOf((await prepare(running())).stopSteps())).toEqual([settle, 'vdo stop --name=my-vdo']);
  });

  test('restart', async () => {
    const seen = running();
    expect(commandsOf(planRestart(seen, await prepare(seen)).steps)).toEqual([
      settle,
      'vdo stop --name=my-vdo',
      'vdo start --name=my-vdo',
    ]);
  });

  test('a name without a table is taken away before it is started', async () => {
    const drive = await prepare(stopped({ target: leftover }));
    const remove = 'dmsetup remove --retry my-vdo';
    expect(commandsOf(drive.startSteps())).toEqual([remove, 'vdo start --name=my-vdo']);
    expect(commandsOf(drive.forceRebuildSteps())).toEqual([remove, 'vdo start --name=my-vdo --forceRebuild']);
  });

  test('every one is waited for longer than the manager waits for its lock, and never killed', async () => {
    const drive = await prepare(running());
    const steps = [...drive.stopSteps(), ...drive.startSteps(), ...drive.forceRebuildSteps()];
    for (const { action } of steps) {
      if (action.kind !== 'run' || action.command.file !== 'vdo') continue;
      expect(action.command).toMatchObject({ effect: 'changes', atTimeLimit: 'leave' });
      expect(action.command.timeLimitMs).toBeGreaterThan(60_000);
    }
  });
});

describe('a forced rebuild', () => {
  const plan = async (seen: Seen): Promise<Plan> => planForceRebuild(seen, await prepare(seen));

  test('checks at the last moment that the volume is down, unused and read-only on its disk', async () => {
    const { steps } = await plan(running());
    expect(commandsOf(steps)).toEqual([
      settle,
      'vdo stop --name=my-vdo',
      'vdo start --name=my-vdo --forceRebuild',
    ]);
    expect(steps.at(-1)).toMatchObject({
      before: [
        { kind: 'dm-absent', dmName: 'my-vdo' },
        { kind: 'unused', device: '/dev/vdb' },
        { kind: 'disk-state', device: '/dev/vdb', oneOf: ['read-only'] },
      ],
      pointOfNoReturn: true,
    });
  });

  test('is verified by what it counts, whatever the manager says', async () => {
    const { steps, confirm } = await plan(stopped());
    expect(steps.at(-1)?.after).toEqual([
      { kind: 'dm-present', dmName: 'my-vdo' },
      { kind: 'mode', dmName: 'my-vdo', oneOf: ['normal', 'recovering'] },
      { kind: 'read-only-recoveries', dmName: 'my-vdo', atLeast: 4, device: '/dev/vdb', orUnknown: true },
    ]);
    expect(confirm).toBe('may-lose-data');
  });

  test('that was ordered is not carried out by putting back a stop', async () => {
    const [, stop] = (await plan(running())).steps;
    const [startAgain] = stop?.undo ?? [];
    expect(startAgain?.before).toMatchObject([{ kind: 'disk-state', device: '/dev/vdb' }]);
    const [expectation] = startAgain?.before ?? [];
    expect(expectation?.kind === 'disk-state' && expectation.oneOf).not.toContain('force-rebuild');
  });
});

describe('growing', () => {
  const grow = async (seen: Seen, growth: Parameters<Drive['growSteps']>[0]): Promise<string[]> =>
    commandsOf(await (await prepare(seen)).growSteps(growth));

  test('logically', async () => {
    const to = (bytes: number) => grow(running(), { kind: 'logical', bytes, isMore: false, asked: 'my-vdo' });
    expect(await to(21 * gibibyte)).toEqual([
      'vdo growLogical --name=my-vdo --vdoLogicalSize=22548578304B',
      'dmsetup message my-vdo 0 compression on',
      'dmsetup message my-vdo 0 index-enable',
    ]);
    expect(await to(20 * gibibyte)).toEqual([]);
    expect(await problemOf(to(gibibyte))).toMatchObject({ kind: 'refused' });
  });

  test.each([
    [0, []],
    [127, []],
    [128, ['vdo growPhysical --name=my-vdo']],
  ])('physically, with %i MiB more than before', async (mebibytes, expected) => {
    const storage = { ...disk, sizeBytes: disk.sizeBytes + mebibytes * 1024 ** 2 };
    const seen = stopped({ storage });
    expect(await grow(seen, { kind: 'physical' })).toEqual(expected);
  });
});

describe('a setting', () => {
  test.each<[Setting, string[]]>([
    [{ key: 'compression', value: 'off' }, ['vdo disableCompression --name=my-vdo']],
    [{ key: 'compression', value: 'on' }, []],
    [{ key: 'deduplication', value: 'off' }, ['vdo disableDeduplication --name=my-vdo']],
    [
      { key: 'write-policy', value: 'async' },
      [
        'vdo changeWritePolicy --name=my-vdo --writePolicy=async',
        'dmsetup message my-vdo 0 compression on',
        'dmsetup message my-vdo 0 index-enable',
      ],
    ],
    [{ key: 'write-policy', value: 'auto' }, []],
  ])('%j', async (setting, expected) => {
    expect(commandsOf(await (await prepare(running())).setSteps([setting]))).toEqual(expected);
  });

  test('the write policy comes first: with it the kernel forgets what it was told of the others', async () => {
    const steps = await (
      await prepare(running())
    ).setSteps([
      { key: 'compression', value: 'off' },
      { key: 'write-policy', value: 'sync' },
    ]);
    expect(commandsOf(steps)).toEqual([
      'vdo changeWritePolicy --name=my-vdo --writePolicy=sync',
      'vdo disableCompression --name=my-vdo',
      'dmsetup message my-vdo 0 index-enable',
    ]);
  });

  test('of a stopped volume promises nothing of the kernel', async () => {
    const [step] = await (await prepare(stopped())).setSteps([{ key: 'compression', value: 'off' }]);
    expect(step?.after ?? []).toEqual([]);
  });
});

describe('it is not driven', () => {
  test('without its configuration', async () => {
    const found = makeFound({ stack: 'manager' });
    expect(await problemOf(prepare(makeSeen({ found })))).toMatchObject({
      because: 'not-in-manager-file',
    });
  });

  test.each([
    ['is not understood', { failed: true }, { kind: 'not-seen', missing: [{ why: 'is not understood' }] }],
    ['cannot be read', {}, { because: 'manager-entry-unread', facts: { why: 'cannot be read' } }],
  ] as const)('while that %s', async (why, failed, problem) => {
    const missing = [
      { source: 'manager', path: configPath, what: whatManagerKnows, why, ...failed },
    ] as const;
    const seen = makeSeen({ found: makeFound({ stack: 'manager' }) });
    const refused = await problemOf(prepare(seen, missing));
    expect(refused).toMatchObject(problem);
    // In a call on many volumes, the message must name the volume.
    expect(describeProblem(refused).what).toMatch(new RegExp(`^${seen.volume.name}: .*${why}`));
  });

  test('when it runs on another device than the manager would work on', async () => {
    const seen = running({ managed: makeManaged({ device: '/dev/vdc' }) });
    expect(await problemOf(prepare(seen))).toMatchObject({
      because: 'runs-on-another-device',
      facts: { expected: '/dev/vdc', configuredIn: configPath },
    });
  });

  test('when it is deactivated, since the manager would say nothing and exit 0', async () => {
    const managed = makeManaged({ activated: false });
    const drive = await prepare(stopped({ managed }));
    for (const call of [() => drive.startSteps(), () => drive.forceRebuildSteps()]) {
      expect(await problemOf(Promise.resolve().then(call))).toMatchObject({ because: 'deactivated' });
    }
    // A deactivated volume can still be stopped.
    expect((await prepare(running({ managed }))).stopSteps()).toHaveLength(2);
  });
});

describe('an operation state', () => {
  const operations: Readonly<Record<(typeof operationStates)[number], string | undefined>> = {
    finished: undefined,
    unknown: undefined,
    beginCreate: 'create',
    beginImport: 'import',
    beginGrowLogical: 'grow logical',
    beginGrowPhysical: 'grow physical',
    beginRunningSetWritePolicy: 'write policy',
  };

  test.each(operationStates)('%s', async (operationState) => {
    const operation = operations[operationState];
    for (const make of [running, stopped]) {
      const seen = make({ managed: makeManaged({ operationState }) });
      const decision = decide(seen, { forceRebuild: 'asked', starter: 'none' });
      if (operation === undefined) {
        expect(decision.kind).not.toBe('refuse');
        await prepare(seen);
        continue;
      }
      const known = `/etc/vdoconf.yml says ${operationState}`;
      const problem = { kind: 'cut-off', name: 'my-vdo', operation, known };
      expect(decision).toEqual({ kind: 'refuse', problem });
      expect(await problemOf(prepare(seen))).toEqual(problem);
    }
  });

  test('that a vdo command is still at is not cut off', async () => {
    const worker = 'vdo create (pid 812)';
    const seen = running({ managed: makeManaged({ operationState: 'beginCreate', worker }) });
    const problem = { because: 'manager-at-work', facts: { worker } };
    expect(await problemOf(prepare(seen))).toMatchObject(problem);
    expect(decide(seen, { forceRebuild: 'not-asked', starter: 'none' })).toMatchObject({ problem });
  });
});
