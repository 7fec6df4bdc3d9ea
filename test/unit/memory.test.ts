import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Files, Host } from '../../src/host/host.ts';
import { createFiles } from '../../src/host/real/files.ts';
import type { Remembered } from '../../src/model/remembered.ts';
import { describeProblem } from '../../src/prose/problems.ts';
import {
  forgetMemory,
  pathOf,
  readMemory,
  readMemoryOf,
  rememberTable,
  tableOf,
  writeMemory,
} from '../../src/stacks/dm/memory.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { addRemembered } from '../../src/simulator/arrange.ts';
import { createDiskHost, createDmHost, low } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import { createFakeFiles, problemOf } from './fakes.ts';
import '../../src/cli/handlers/create.ts';
import '../../src/cli/handlers/start.ts';
import '../../src/cli/handlers/stop.ts';

const good: Remembered = {
  schemaVersion: 1,
  kind: 'volume-file',
  name: 'my-vdo',
  storage: '/dev/disk/by-id/wwn-0x5000c500a1b2c3d4',
  uuid: null,
  table: {
    version: 'V4',
    logicalSectors: 41_943_040,
    physicalBlocks: 2_621_440,
    minimumIoBytes: 4096,
    blockMapCacheBlocks: 32_768,
    blockMapPeriod: 16_380,
    options: [['deduplication', 'on']],
  },
};
const directory = '/etc/vdoctl/volumes';

const readWith = (entries: Parameters<typeof createFakeFiles>[0]) =>
  readMemory({ files: createFakeFiles(entries) } as Host);

describe('a damaged file', () => {
  const change = (parts: object): string => JSON.stringify({ ...good, name: 'other', ...parts });

  test.each([
    ['cut off', JSON.stringify(good).slice(0, 50)],
    ['empty', ''],
    ['zeros', '\0\0\0\0'],
    ['null', 'null'],
    ['a list', '[]'],
    ['of another version', change({ schemaVersion: 2 })],
    ['of another kind', change({ kind: 'list' })],
    ['with a hostile name', change({ name: '../../etc/passwd' })],
    ['with a name like an option', change({ name: '--all' })],
    ['with a storage that is no device', change({ storage: 'x' })],
    ['with a negative size', change({ table: { ...good.table, physicalBlocks: -1 } })],
    ['with a fraction', change({ table: { ...good.table, logicalSectors: 1.5 } })],
    ['with something more', change({ extra: true })],
    ['of another volume', change({ name: 'third' })],
    ['of a volume that has its own file', change({ name: 'my-vdo', storage: '/dev/vdz' })],
    ['of another table version', change({ table: { ...good.table, version: 'V5' } })],
  ])('%s is said, and the others still show', (_what, text) => {
    const memory = readWith({
      [`${directory}/my-vdo.json`]: JSON.stringify(good),
      [`${directory}/other.json`]: text,
    });
    expect([...memory.volumes.keys()]).toEqual(['my-vdo']);
    expect(memory.missing).toHaveLength(1);
    expect(memory.missing[0]?.what).toContain(`${directory}/other.json`);
    expect(memory.missing[0]?.why).not.toBe('');
    expect(memory.volumes.get('my-vdo')).toEqual(good);
  });

  test('is told to whoever names its volume, who may be one that is there', async () => {
    const host = createDiskHost((world) => {
      world.directories.push('/etc/vdoctl', '/etc/vdoctl/volumes');
      world.files.push({ path: '/etc/vdoctl/volumes/mine.json', text: '{', mode: 0o600 });
    });
    const outcome = await callOn(host, 'start', 'mine');
    expect(outcome.code).toBe(8);
    expect(outcome.stderr).toContain('/etc/vdoctl/volumes/mine.json');
    expect(await callOn(host, 'start', 'other')).toMatchObject({ code: 3 });
  });

  test('shows in a look at the host, beside its volumes', async () => {
    const host = createDmHost();
    host.change((world) => {
      addRemembered(world, 'my-vdo', low);
      world.files.push({ path: `${directory}/bad.json`, text: '{', mode: 0o600 });
    });
    const look = await lookAtHost(host);
    expect(look.seen.map(({ volume }) => [volume.name, volume.remembered])).toEqual([['my-vdo', true]]);
    expect(look.missing.map(({ what }) => what)).toEqual([`the volume remembered in ${directory}/bad.json`]);
  });
});

