import { describe, expect, test } from 'vitest';

import { addDisk, addVolume, imageAt } from '../../src/simulator/arrange.ts';
import * as happen from './levers.ts';
import type { TestHost } from './test-host.ts';
import { changing, untearable } from '../../src/model/command.ts';
import { parseGeometry } from '../../src/parse/disk.ts';
import { addLayer } from './levers.ts';
import {
  createCommand,
  createDmHost,
  createLvmHost,
  files,
  gibibyte,
  low,
  readDiskState,
  readStatus,
  run,
} from './worlds.ts';

describe('two volumes on one storage', () => {
  test('the very same device is refused', async () => {
    const host = createDmHost();
    const result = await host.run(changing('dmsetup', createCommand(host, 'other')));
    expect(result.outcome).toEqual({ kind: 'exited', code: 1 });
    expect(await readStatus(host, 'other')).toBe('');
  });

  test('another way to the same storage is accepted, and destroys both', async () => {
    const host = createDmHost();
    host.change((world) => {
      happen.writeFiles(world, 'my-vdo', files);
    });
    const result = await host.run(changing('dmsetup', createCommand(host, 'other', '/dev/vdb')));
    expect(result.outcome).toEqual({ kind: 'exited', code: 0 });
    expect(await readStatus(host, 'other')).not.toBe('');
    expect(() => happen.readFiles(host.world, 'my-vdo')).toThrow('same storage');
  });

  test('a clone has the same UUID and nonce on another disk', async () => {
    const host = createDmHost();
    host.change((world) => happen.cloneDisk(world, 'vdb', 'vde'));
    const areas = ['/dev/vdb', '/dev/vde'].map((device) => ({
      id: device,
      extents: [{ device, startBytes: 0 }],
    }));
    const readings = await host.readMetadata(areas);
    const geometries = readings.map((each) =>
      each.kind === 'read' ? parseGeometry(each.geometry) : undefined,
    );
    expect(geometries[0]?.uuid).toBe(geometries[1]?.uuid);
    expect(geometries[0]?.nonce).toBe(geometries[1]?.nonce);
  });
});

describe('udev', () => {
  test('keeps a device busy right after its use; settling or retrying helps', async () => {
    for (const way of ['settle', 'retry']) {
      const host = createDmHost();
      host.change((world) => {
        happen.stopDevice(world, 'my-vdo');
      });
      await host.run(changing('dmsetup', createCommand(host)));
      const atOnce = await run(host, '! dmsetup remove my-vdo');
      expect(atOnce.outcome).toEqual({ kind: 'exited', code: 1 });
      expect(atOnce.stderr).toContain('Device or resource busy');
      if (way === 'settle') await run(host, 'udevadm settle');
      const then = await run(host, `! dmsetup remove ${way === 'retry' ? '--retry ' : ''}my-vdo`);
      expect(then.outcome).toEqual({ kind: 'exited', code: 0 });
    }
  });

  test('no retry helps while it is mounted, held or open', async () => {
    const uses: ((host: TestHost) => void)[] = [
      (host) => {
        host.change((world) => {
          happen.mountDevice(world, '/dev/mapper/my-vdo', '/mnt');
        });
      },
      (host) => host.change((world) => addLayer(world, 'on-top', '/dev/mapper/my-vdo')),
      (host) =>
        host.change((world) => happen.addProcess(world, { name: 'dd', opens: ['/dev/mapper/my-vdo'] })),
    ];
    for (const use of uses) {
      const host = createDmHost();
      use(host);
      const result = await run(host, '! dmsetup remove --retry my-vdo');
      expect(result.outcome).toEqual({ kind: 'exited', code: 1 });
      expect(await readStatus(host)).toContain(' normal ');
    }
  });
});

