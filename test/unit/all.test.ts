import { expect, test } from 'vitest';

import {
  addDisk,
  addVolume,
  addRemembered,
  format,
  mountDevice,
  startDmVolume,
} from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { leaveCreateCutOff } from '../../src/simulator/programs/manager/arrange.ts';
import { createTestHost, type TestHost } from '../simulated/test-host.ts';
import { formatCommand } from '../../src/model/command.ts';
import { createDiskHost, createDmHost, createLvmHost, gibibyte } from '../simulated/worlds.ts';
import { callAt, callOn } from './call.ts';
import '../../src/cli/handlers/cleanup.ts';
import '../../src/cli/handlers/recover.ts';
import '../../src/cli/handlers/start.ts';
import '../../src/cli/handlers/stop.ts';
import '../../src/cli/handlers/wait.ts';

const fault = { outcome: { kind: 'exited', code: 5 }, stderr: 'no such luck\n' } as const;

/** Makes each call of the tool fail, until it is mended. */
function breakTool(host: TestHost, commandLine: string): { mend(): void } {
  let isBroken = true;
  host.beforeEach((command) => {
    if (isBroken && formatCommand(command).startsWith(commandLine)) host.failNext(commandLine, fault);
  });
  return {
    mend: () => {
      isBroken = false;
    },
  };
}

test.each(['recover', 'cleanup'])('%s --all does not promise what it could not see', async (verb) => {
  const host = createDmHost();
  const lvm = breakTool(host, 'lvm fullreport');
  const told = await callOn(host, verb, '--all');
  expect(told.code).toBe(9);
  expect(told.stderr).toMatch(
    /^vdoctl: not all volumes can be seen \(not seen: stopped LVM pools.*no such luck/m,
  );
  const { code, stdout } = await callOn(host, verb, '--all', '--json');
  expect({ code, document: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as unknown }).toMatchObject({
    code: 9,
    document: { kind: 'result', exitCode: 9, error: { problem: 'not-seen' } },
  });
  lvm.mend();
  expect((await callOn(host, verb, '--all')).code).toBe(0);
});

test.each(['status', 'start', 'recover'])(
  '%s of a name that LVM might know says that it failed',
  async (verb) => {
    const host = createDmHost();
    const lvm = breakTool(host, 'lvm fullreport');
    const told = await callOn(host, verb, 'vg/pool');
    expect(told.code).toBe(9);
    expect(told.stderr).toMatch(
      /^vdoctl: vg\/pool: it is not among the volumes that can be seen .*no such luck/m,
    );
    lvm.mend();
    expect((await callOn(host, verb, 'vg/pool')).code).toBe(3);
  },
);

test('recover --all brings back what it sees, whatever it does not', async () => {
  const host = createDmHost();
  host.failNext('lvm', fault);
  expect((await callOn(host, 'recover', '--all')).stdout).toBe('my-vdo: already normal; nothing to do\n');
});

test('recover --all begins with what others may lie on, whatever their names', async () => {
  let unplugged: World['disks'] = [];
  const host = createDiskHost((world) => {
    addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte, serial: 'S2' });
    for (const [name, storage] of [
      ['upper', '/dev/vdc'],
      ['zlower', '/dev/vdb'],
    ] as const) {
      addVolume(world, name, storage);
      addRemembered(world, name, storage);
    }
    happen.cutPower(world);
    unplugged = world.disks.filter(({ name }) => name === 'vdc');
    world.disks = world.disks.filter(({ name }) => name !== 'vdc');
  });
  host.beforeEach((command) => {
    if (!formatCommand(command).startsWith('dmsetup create zlower')) return;
    host.change((world) => {
      world.disks.push(...unplugged.splice(0));
    });
  });
  expect(await callOn(host, 'recover', '--all')).toMatchObject({
    code: 0,
    stdout: 'zlower: normal again\nupper: normal again\n',
  });
});

test.each(['recover', 'cleanup'])(
  '%s --all that is interrupted does not say that all was done',
  async (verb) => {
    const host = createDiskHost((world) => {
      for (const name of ['one', 'two']) {
        addDisk(world, { name: `vd-${name}`, sizeBytes: 10 * gibibyte });
        leaveCreateCutOff(world, name, `/dev/vd-${name}`, 'recorded');
      }
    });
    const interrupted = AbortSignal.abort('SIGINT');
    const called = await callAt({ interrupted }, host, verb, '--all', '--yes');
    expect(called).toMatchObject({ code: 130, stdout: '' });
    expect(called.stderr).toContain('interrupted');
  },
);

test('recover --all looks again, and brings back what was hidden before', async () => {
  const host = createLvmHost();
  const { volumes } = JSON.parse((await callOn(host, 'list', '--json')).stdout) as {
    readonly volumes: readonly { readonly name: string }[];
  };
  expect(volumes).not.toEqual([]);
  await callOn(host, 'stop', volumes[0]?.name ?? '');
  host.failNext('lvm fullreport', fault);
  const { code, stdout } = await callOn(host, 'recover', '--all');
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: `${volumes[0]?.name ?? ''}: normal again\n` });
});

test('statistics hide no volume', async () => {
  const host = createDmHost();
  host.failNext('vdostats', fault);
  expect((await callOn(host, 'recover', '--all')).code).toBe(0);
});

test('where no device of device-mapper is, none of its volumes is missed', async () => {
  const host = createDiskHost(() => undefined);
  host.failNext('dmsetup status --target vdo', fault);
  host.failNext('vdostats', fault);
  expect(await callOn(host, 'recover', '--all')).toEqual({
    code: 0,
    stdout: 'No VDO volumes.\n',
    stderr: '',
  });
  const blind = createTestHost();
  breakTool(blind, 'dmsetup status --target vdo');
  expect((await callOn(blind, 'recover', '--all')).code).toBe(9);
});

