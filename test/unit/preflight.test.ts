import { expect, test, vi } from 'vitest';

import { sectorBytes } from '../../src/model/disk.ts';
import { readHistory } from '../../src/journal/read.ts';
import * as arrange from '../../src/simulator/arrange.ts';
import { logToKernel } from '../../src/simulator/world/kernel-log.ts';
import type { World } from '../../src/simulator/world/world.ts';
import * as happen from '../simulated/levers.ts';
import { createDiskHost, gibibyte } from '../simulated/worlds.ts';
import { callAt, callOn } from './call.ts';
import {
  breakJournal,
  createReadOnlyOn,
  expectRebuilt,
  expectRebuildRefused,
  forcedRebuild,
  journalAt,
  readPreflight,
} from './preflight-steps.ts';

test('a good disk: the plan says that a sample was read, and that no copy is known', async () => {
  const host = createReadOnlyOn();
  const { stdout } = await callOn(host, ...forcedRebuild, '--dry-run');
  expect(stdout).toContain(
    'A sample of its storage was read: no error (144 MiB; --scan full reads all 10.0 GiB)',
  );
  expect(stdout).toContain('No copy of it is known');
  expect(await readPreflight(host)).toMatchObject({
    badDisks: [],
    noRoom: [],
    notes: [],
    copies: [],
    despite: [],
  });
});

test('an unreadable sector in the journal refuses a rebuild, and is named', async () => {
  const host = createReadOnlyOn();
  host.change((world) => {
    breakJournal(world);
  });
  const first = journalAt / sectorBytes;
  await expectRebuildRefused(
    host,
    `/dev/vdb cannot be read at sectors ${String(first)} to ${String(first + 7)} (EIO)`,
    '--despite media-errors',
  );
});

test('with --despite media-errors the same is shown, written down and rebuilt', async () => {
  const host = createReadOnlyOn();
  host.change((world) => {
    breakJournal(world);
  });
  const shown = await callOn(host, ...forcedRebuild, '--despite', 'media-errors');
  expect(shown.code).toBe(10);
  expect(shown.stderr).toContain('/dev/vdb cannot be read at sectors');
  expect(shown.stderr).toContain('Asked for despite: media-errors.');
  expectRebuilt(await callOn(host, ...forcedRebuild, '--despite', 'media-errors', '--yes'));
  const [operation] = (await readHistory(host.files)).operations;
  expect(operation?.operation.begun.plan.preflight).toMatchObject({
    despite: ['media-errors'],
    badDisks: [{ source: 'reading', device: '/dev/vdb', leg: null }],
  });
});

test('what a sample does not touch is found by --scan full', async () => {
  const host = createReadOnlyOn();
  host.change((world) => {
    breakJournal(world, 'vdb', 5 * gibibyte + 4096 * 3001);
  });
  expect((await readPreflight(host)).badDisks).toEqual([]);
  const { code, stderr } = await callOn(host, ...forcedRebuild, '--scan', 'full', '--yes');
  expect(code).toBe(8);
  expect(stderr).toContain('/dev/vdb cannot be read at sectors');
});

test('a whole scan tells its progress, can be stopped, and takes nothing from the time for the recovery', async () => {
  const host = createReadOnlyOn();
  const words = [...forcedRebuild, '--scan', 'full', '--yes', '--timeout', '45s'];
  const stopping = new AbortController();
  const stderr: string[] = [];
  const stopped = await callAt(
    {
      stderr: {
        isTerminal: false,
        columns: 80,
        write: (text: string) => {
          stderr.push(text);
          if (text.includes('reading the storage for errors')) stopping.abort('SIGINT');
        },
      },
      interrupted: stopping.signal,
    },
    host,
    ...words,
  );
  expect(stopped.code).toBe(130);
  expect(stderr.join('')).toContain('nothing was changed');
  expectRebuilt(await callOn(host, ...words));
});