describe('reading', () => {
  test('passes over what is no volume file', () => {
    const memory = readWith({
      [`${directory}/my-vdo.json`]: JSON.stringify(good),
      [`${directory}/.my-vdo.json.123`]: '{',
      [`${directory}/notes.txt`]: '{',
    });
    expect(memory).toEqual({ volumes: new Map([['my-vdo', good]]), missing: [] });
  });

  test('finds a volume whose name begins with a dot', () => {
    const hidden = { ...good, name: '.x' };
    const memory = readWith({ [pathOf('.x')]: JSON.stringify(hidden) });
    expect(memory).toEqual({ volumes: new Map([['.x', hidden]]), missing: [] });
  });

  test('a file that is gone again is none', () => {
    const entries = createFakeFiles({ [pathOf('my-vdo')]: JSON.stringify(good) });
    const files: Files = { ...entries, readOwn: () => ({ kind: 'missing' }) };
    expect(readMemory({ files } as Host)).toEqual({ volumes: new Map(), missing: [] });
  });

  test('one volume heeds its own file only', () => {
    const files = createFakeFiles({ [pathOf('other')]: JSON.stringify(good) });
    expect(readMemoryOf(files, 'other')).toBeUndefined();
  });

  test('a host that remembers nothing is fine', () => {
    expect(readWith({})).toEqual({ volumes: new Map(), missing: [] });
  });

  test.each([
    [{ [directory]: { forbidden: true } as const }],
    [{ [`${directory}/my-vdo.json`]: { forbidden: true } as const }],
  ])('what only root may read is said: %j', (entries) => {
    const memory = readWith(entries);
    expect(memory.volumes.size).toBe(0);
    expect(memory.missing).toEqual([expect.objectContaining({ why: 'only root may read it' })]);
  });
});

test('a volume whose name begins with a dot is made, stopped and started', async () => {
  const host = createDiskHost();
  for (const words of [
    ['create', '.x', '--device', '/dev/vdb', '--stack', 'dm'],
    ['stop', '.x'],
    ['start', '.x'],
  ])
    expect(await callOn(host, ...words)).toMatchObject({ code: 0 });
});

describe('writing', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'vdoctl-memory-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });
  const host = (): Host => ({ files: createFiles(root) }) as Host;
  const at = (path: string): string => join(root, path);

  test('makes a file that only root reads, in a directory of its own, and leaves nothing beside it', () => {
    writeMemory(host().files, good);
    expect(statSync(at(pathOf('my-vdo'))).mode & 0o777).toBe(0o600);
    expect(statSync(at(directory)).mode & 0o777).toBe(0o700);
    expect(readdirSync(at(directory))).toEqual(['my-vdo.json']);
    expect(readMemory(host()).volumes.get('my-vdo')).toEqual(good);
  });

  test('replaces the file whole', () => {
    writeMemory(host().files, { ...good, storage: `/dev/${'x'.repeat(5000)}` });
    writeMemory(host().files, good);
    expect(JSON.parse(readFileSync(at(pathOf('my-vdo')), 'utf8'))).toEqual(good);
    expect(readdirSync(at(directory))).toHaveLength(1);
  });

  test('that fails is a failure with the reason, not a defect', async () => {
    const files = createFakeFiles({});
    const write = (): Promise<void> =>
      Promise.resolve().then(() => {
        writeMemory(files, good);
      });
    expect(await problemOf(write())).toMatchObject({
      kind: 'refused',
      name: 'my-vdo',
      because: 'file-unwritable',
      facts: {
        path: '/etc/vdoctl/volumes/my-vdo.json',
        why: expect.stringContaining('not made for writing') as string,
      },
    });
  });

  test('where others may write is refused with what mends that, and nobody is told to make it writable', async () => {
    writeMemory(host().files, good);
    chmodSync(at(directory), 0o777);
    const actions = [
      () => {
        writeMemory(host().files, good);
      },
      () => {
        forgetMemory(host().files, good.name);
      },
    ];
    for (const action of actions) {
      const done = Promise.resolve().then(action);
      const { what, next } = describeProblem(await problemOf(done));
      expect(what).toContain('chmod go-w');
      expect(next).toBeUndefined();
    }
  });

  test('that cannot be removed is told as that', async () => {
    const files = { ...host().files, remove: () => ({ kind: 'failed', reason: 'EROFS' }) as const };
    const problem = await problemOf(
      Promise.resolve().then(() => {
        forgetMemory(files, 'my-vdo');
      }),
    );
    expect(describeProblem(problem).what).toContain('my-vdo.json cannot be removed (EROFS)');
  });
});

describe('a table', () => {
  test('comes out as the kernel takes it', () => {
    expect(tableOf(good)).toBe(`0 41943040 vdo V4 ${good.storage} 2621440 4096 32768 16380 deduplication on`);
  });

  test.each([
    [
      'V0',
      {
        readCache: 'disabled',
        readCacheSize: '0',
        mdRaid5Mode: 'on',
        writePolicy: 'auto',
        poolName: 'x',
        threads: 'ack=1',
      },
      '4096 disabled 0 32768 16380 on auto x ack=1',
    ],
    ['V2', { mdRaid5Mode: 'on', writePolicy: 'sync', poolName: 'x' }, '2621440 4096 32768 16380 on sync x'],
    ['V3', { writePolicy: 'async' }, '2621440 4096 32768 16380 async'],
  ] as const)('of version %s is remembered, and comes out as it was', (version, legacy, words) => {
    const table = { ...good.table, version, legacy, storage: '/dev/x', options: [] };
    const remembered = rememberTable('my-vdo', good.storage, null, table);
    const { volumes } = readWith({ [`${directory}/my-vdo.json`]: JSON.stringify(remembered) });
    expect(volumes.get('my-vdo')).toEqual(remembered);
    const begin = version === 'V0' ? good.storage : `${version} ${good.storage}`;
    expect(tableOf(remembered)).toBe(`0 41943040 vdo ${begin} ${words}`);
  });
});
