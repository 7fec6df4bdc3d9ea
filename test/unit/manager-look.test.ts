import { describe, expect, test } from 'vitest';

import { addRemembered } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import {
  addManagedVolume,
  configureManaged,
  leaveCreateCutOff,
} from '../../src/simulator/programs/manager/arrange.ts';
import { leaveGrowLogicalCutOff, leaveImportCutOff } from '../simulated/manager-levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import type { Volume } from '../../src/model/volume.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { createDiskHost, gibibyte } from '../simulated/worlds.ts';

const running = (world: World): void => {
  addManagedVolume(world, 'my-vdo', '/dev/vdb');
};
const stopped = (world: World): void => {
  running(world);
  happen.stopDevice(world, 'my-vdo');
};

async function look(host: TestHost): Promise<readonly Volume[]> {
  return (await lookAtHost(host)).seen.map(({ volume }) => volume);
}

const codes = ({ alerts }: Volume): string[] => alerts.map(({ code }) => code);

describe('a volume of the classic manager', () => {
  test('is seen while it runs', async () => {
    const [volume, ...others] = await look(createDiskHost(running));
    expect(others).toEqual([]);
    expect(volume).toMatchObject({
      name: 'my-vdo',
      aliases: ['/dev/mapper/my-vdo'],
      stack: 'manager',
      state: 'running',
      mode: 'normal',
      dmName: 'my-vdo',
      storage: { path: '/dev/vdb', disks: ['/dev/vdb'], present: true },
      remembered: false,
      manager: {
        operationState: 'finished',
        activated: true,
        writePolicy: 'auto',
        compression: true,
        deduplication: true,
      },
      alerts: [],
    });
  });

  test('is seen while it is stopped, with what its disk says', async () => {
    const [volume] = await look(createDiskHost(stopped));
    expect(volume).toMatchObject({
      stack: 'manager',
      state: 'stopped',
      mode: null,
      onDisk: { state: 'clean' },
      sizes: { physicalBytes: 10 * gibibyte },
      manager: { operationState: 'finished' },
      alerts: [],
    });
  });

  test('is seen without root too', async () => {
    for (const [arrange, state] of [
      [running, 'running'],
      [stopped, 'stopped'],
    ] as const) {
      const [volume] = await look(createDiskHost(arrange, { identity: { isRoot: false } }));
      expect(volume).toMatchObject({ stack: 'manager', state, manager: { writePolicy: 'auto' } });
    }
  });

  test('is seen while it runs and its configuration is not understood', async () => {
    const host = createDiskHost((world) => {
      running(world);
      for (const file of world.files) file.text = file.text.replace('version: 538380551', 'version: 1');
    });
    const { seen, missing } = await lookAtHost(host);
    expect(seen.map(({ volume }) => volume)).toMatchObject([{ stack: 'manager', manager: null }]);
    expect(missing).toMatchObject([{ why: expect.stringContaining('version: 1') as string }]);
  });

  test('is the manager’s by its name, even where vdoctl remembers one of that name', async () => {
    const host = createDiskHost((world) => {
      running(world);
      addRemembered(world, 'my-vdo', '/dev/vdb');
      happen.stopDevice(world, 'my-vdo');
    });
    expect(await look(host)).toMatchObject([{ stack: 'manager' }]);
  });

  test('whose storage is gone is still seen', async () => {
    const host = createDiskHost((world) => {
      stopped(world);
      for (const file of world.files) file.text = file.text.replace('/dev/vdb', '/dev/disk/by-id/gone');
    });
    const [volume] = await look(host);
    expect(volume).toMatchObject({
      storage: { path: '/dev/disk/by-id/gone', present: false },
      sizes: { physicalBytes: 10 * gibibyte },
    });
    expect(volume && codes(volume)).toContain('storage-missing');
  });

  test.each([
    ['write back', ['write-policy-unsafe']],
    ['write through', []],
  ] as const)('with write policy sync on a disk that is %s: %j', async (writeCache, expected) => {
    const host = createDiskHost((world) => {
      for (const disk of world.disks) disk.writeCache = writeCache;
      running(world);
      configureManaged(world, 'my-vdo', '/dev/vdb', { writePolicy: 'sync' });
    });
    const [volume] = await look(host);
    expect(volume && codes(volume)).toEqual(expected);
  });

  test('there is no question of the manager itself', async () => {
    const host = createDiskHost((world) => {
      leaveCreateCutOff(world, 'my-vdo', '/dev/vdb', 'started');
    });
    await lookAtHost(host);
    expect(host.log.map(({ command }) => command.file)).not.toContain('vdo');
  });
});

describe('what the manager began and did not finish', () => {
  const cases: readonly (readonly [string, (world: World) => void, string])[] = [
    ...(['recorded', 'formatted', 'started'] as const).map(
      (after) =>
        [
          `a create, ${after}`,
          (world: World) => {
            leaveCreateCutOff(world, 'my-vdo', '/dev/vdb', after);
          },
          'create-incomplete',
        ] as const,
    ),
    ...(['recorded', 'started'] as const).map(
      (after) =>
        [
          `an import, ${after}`,
          (world: World) => {
            stopped(world);
            leaveImportCutOff(world, 'my-vdo', '/dev/vdb', after);
          },
          'import-incomplete',
        ] as const,
    ),
    [
      'a growth',
      (world: World) => {
        running(world);
        leaveGrowLogicalCutOff(world, 'my-vdo', 40 * gibibyte, 'recorded');
      },
      'change-incomplete',
    ],
  ];

  test.each(cases)('%s is told as such', async (_, arrange, code) => {
    const [volume, ...others] = await look(createDiskHost(arrange));
    expect(others).toEqual([]);
    expect(volume && codes(volume)).toContain(code);
    const alert = volume?.alerts.find((each) => each.code === code);
    expect(alert?.next).toMatch(/^vdoctl cleanup my-vdo/);
  });

  test.each(cases)('%s is none while a vdo command is at it', async (_, arrange, code) => {
    const host = createDiskHost((world) => {
      arrange(world);
      const commandLine = ['/usr/bin/python3', '/usr/bin/vdo', 'create', '--name=my-vdo'];
      happen.addProcess(world, { name: 'vdo', commandLine });
    });
    const [volume] = await look(host);
    expect(volume && codes(volume)).not.toContain(code);
  });
});