describe('a suspended device', () => {
  const suspended = (): TestHost => {
    const host = createDmHost();
    host.change((world) => {
      happen.suspend(world, 'low');
    });
    return host;
  };

  test.each(['dmsetup status', 'dmsetup table', 'dmsetup info -c', 'vdostats --verbose', 'udevadm settle'])(
    '%s answers at once',
    async (line) => {
      const result = await run(suspended(), line);
      expect(result.outcome).toEqual({ kind: 'exited', code: 0 });
      expect(result.durationMs).toBeLessThan(1000);
    },
  );

  test('LVM hangs past SIGKILL, after its whole time limit', async () => {
    const result = await run(suspended(), 'lvs -a --reportformat json --units b --nosuffix -o lv_name', 5000);
    expect(result.outcome).toMatchObject({ kind: 'timed-out', ended: false });
    expect(result.durationMs).toBe(5000);
  });

  test('its metadata is no answer, and others are read all the same', async () => {
    const host = suspended();
    host.change((world) => {
      addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte });
      addVolume(world, 'fine', '/dev/vdc');
    });
    const areas = ['/dev/mapper/low', '/dev/vdc'].map((device) => ({
      id: device,
      extents: [{ device, startBytes: 0 }],
    }));
    const readings = await host.readMetadata(areas);
    expect(readings.map(({ kind }) => kind)).toEqual(['no-answer', 'read']);
  });

  test('a create that was killed leaves the name without a table', async () => {
    const host = createDmHost();
    const command = createCommand(host);
    host.change((world) => {
      happen.stopDevice(world, 'my-vdo');
      happen.suspend(world, 'low');
    });
    const result = await host.run(changing('dmsetup', command, 3000));
    expect(result.outcome).toMatchObject({ kind: 'timed-out', ended: false });
    const info = 'dmsetup info -c --noheadings --separator , -o name,tables_loaded my-vdo';
    expect((await run(host, info)).stdout).toBe('my-vdo,None\n');
    host.change((world) => {
      happen.resume(world, 'low');
    });
    await host.clock.sleep(60_000);
    expect((await run(host, info)).stdout).toBe('my-vdo,None\n');
    expect(await readStatus(host)).toBe('\n');
    expect((await run(host, '! dmsetup remove my-vdo')).outcome).toEqual({ kind: 'exited', code: 0 });
  });

  test('a create that was left alone goes on by itself', async () => {
    const host = createDmHost();
    const command = createCommand(host);
    host.change((world) => {
      happen.stopDevice(world, 'my-vdo');
      happen.suspend(world, 'low');
    });
    const result = await host.run(untearable('dmsetup', command, 3000));
    expect(result.outcome.kind).toBe('left-running');
    host.change((world) => {
      happen.resume(world, 'low');
    });
    await host.clock.sleep(1000);
    expect(await readStatus(host)).toContain(' normal ');
  });
});