test('that there is no volume is not said where nobody could see one', async () => {
  const host = createDiskHost(() => undefined, { identity: { isRoot: false } });
  for (const words of [['list'], ['status']])
    expect(await callOn(host, ...words)).toMatchObject({
      code: 0,
      stdout: 'No VDO volumes were seen.\n',
      stderr: expect.stringContaining('not seen: ') as string,
    });
});

test('what is cut off is never taken for the whole, though it is understood', async () => {
  const host = createDmHost();
  const fault = { outcome: { kind: 'printed-too-much' }, stdout: '{"report":[]}' } as const;
  host.failNext('lvm fullreport', fault);
  const { code, stderr } = await callOn(host, 'status', 'vg/pool');
  expect(stderr).toMatch(/^vdoctl: vg\/pool: it is not among .*lvm: printed more than vdoctl reads/m);
  expect(code).toBe(9);
});

/** Three volumes of the dm stack, which run: `a-bottom` carries `c-middle`, and that carries `b-top`. */
function createStackedHost(): TestHost {
  return createDiskHost((world) => {
    const layers = [
      ['a-bottom', '/dev/vdb'],
      ['c-middle', '/dev/mapper/a-bottom'],
      ['b-top', '/dev/mapper/c-middle'],
    ] as const;
    for (const [name, storage] of layers) {
      addVolume(world, name, storage);
      addRemembered(world, name, storage);
      const inside = {
        name,
        minor: 0,
        sizeBytes: 10 * gibibyte,
        writeCache: 'write back',
        fault: 'none',
      } as const;
      world.insides = { ...world.insides, [name]: { ...inside, partitions: [], contents: [] } };
    }
  });
}

test('stop --all takes volumes down from the top, and start --all brings them up from the bottom', async () => {
  const host = createStackedHost();
  const stopped = await callOn(host, 'stop', '--all', '--quiet');
  expect(stopped).toEqual({
    code: 0,
    stdout: 'b-top: stopped\nc-middle: stopped\na-bottom: stopped\n',
    stderr: '',
  });
  const started = await callOn(host, 'start', '--all', '--quiet');
  expect(started).toEqual({
    code: 0,
    stdout: ['a-bottom', 'c-middle', 'b-top'].map((name) => `${name}: started; normal\n`).join(''),
    stderr: '',
  });
});

test('stop --all leaves a read-only volume running, which may show its data only as long; by its name it is stopped', async () => {
  const host = createDiskHost((world) => {
    addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte });
    addVolume(world, 'one', '/dev/vdb');
    addVolume(world, 'two', '/dev/vdc');
    happen.makeReadOnly(world, 'one');
  });
  const { code, stderr } = await callOn(host, 'stop', '--all', '--quiet');
  expect([code, stderr]).toEqual([8, expect.stringContaining('vdoctl salvage one --to PATH')]);
  expect(host.world.dmDevices.map(({ name }) => name)).toEqual(['one']);
  expect((await callOn(host, 'stop', 'one')).code).toBe(0);
  expect(host.world.dmDevices).toEqual([]);
});

test('stop --all stops what can be stopped, names what is in use, and says of each how it ended', async () => {
  const host = createDiskHost((world) => {
    for (const [name, disk] of [
      ['one', 'vdc'],
      ['three', 'vdd'],
      ['two', 'vde'],
    ] as const) {
      addDisk(world, { name: disk, sizeBytes: 10 * gibibyte });
      addVolume(world, name, `/dev/${disk}`);
    }
    mountDevice(world, '/dev/mapper/three', '/mnt');
  });
  const { code, stdout } = await callOn(host, 'stop', '--all', '--json');
  expect({ code, document: JSON.parse(stdout) as unknown }).toMatchObject({
    code: 8,
    document: {
      ...{ kind: 'result', command: 'stop', exitCode: 8, error: null },
      volumes: [
        { name: 'one', exitCode: 0, outcome: 'done' },
        { name: 'three', exitCode: 8, outcome: null, error: { problem: 'in-use' } },
        { name: 'two', exitCode: 0, outcome: 'done' },
      ],
    },
  });
  expect(host.world.dmDevices.map(({ name }) => name)).toEqual(['three']);
});

test('wait --all has one time limit for all volumes', async () => {
  const host = createDiskHost((world) => {
    for (const [name, disk] of [
      ['one', 'vdc'],
      ['two', 'vdd'],
    ] as const) {
      addDisk(world, { name: disk, sizeBytes: 10 * gibibyte });
      const recovery = { replayMs: 0, scrubMs: 3_600_000, fromPercent: 0, rebuildMs: 0 };
      format(world, `/dev/${disk}`, { state: 'dirty', recovery });
      startDmVolume(world, name, `/dev/${disk}`);
    }
  });
  const before = host.clock.elapsedMs();
  const { code, stderr } = await callOn(
    host,
    'wait',
    '--all',
    '--for',
    'normal',
    '--timeout',
    '1m',
    '--quiet',
  );
  expect({ code, stderr }).toEqual({
    code: 5,
    stderr: expect.stringMatching(/one: timed out[^]*two: timed out/) as string,
  });
  const tookMs = host.clock.elapsedMs() - before;
  expect(tookMs).toBeGreaterThanOrEqual(60_000);
  expect(tookMs).toBeLessThan(65_000);
});

test.each([['start'], ['stop'], ['wait', '--for', 'normal']])(
  '%s --all where there is no volume says so, and is no failure',
  async (...words) => {
    const host = createDiskHost(() => undefined);
    const told = { code: 0, stdout: 'No VDO volumes.\n', stderr: '' };
    expect(await callOn(host, ...words, '--all')).toEqual(told);
  },
);
