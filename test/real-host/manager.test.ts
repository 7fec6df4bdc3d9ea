import fs from 'node:fs';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { imageAt } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { addManagedVolume } from '../../src/simulator/programs/manager/arrange.ts';
import { makeTemporaryDirectory } from '../bench/fixture.ts';
import { FakeHost } from './fake-host.ts';
import { findBuild } from '../builds.ts';
import { standIn } from './stand-in.ts';

const directory = makeTemporaryDirectory();
let program: string;
let host: FakeHost;
beforeAll(async () => {
  program = await findBuild('src/entry/main.ts', standIn);
});
beforeEach(() => {
  host = new FakeHost(path.join(directory, 'host'), program);
});
afterEach(() => {
  host.close();
});
afterAll(() => {
  fs.rmSync(directory, { recursive: true });
});

const storage = '/dev/vdb';
const files = [{ name: 'f1', checksum: '5f1d' }];

/** `my-vdo`, running, with a file on it. */
function addVolume(): void {
  host.change((world) => {
    addManagedVolume(world, 'my-vdo', storage);
    happen.writeFiles(world, 'my-vdo', files);
  });
}

function vdo(...words: readonly string[]) {
  return host.run(['vdo', ...words]);
}

describe('a volume', () => {
  test('is made and removed by the manager alone', async () => {
    const sizes = ['--logical-size', '20G', '--slab-size', '128M'];
    expect(await host.vdoctl('create', 'my-vdo', '--device', storage, ...sizes)).toMatchObject({ code: 0 });
    expect(host.takeVdoCalls()).toEqual([
      'vdo create --name=my-vdo --device=/dev/vdb --vdoLogicalSize=21474836480B --vdoSlabSize=128M ' +
        '--compression=enabled --deduplication=enabled',
    ]);
    expect(await host.vdoctl('remove', 'my-vdo', '--yes')).toMatchObject({ code: 0 });
    expect(host.takeVdoCalls()).toEqual(['vdo stop --name=my-vdo', 'vdo remove --name=my-vdo']);
    expect(host.readConfig()).toBeUndefined();
    expect(host.readFirstBlock(storage).every((byte) => byte === 0)).toBe(true);
  });

  test('that somebody mounts at the last moment is not stopped: the manager sees it', async () => {
    addVolume();
    host.plan({ program: 'vdo', meanwhile: [['mount', '/dev/mapper/my-vdo', '/mnt']] });
    const { code, text } = await host.vdoctl('stop', 'my-vdo');
    expect([code, text]).toEqual([8, expect.stringContaining('the manager finds it mounted')]);
  });
});

describe('a forced rebuild', () => {
  beforeEach(() => {
    addVolume();
    host.change((world) => {
      happen.stopDevice(world, 'my-vdo');
      happen.setDiskState(world, storage, 'read-only');
    });
  });

  const rebuild = ['recover', 'my-vdo', '--force-rebuild', '--yes'];

  test('that the manager claims and did not do, since somebody started it, is no success', async () => {
    host.plan({ program: 'vdo', meanwhile: [['vdo', 'start', '--name=my-vdo']] });
    const { code, text } = await host.vdoctl(...rebuild);
    expect(code).toBe(11);
    expect(text).not.toContain('rebuilt and normal');
    expect(imageAt(host.world, storage).readOnlyRecoveries).toBe(0);
  });

  test('that fails, since somebody did it already, says what the manager said', async () => {
    const others = ['start --name=my-vdo --forceRebuild', 'stop --name=my-vdo'];
    host.plan({ program: 'vdo', meanwhile: others.map((words) => ['vdo', ...words.split(' ')]) });
    const { code, text } = await host.vdoctl(...rebuild);
    expect(code).toBe(9);
    expect(text).toContain('The device is not in read-only mode');
    expect(imageAt(host.world, storage).readOnlyRecoveries).toBe(1);
  });
});