describe('LVM', () => {
  test('lends out a component read-only, and asks first', async () => {
    const host = createLvmHost();
    await run(host, '! lvchange -an vg/home');
    const asked = await run(host, '! lvchange -ay vg/pool_vdata', 4000);
    expect(asked.outcome).toMatchObject({ kind: 'timed-out', ended: true });
    await run(host, '! lvchange -y -ay vg/pool_vdata');
    const info = 'dmsetup info -c --noheadings --separator , -o name,readonly';
    expect((await run(host, info)).stdout).toBe('vg-pool_vdata,Read-only\n');
    await run(host, '! lvchange -an vg/pool_vdata');
    expect((await run(host, 'dmsetup ls')).stdout).toBe('No devices found\n');
  });

  test('will not activate a pool while somebody has made its data device by hand', async () => {
    const host = createLvmHost();
    const table = (await run(host, 'dmsetup table vg-pool_vdata')).stdout.trim();
    await run(host, '! lvchange -an vg/home');
    await host.run(changing('dmsetup', ['create', 'vg-pool_vdata', '--table', table]));
    const result = await run(host, '! lvchange -ay vg/home');
    expect(result.outcome).toEqual({ kind: 'exited', code: 5 });
    expect(result.stderr).toContain('failed: Device or resource busy');
    await run(host, '! dmsetup remove --retry vg-pool_vdata');
    expect((await run(host, '! lvchange -ay vg/home')).outcome).toEqual({ kind: 'exited', code: 0 });
  });

  test('a crashed pool recovers when its LV is activated; the LV appears with it', async () => {
    const host = createLvmHost({ recovery: { replayMs: 3000, scrubMs: 5000 } });
    host.change((world) => {
      happen.writeFiles(world, 'vg-home', files);
    });
    host.change((world) => {
      happen.cutPower(world);
    });
    expect((await run(host, 'dmsetup ls')).stdout).toBe('No devices found\n');
    const area = {
      id: 'vg/pool',
      extents: [{ device: '/dev/vdb', startBytes: 1024 ** 2, lengthBytes: 8 * gibibyte }],
    };
    const [reading] = await host.readMetadata([area]);
    expect(reading?.kind).toBe('read');
    const result = await run(host, '! lvchange -ay vg/home');
    expect(result.durationMs).toBeGreaterThan(3000);
    expect(await readStatus(host, 'vg-pool-vpool')).toContain(' recovering ');
    expect(host.files.resolve('/dev/vg/home')).toEqual({ kind: 'read', value: '/dev/dm-2' });
    await host.clock.sleep(6000);
    expect(happen.readFiles(host.world, 'vg-home')).toEqual(files);
  });

  test('says what is missing when a disk is gone', async () => {
    const host = createLvmHost();
    await run(host, '! lvchange -an vg/home');
    host.change((world) => {
      happen.setDiskFault(world, 'vdb', 'gone');
    });
    const result = await run(host, '! lvchange -ay vg/home');
    expect(result.outcome).toEqual({ kind: 'exited', code: 5 });
    const listed = await run(host, 'lvs -a --reportformat json --units b --nosuffix -o lv_name');
    expect(listed.stderr).toContain('is missing PV');
  });
});

describe('storage that is not right', () => {
  const stopped = (): TestHost => {
    const host = createDmHost();
    host.change((world) => {
      happen.stopDevice(world, 'my-vdo');
    });
    return host;
  };

  test.each([
    [
      'gone',
      (host: TestHost) => {
        host.change((world) => {
          happen.setDiskFault(world, 'vdb', 'gone');
        });
      },
      'failed',
    ],
    [
      'failing',
      (host: TestHost) => {
        host.change((world) => {
          happen.setDiskFault(world, 'vdb', 'fails');
        });
      },
      'failed',
    ],
    [
      'garbage',
      (host: TestHost) => {
        host.change((world) => {
          happen.overwriteDisk(world, 'vdb', 'ext4');
        });
      },
      'not-vdo',
    ],
  ] as const)('%s: the start is refused, the metadata says %s', async (_what, spoil, kind) => {
    const host = stopped();
    const command = createCommand(host);
    spoil(host);
    expect(await readDiskState(host)).toBe(kind);
    expect((await host.run(changing('dmsetup', command))).outcome).toEqual({ kind: 'exited', code: 1 });
    expect((await run(host, 'dmsetup ls --target vdo')).stdout).toBe('');
  });

  test('a disk that shrank: the layer above reaches beyond its end', async () => {
    const host = stopped();
    const command = createCommand(host, 'my-vdo', '/dev/vdb');
    host.change((world) => {
      happen.stopDevice(world, 'low');
      happen.shrinkDisk(world, 'vdb', 5 * gibibyte);
    });
    expect((await host.run(changing('dmsetup', command))).outcome).toEqual({ kind: 'exited', code: 1 });
    const layer = ['create', 'low', '--table', `0 ${String((10 * gibibyte) / 512)} linear /dev/vdb 0`];
    expect((await host.run(changing('dmsetup', layer))).stderr).toContain('Invalid argument');
  });

  test('another version and another nonce are on the disk as they would be', async () => {
    for (const damage of ['other-version', 'other-nonce'] as const) {
      const host = stopped();
      host.change((world) => Object.assign(imageAt(world, low), { damage }));
      await expect(readDiskState(host)).rejects.toThrow();
    }
  });
});
