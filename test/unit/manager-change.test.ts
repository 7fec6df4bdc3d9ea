import { describe, expect, test } from 'vitest';

import { addDisk, addRootDisk } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { addManagedVolume } from '../../src/simulator/programs/manager/arrange.ts';
import { createTestHost, type TestHost } from '../simulated/test-host.ts';
import { changing, formatCommand } from '../../src/model/command.ts';
import { parseVdoConf, removeEntry } from '../../src/parse/vdoconf.ts';
import { grow, set } from '../../src/operations/grow-and-set.ts';
import { cleanup } from '../../src/operations/cleanup.ts';
import { remove } from '../../src/operations/remove.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { gibibyte } from '../simulated/worlds.ts';
import { createSession, problemOf } from './fakes.ts';

const configPath = '/etc/vdoconf.yml';

/** `my-vdo` on `vdb` and `other` on `vdc`, both running. */
function createHost(): TestHost {
  const host = createTestHost();
  host.change((world) => {
    addRootDisk(world);
    for (const [disk, name] of [
      ['vdb', 'my-vdo'],
      ['vdc', 'other'],
    ] as const) {
      addDisk(world, { name: disk, sizeBytes: 10 * gibibyte });
      addManagedVolume(world, name, `/dev/${disk}`);
    }
  });
  return host;
}

const readConfig = ({ files }: TestHost): string => {
  const text = files.readText(configPath);
  return text.kind === 'read' ? text.value : '';
};
const configured = (host: TestHost, name = 'my-vdo') =>
  parseVdoConf(readConfig(host)).rows.find((volume) => volume.name === name);
const find = async (host: TestHost, name = 'my-vdo') =>
  (await lookAtHost(host)).seen.map(({ volume }) => volume).find((volume) => volume.name === name);
const holdsVdo = ({ world }: TestHost, name: string): boolean =>
  world.disks.some((disk) => disk.name === name && disk.contents.some(({ vdo }) => vdo !== undefined));

describe('a volume of the classic manager', () => {
  test('grows logically', async () => {
    const host = createHost();
    const bytes = 40 * gibibyte;
    const growth = { kind: 'logical', bytes, isMore: false, asked: 'my-vdo' } as const;
    expect(await grow(createSession(host), 'my-vdo', growth)).toMatchObject({ outcome: 'done' });
    expect(configured(host)).toMatchObject({ logicalBytes: bytes, operationState: 'finished' });
    expect((await find(host))?.sizes.logicalBytes).toBe(bytes);
    expect(await grow(createSession(host), 'my-vdo', growth)).toMatchObject({ outcome: 'already-so' });
  });

  test('grows by what is added, and not beyond what a VDO can have', async () => {
    const host = createHost();
    const now = (await find(host))?.sizes.logicalBytes ?? 0;
    const growth = { kind: 'logical', bytes: 10 * gibibyte, isMore: true, asked: 'my-vdo' } as const;
    expect(await grow(createSession(host), 'my-vdo', growth)).toMatchObject({ outcome: 'done' });
    expect((await find(host))?.sizes.logicalBytes).toBe(now + 10 * gibibyte);
    const tooMuch = { ...growth, bytes: 4096 * 1024 * gibibyte };
    expect(await problemOf(grow(createSession(host), 'my-vdo', tooMuch))).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/too much: a logical size can be at most 4096T$/) as string,
    });
  });

  test('grows to its storage', async () => {
    const host = createHost();
    host.change((world) => {
      for (const disk of world.disks) disk.sizeBytes *= 2;
    });
    expect(await grow(createSession(host), 'my-vdo', { kind: 'physical' })).toMatchObject({
      outcome: 'done',
    });
    expect(configured(host)?.physicalBytes).toBe(20 * gibibyte);
    expect((await find(host))?.sizes.physicalBytes).toBe(20 * gibibyte);
  });

  test('takes settings', async () => {
    const host = createHost();
    const settings = [
      { key: 'compression', value: 'off' },
      { key: 'deduplication', value: 'off' },
      { key: 'write-policy', value: 'async' },
    ] as const;
    expect(await set(createSession(host), 'my-vdo', settings)).toMatchObject({ outcome: 'done' });
    const expected = { compression: false, deduplication: false, writePolicy: 'async' };
    expect(configured(host)).toMatchObject(expected);
    expect(await find(host)).toMatchObject({ compression: 'offline', manager: expected });
    expect(await set(createSession(host), 'my-vdo', settings)).toMatchObject({ outcome: 'already-so' });
  });
});