describe('a create that was killed', () => {
  async function killCreate(killAfterMs: number): Promise<void> {
    host.plan({ program: 'vdo', killAfterMs });
    expect(await vdo('create', '--name=my-vdo', `--device=${storage}`)).toMatchObject({ code: null });
    expect((await host.vdoctl('list')).text).toContain('create-incomplete');
    host.takeCalls();
  }

  test('while it started the volume is removed by the manager once that is confirmed', async () => {
    await killCreate(150);
    const asked = await host.vdoctl('cleanup', 'my-vdo');
    expect([asked.code, asked.text]).toEqual([10, expect.stringContaining('zero the first 4096 bytes')]);
    // Without --force, `vdo remove` would also remove a create that has ended meanwhile.
    expect(host.takeVdoCalls()).toEqual([]);
    expect(await host.vdoctl('cleanup', 'my-vdo', '--yes')).toMatchObject({ code: 0 });
    expect(host.takeVdoCalls()).toEqual(['vdo remove --name=my-vdo --force']);
    expect(await vdo('create', '--name=my-vdo', `--device=${storage}`)).toMatchObject({ code: 0 });
  });

  test('when the volume was up is called finished, and can be used', async () => {
    await killCreate(800);
    expect(await host.vdoctl('cleanup', 'my-vdo', '--yes')).toMatchObject({ code: 0 });
    expect(host.takeVdoCalls()).toEqual([]);
    expect(await vdo('stop', '--name=my-vdo')).toMatchObject({ code: 0 });
    expect(await host.vdoctl('recover', 'my-vdo')).toMatchObject({ code: 0 });
  });
});

describe('an import of a volume full of data that was killed', () => {
  const importIt = ['import', '--name=my-vdo', `--device=${storage}`];

  /**
   * Killed right after its beginning, an import leaves a target without a table; killed later, the volume is up and the
   * manager's file does not say so.
   */
  async function killImport(killAfterMs: number): Promise<void> {
    addVolume();
    host.change((world) => {
      happen.stopDevice(world, 'my-vdo');
      world.files = world.files.filter(({ path: name }) => name !== '/etc/vdoconf.yml');
    });
    host.plan({ program: 'vdo', killAfterMs });
    expect(await vdo(...importIt)).toMatchObject({ code: null });
    expect(host.readConfig()).toContain('_operationState: beginImport');
    host.takeCalls();
  }

  describe.each([
    ['at its beginning', 100],
    ['when its target was up', 800],
  ])('%s', (_, killAfterMs) => {
    beforeEach(() => killImport(killAfterMs));

    test('is refused by every verb, without a word of remove --force as advice', async () => {
      expect((await host.vdoctl('list')).text).toContain('import-incomplete');
      for (const verb of ['start', 'stop', 'recover', 'remove'])
        expect(await host.vdoctl(verb, 'my-vdo', '--yes')).toMatchObject({
          code: 7,
          text: expect.not.stringContaining('--force') as string,
        });
      expect(host.takeVdoCalls()).toEqual([]);
    });

    test.each(['my-vdo', 'my-vdo --yes', '--all --yes'])('keeps its data in cleanup %s', async (words) => {
      const { code, text } = await host.vdoctl('cleanup', ...words.split(' '));
      expect([code, text]).toEqual([0, expect.stringContaining('the data is left alone')]);
      expect(host.takeVdoCalls()).toEqual([]);
      expect(host.readConfig()).toBeUndefined();
      expect(host.readFirstBlock(storage).toString('latin1', 0, 8)).toBe('dmvdo001');
      expect(await vdo(...importIt)).toMatchObject({ code: 0 });
      expect(happen.readFiles(host.world, 'my-vdo')).toEqual(files);
    });

    test('keeps its data when cleanup completes it', async () => {
      const cleanup = ['cleanup', 'my-vdo', '--complete-import', '--yes'];
      expect(await host.vdoctl(...cleanup)).toMatchObject({ code: 0 });
      expect(await host.vdoctl('recover', 'my-vdo')).toMatchObject({ code: 0 });
      expect(await vdo('status', '--name=my-vdo')).toMatchObject({ code: 0 });
      expect(happen.readFiles(host.world, 'my-vdo')).toEqual(files);
    });
  });

  test("would lose its data to the manager's own advice", async () => {
    await killImport(800);
    expect(await vdo('remove', '--name=my-vdo', '--force')).toMatchObject({ code: 0 });
    expect(host.readFirstBlock(storage).every((byte) => byte === 0)).toBe(true);
    expect(await vdo(...importIt)).toMatchObject({ code: 1 });
  });
});
