import { describe, expect, test } from 'vitest';

import { BlockDevices, type BlockDevice } from '../../src/model/device.ts';
import { findVolatileDisks, readManager, whatManagerKnows } from '../../src/stacks/manager/config.ts';
import { findWorker, listManagerCommands } from '../../src/stacks/manager/workers.ts';
import { recorded } from '../parse/recordings.ts';
import { disk } from './builders.ts';
import { createFakeFiles, type Entry } from './fakes.ts';

const path = '/etc/vdoconf.yml';
const finished = recorded('manager/09').stdout;
const incomplete = recorded('manager/44').stdout;

const read = (entries: Readonly<Record<string, Entry>>) => readManager({ files: createFakeFiles(entries) });
const process = (...words: readonly string[]): string => [...words, ''].join('\0');

describe('the configuration of the classic manager', () => {
  test('is read', async () => {
    const { volumes, missing } = await read({ [path]: finished });
    expect([...volumes.keys()]).toEqual(['my-vdo']);
    expect(volumes.get('my-vdo')).toMatchObject({ device: '/dev/vdb', operationState: 'finished' });
    expect(missing).toEqual([]);
  });

  test('is asked for once where there is none, and nothing else is', async () => {
    const asked: string[] = [];
    const files = createFakeFiles({});
    const view = await readManager({
      files: {
        ...files,
        readText: (name) => {
          asked.push(name);
          return files.readText(name);
        },
      },
    });
    expect(asked).toEqual([path]);
    expect(view).toEqual({ volumes: new Map(), missing: [] });
  });

  test.each<[string, Entry, RegExp, { readonly failed?: true }?]>([
    ['only root may read', { forbidden: true }, /only root/],
    ['is not understood', finished.replace('538380551', '7'), /version.*version: 7"/, { failed: true }],
  ])('that %s is said to be missing', async (_, entry, why, failed = {}) => {
    const { volumes, missing } = await read({ [path]: entry });
    expect(volumes.size).toBe(0);
    expect(missing).toEqual([
      {
        source: 'manager',
        path: '/etc/vdoconf.yml',
        what: whatManagerKnows,
        why: expect.stringMatching(why) as string,
        ...failed,
      },
    ]);
  });
});

describe('whoever is at work on a volume', () => {
  const python = '/usr/libexec/platform-python';
  const commands: readonly (readonly [string, readonly string[], string | undefined])[] = [
    ['a script', [python, '-s', '/usr/bin/vdo', 'create', '--name=my-vdo'], 'vdo create (pid 7)'],
    ['a program', ['vdo', 'growLogical', '--name', 'my-vdo'], 'vdo growLogical (pid 7)'],
    ['its short option', ['/usr/bin/vdo', 'import', '-nmy-vdo'], 'vdo import (pid 7)'],
    ['an option cut short', ['vdo', 'import', '--na=my-vdo'], 'vdo import (pid 7)'],
    ['all volumes', ['vdo', 'changeWritePolicy', '--all'], 'vdo changeWritePolicy (pid 7)'],
    ['all volumes, shortly', ['vdo', 'changeWritePolicy', '-a'], 'vdo changeWritePolicy (pid 7)'],
    ['another volume', ['vdo', 'create', '--name=other'], undefined],
    ['one with a longer name', ['vdo', 'create', '--name=my-vdo2'], undefined],
    ['another program', ['/usr/bin/vdostats', 'my-vdo'], undefined],
    ['an editor of such a file', ['vi', '-c', '1', 'x', 'y', 'vdo', 'my-vdo'], undefined],
    ['nobody', [], undefined],
  ];

  test.each(commands)('%s', async (_, words, worker) => {
    const cmdline = words.length === 0 ? '' : process(...words);
    const entries = {
      [path]: incomplete,
      '/proc/7/status': 'Uid:\t0\t0\t0\t0\n',
      '/proc/7/cmdline': cmdline,
    };
    expect(findWorker(listManagerCommands(createFakeFiles(entries)), 'my-vdo')).toBe(worker);
    expect((await read(entries)).volumes.get('my-vdo')?.worker).toBe(worker);
  });

  test('is not looked for where every operation is finished', async () => {
    const entries = { [path]: finished, '/proc/7/cmdline': process('vdo', 'stop', '--name=my-vdo') };
    expect((await read(entries)).volumes.get('my-vdo')?.worker).toBeUndefined();
  });
});

test('a volatile cache is looked for on the disks at the bottom, through every layer', () => {
  const layer: BlockDevice = { ...disk, kernelName: 'dm-3', path: '/dev/mapper/low', below: ['vdb', 'vdc'] };
  const other: BlockDevice = { ...disk, kernelName: 'vdc', path: '/dev/vdc' };
  const files = createFakeFiles({
    '/sys/block/dm-3/queue/write_cache': 'write back\n',
    '/sys/block/vdb/queue/write_cache': 'write through\n',
    '/sys/block/vdc/queue/write_cache': 'write back\n',
  });
  const devices = new BlockDevices([disk, other, layer]);
  expect(findVolatileDisks(files, devices, layer)).toEqual([other]);
  expect(findVolatileDisks(files, devices, disk)).toEqual([]);
});
