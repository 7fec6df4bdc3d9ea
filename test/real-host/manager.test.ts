import fs from 'node:fs';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { makeTemporaryDirectory } from '../bench/fixture.ts';
import { recorded } from '../parse/recordings.ts';
import {
  buildManagerProgram,
  makeManagerFixture,
  type ManagerFixture,
  type State,
} from './manager-fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const directory = makeTemporaryDirectory();
let program = '';
let fixture: ManagerFixture | undefined;
beforeAll(async () => {
  program = await buildManagerProgram(path.join(directory, 'build'));
});
afterEach(() => {
  const unexpected = fixture?.readUnexpected();
  fixture?.close();
  fixture = undefined;
  expect(unexpected).toEqual([]);
});
afterAll(() => {
  fs.rmSync(directory, { recursive: true });
});

function make(states: Readonly<Record<string, State>>): ManagerFixture {
  fixture = makeManagerFixture(path.join(directory, 'host'), program, states);
  return fixture;
}

const normal = '0 41943040 vdo /dev/vdb normal - online online 734410 2621440';
const config = recorded('manager/09').stdout;
const running: State = { status: normal, config, disk: 'dirty' };
const stopped: State = { config, disk: 'clean' };
const cutOff: State = {
  status: recorded('manager/45').stdout.trim().replace('my-vdo: ', ''),
  config: recorded('manager/44').stdout,
  disk: 'dirty',
};

describe('looking', () => {
  test('a running volume, from its target and the configuration: vdo is not asked', async () => {
    const { vdoctl, takeVdoCalls } = make({ running });
    expect(await vdoctl('list')).toMatchObject({
      code: 0,
      text: expect.stringMatching(/my-vdo +manager +running/) as string,
    });
    expect((await vdoctl('status', 'my-vdo')).text).toMatch(/mode +normal/);
    expect(takeVdoCalls()).toEqual([]);
  });

  test('a stopped volume, from the configuration and its disk', async () => {
    const { vdoctl, takeVdoCalls } = make({ stopped });
    expect((await vdoctl('list')).text).toMatch(/my-vdo +manager +stopped/);
    expect((await vdoctl('status', 'my-vdo')).text).toContain('clean: it was stopped cleanly');
    expect(takeVdoCalls()).toEqual([]);
  });

  test('a create that was cut off: it is said, and every verb refuses it with 7', async () => {
    const { vdoctl, takeVdoCalls } = make({ cutOff });
    expect((await vdoctl('status', 'my-vdo')).text).toContain('create-incomplete');
    for (const verb of ['start', 'stop', 'recover'])
      expect(await vdoctl(verb, 'my-vdo')).toMatchObject({
        code: 7,
        text: expect.stringContaining('vdoctl cleanup my-vdo') as string,
      });
    expect(takeVdoCalls()).toEqual([]);
  });
});

describe('stopping and starting', () => {
  const start = { 'start --name=my-vdo': { recording: 'manager/21', becomes: 'running' } };

  test('is left to the manager', async () => {
    const stop = { 'stop --name=my-vdo': { recording: 'manager/15', becomes: 'stopped' } };
    const { vdoctl, takeVdoCalls } = make({
      running: { ...running, vdo: stop },
      stopped: { ...stopped, vdo: start },
    });
    expect(await vdoctl('stop', 'my-vdo')).toMatchObject({ code: 0 });
    expect(takeVdoCalls()).toEqual(['vdo stop --name=my-vdo']);
    expect((await vdoctl('list')).text).toMatch(/my-vdo +manager +stopped/);
    expect(await vdoctl('start', 'my-vdo')).toMatchObject({ code: 0 });
    expect(takeVdoCalls()).toEqual(['vdo start --name=my-vdo']);
  });

  test('a mounted volume is refused by name of the mount, before the manager is asked', async () => {
    const mounts = '99 27 253:0 / /mnt rw,relatime - ext4 /dev/mapper/my-vdo rw\n';
    const { vdoctl, takeVdoCalls } = make({ running: { ...running, mounts } });
    const { code, text } = await vdoctl('stop', 'my-vdo');
    expect([code, text]).toEqual([8, expect.stringContaining('mounted on /mnt')]);
    expect(takeVdoCalls()).toEqual([]);
  });

  test('a mount that only the manager sees is refused too', async () => {
    const vdo = { 'stop --name=my-vdo': { recording: 'manager/14' } };
    const { vdoctl } = make({ running: { ...running, vdo } });
    const { code, text } = await vdoctl('stop', 'my-vdo');
    expect([code, text]).toEqual([8, expect.stringContaining('the manager finds it mounted')]);
  });
});

describe('a forced rebuild', () => {
  const rebuild = (recording: string, becomes?: string) => ({
    'start --name=my-vdo --forceRebuild': { recording, ...(becomes === undefined ? {} : { becomes }) },
  });

  test('that the manager claims and did not do is no success', async () => {
    const readOnly: State = { config, disk: 'read-only', vdo: rebuild('manager/13', 'unchanged') };
    const unchanged: State = { ...running, status: recorded('manager/29').stdout.trim(), disk: 'read-only' };
    const { vdoctl } = make({ readOnly, unchanged });
    const { code, text } = await vdoctl('recover', 'my-vdo', '--force-rebuild', '--yes');
    expect(code).toBe(11);
    expect(text).not.toContain('rebuilt and normal');
  });

  test('that fails says what the manager said', async () => {
    const { vdoctl } = make({ readOnly: { config, disk: 'read-only', vdo: rebuild('manager/20') } });
    const { code, text } = await vdoctl('recover', 'my-vdo', '--force-rebuild', '--yes');
    expect(code).toBe(9);
    expect(text).toContain('The device is not in read-only mode');
  });
});

describe('cleanup', () => {
  test('of a create that was cut off: what the manager will do is told, and the manager does it', async () => {
    const vdo = {
      'remove --name=my-vdo --force': { recording: 'manager/52', becomes: 'gone' },
    };
    const { vdoctl, takeVdoCalls } = make({ cutOff: { ...cutOff, vdo }, gone: { disk: 'blank' } });
    const asked = await vdoctl('cleanup', 'my-vdo');
    expect([asked.code, asked.text]).toEqual([10, expect.stringContaining('umount -f /dev/mapper/my-vdo')]);
    // Without --force it would remove a create that has ended meanwhile.
    expect(takeVdoCalls()).toEqual([]);
    expect(await vdoctl('cleanup', 'my-vdo', '--yes')).toMatchObject({ code: 0 });
    expect(takeVdoCalls()).toEqual(['vdo remove --name=my-vdo --force']);
    expect((await vdoctl('list')).text).toContain('No VDO volumes');
  });

  test('of an import that was cut off does not ask the manager for anything', async () => {
    const imported = config.replace('finished', 'beginImport');
    const { vdoctl, takeVdoCalls } = make({ cutOff: { config: imported, disk: 'clean' } });
    const { code, text } = await vdoctl('cleanup', 'my-vdo', '--yes');
    expect([code, text]).toEqual([0, expect.stringContaining('the data is left alone')]);
    expect(takeVdoCalls()).toEqual([]);
    expect((await vdoctl('list')).text).toContain('No VDO volumes');
  });
});