test('of a RAID each leg is read by itself, and the leg is named', async () => {
  const host = createReadOnlyOn('/dev/mapper/mirror', (world) => {
    arrange.addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte });
    happen.addLayer(world, 'leg0', '/dev/vdb');
    happen.addLayer(world, 'leg1', '/dev/vdc');
    const sectors = String((10 * gibibyte) / sectorBytes);
    const legs = ['leg0', 'leg1'].map((leg) => `- ${happen.numberOf(world, leg)}`).join(' ');
    const dm = arrange.addDm(world, 'mirror', `0 ${sectors} raid raid1 1 0 2 ${legs}`);
    dm.status = `raid1 2 AA ${sectors}/${sectors} idle 0 0 -`;
    breakJournal(world, 'vdc');
  });
  await expectRebuildRefused(host, '/dev/vdc (the leg leg1) cannot be read at sectors');
  host.change((world) => {
    const mirror = world.dmDevices.find(({ name }) => name === 'mirror');
    if (mirror?.status !== undefined) mirror.status = mirror.status.replace('AA', 'AD');
  });
  const { badDisks, notes } = await readPreflight(host);
  expect({ badDisks, notes }).toEqual({ badDisks: [], notes: [] });
});

test('a disk that fails by its own account refuses; one that counts bad sectors is only told', async () => {
  const host = createReadOnlyOn();
  const tell = (passed: boolean, pendingSectors: number): void => {
    host.change((world) => {
      const disk = world.disks.find(({ name }) => name === 'vdb');
      if (disk !== undefined) disk.smart = { passed, pendingSectors };
    });
  };
  tell(true, 8);
  expect((await readPreflight(host)).notes).toEqual([
    { note: 'disk-worn', device: '/dev/vdb', said: 'Current_Pending_Sector 8' },
  ]);
  tell(false, 8);
  await expectRebuildRefused(
    host,
    '/dev/vdb is failing (smartctl says that the disk is failing: Current_Pending_Sector 8)',
  );
  host.change((world) => {
    world.notInstalled.push('smartctl');
  });
  expect(await readPreflight(host)).toMatchObject({ badDisks: [], notes: [] });
});

const log = (world: World, what: string, sector: number): void => {
  logToKernel(
    world,
    `${what} error, dev vdb, sector ${String(sector)} op 0x0:(READ) flags 0x0 phys_seg 1 prio class 2`,
  );
};

test('a medium error in the kernel log refuses; another error there only if the sector still cannot be read', async () => {
  const host = createReadOnlyOn();
  host.change((world) => {
    log(world, 'I/O', 5000);
    log(world, 'critical medium', 77);
    world.kernelLog = world.kernelLog.filter(({ text }) => !text.startsWith('critical'));
  });
  expect(await readPreflight(host)).toMatchObject({
    badDisks: [],
    notes: [{ note: 'errors-logged', device: '/dev/vdb', count: 1 }],
  });
  host.change((world) => {
    breakJournal(world, 'vdb', 5000 * sectorBytes);
  });
  await expectRebuildRefused(host, '/dev/vdb cannot be read at sectors 5000 to 5007');
  host.change((world) => {
    breakJournal(world, 'vda', 0);
    breakJournal(world, 'vdb', 0);
    const disk = world.disks.find(({ name }) => name === 'vdb');
    delete disk?.unreadable;
    log(world, 'critical medium', 77);
  });
  await expectRebuildRefused(host, 'the kernel logged medium errors of /dev/vdb at sectors 72 to 79');
});

test.each([
  ['--despite', 'disk-errors'],
  ['--despite', 'media-errors,media-errors'],
  ['--despite', ''],
  ['--scan', 'half'],
])('%s %j is wrong', async (...words) => {
  const host = createReadOnlyOn();
  const { code, stderr } = await callOn(host, ...forcedRebuild, ...words);
  expect(code).toBe(2);
  expect(stderr).toMatch(/media-errors, no-room-below|sample", "full/);
  expect(host.log).toEqual([]);
});

test.each([
  ['--scan', 'full'],
  ['--despite', 'media-errors'],
])('%s %s without --force-rebuild is wrong', async (...words) => {
  expect(await callOn(createReadOnlyOn(), 'recover', 'v', ...words)).toMatchObject({ code: 2 });
});

test('a recovery without a forced rebuild reads no more than before', async () => {
  const host = createDiskHost((world) => {
    arrange.addVolume(world, 'v', '/dev/vdb');
    arrange.addRemembered(world, 'v', '/dev/vdb');
    happen.stopDevice(world, 'v');
    arrange.setDiskState(world, '/dev/vdb', 'dirty');
  });
  const scan = vi.spyOn(host, 'scanStorage');
  expect((await callOn(host, 'recover', 'v')).code).toBe(0);
  const asked = host.log.map(({ command: { file, args } }) => [file, ...args].join(' '));
  expect(asked.filter((line) => /^(?:dmesg|smartctl|stat|dmsetup (?:table|status)$)/.test(line))).toEqual([]);
  expect(scan).not.toHaveBeenCalled();
});