describe('what the manager loses by a reload', () => {
  const isOn = { compression: 'online', index: 'online' };
  const isLost = { compression: 'offline', index: 'closed' };
  const lose = async (host: TestHost): Promise<void> => {
    host.change((world) => {
      const [live] = world.dmDevices.find(({ name }) => name === 'my-vdo')?.live ?? [];
      if (live !== undefined) live.parameters += ' deduplication off';
    });
    await host.run(changing('vdo', ['changeWritePolicy', '--name=my-vdo', '--writePolicy=async']));
    expect(await find(host)).toMatchObject(isLost);
  };

  test('is an alert, and set puts it right, although the file says that it is so', async () => {
    const host = createHost();
    await lose(host);
    const alerts = (await find(host))?.alerts;
    expect(alerts?.map(({ code, next }) => [code, next])).toEqual([
      ['switched-off', 'vdoctl set my-vdo compression=on deduplication=on'],
    ]);
    const settings = [
      { key: 'compression', value: 'on' },
      { key: 'deduplication', value: 'on' },
    ] as const;
    expect(await set(createSession(host), 'my-vdo', settings)).toMatchObject({ outcome: 'done' });
    expect(await find(host)).toMatchObject({ compression: 'online', index: 'opening', alerts: [] });
    expect(await set(createSession(host), 'my-vdo', settings)).toMatchObject({ outcome: 'already-so' });
  });

  test.each([
    [
      'a growth',
      (host: TestHost) => {
        const growth = { kind: 'logical', bytes: 40 * gibibyte, isMore: false, asked: 'my-vdo' } as const;
        return grow(createSession(host), 'my-vdo', growth);
      },
    ],
    [
      'another write policy',
      (host: TestHost) => set(createSession(host), 'my-vdo', [{ key: 'write-policy', value: 'async' }]),
    ],
  ])('is put right after %s', async (_what, change) => {
    const host = createHost();
    expect(await find(host)).toMatchObject(isOn);
    expect(await change(host)).toMatchObject({ outcome: 'done' });
    expect(await find(host)).toMatchObject({ ...isOn, alerts: [] });
  });
});

describe('removing', () => {
  test.each(['running', 'stopped'] as const)('one that is %s, and no other', async (state) => {
    const host = createHost();
    host.change((world) => {
      if (state === 'stopped') happen.stopDevice(world, 'my-vdo');
    });
    const session = createSession(host);
    expect(await remove(session, 'my-vdo')).toMatchObject({ outcome: 'done' });
    expect(session.asked.map(({ confirm }) => confirm)).toEqual(['may-lose-data']);
    expect(configured(host)).toBeUndefined();
    expect(holdsVdo(host, 'vdb')).toBe(false);
    expect(configured(host, 'other')).toBeDefined();
    expect(holdsVdo(host, 'vdc')).toBe(true);
  });

  test('that was cut off between the configuration and the disk is finished by cleanup', async () => {
    const host = createHost();
    const command = 'vdo remove --name=my-vdo';
    host.beforeEach((each) => {
      if (formatCommand(each) !== command) return;
      host.files.writeAtomically(configPath, removeEntry(readConfig(host), 'my-vdo') ?? '', 0o644);
    });
    host.failNext(command, { outcome: { kind: 'signalled', signal: 'SIGTERM' } });
    expect(await problemOf(remove(createSession(host), 'my-vdo'))).toMatchObject({ kind: 'half-done' });
    expect(holdsVdo(host, 'vdb')).toBe(true);
    const options = { interruptedImport: 'forget', unfinished: 'settle' } as const;
    expect(await cleanup(createSession(host), 'my-vdo', options)).toMatchObject({ outcome: 'finished' });
    expect(holdsVdo(host, 'vdb')).toBe(false);
    expect(holdsVdo(host, 'vdc')).toBe(true);
  });
});
