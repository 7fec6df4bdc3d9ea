import { execFileSync } from 'node:child_process';
import { closeSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import type { MetadataReading, StorageArea } from '../../src/host/host.ts';
import type { Geometry, SuperBlock } from '../../src/model/disk.ts';
import { parseGeometry, parseSuperBlock } from '../../src/parse/disk.ts';
import { formatGeometry, formatSuperBlock } from '../../src/parse/disk-encode.ts';
import type { Fixture } from './fixtures.ts';
import { useProgramFixtures } from './program-fixtures.ts';

const blockBytes = 4096;
const geometry: Geometry = {
  version: 5,
  releaseVersion: 0,
  nonce: 99n,
  uuid: '0a1b2c3d-0000-4000-8000-00000000beef',
  movedBlocks: 0,
  superBlockAt: 300,
  index: { memoryGibibytes: 0.25, isSparse: false },
};
const superBlock: SuperBlock = {
  state: 'dirty',
  completedRecoveries: 4,
  readOnlyRecoveries: 2,
  logicalBytes: 10 * 1024 ** 3,
  physicalBytes: 5 * 1024 ** 3,
  slabBytes: 128 * 1024 ** 2,
  nonce: 99n,
};

let fixture: Fixture;
useProgramFixtures((made) => {
  fixture = made;
});

interface ImageParameters {
  /** The byte of the file where the volume begins. */
  readonly startBytes?: number;
  readonly superBlockAtBytes?: number;
  readonly sizeBytes?: number;
}

/** An image file; block 0 and the super block may lie anywhere in it. */
function makeImage(name: string, parameters: ImageParameters = {}): string {
  const { startBytes = 0 } = parameters;
  const { superBlockAtBytes = startBytes + geometry.superBlockAt * blockBytes, sizeBytes = 8 * 1024 ** 2 } =
    parameters;
  const file = fixture.path(name);
  writeFileSync(file, '');
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, formatGeometry(geometry), 0, blockBytes, startBytes);
  writeSync(descriptor, formatSuperBlock(superBlock), 0, blockBytes, superBlockAtBytes);
  closeSync(descriptor);
  truncateSync(file, sizeBytes);
  return file;
}

const whole = (device: string, id = 'x'): StorageArea => ({ id, extents: [{ device, startBytes: 0 }] });

async function read(...areas: readonly StorageArea[]): Promise<readonly MetadataReading[]> {
  return fixture.host.readMetadata(areas);
}

function expectWhole(reading: MetadataReading | undefined): void {
  if (reading?.kind !== 'read') throw new Error(`it is ${JSON.stringify(reading)}`);
  expect(parseGeometry(reading.geometry)).toEqual(geometry);
  expect(parseSuperBlock(reading.superBlock, geometry)).toEqual(superBlock);
}

describe('the metadata', () => {
  test('of a whole device', async () => {
    expectWhole((await read(whole(makeImage('a'))))[0]);
  });

  test('of many areas costs one process', async () => {
    const image = makeImage('a');
    const areas = Array.from({ length: 50 }, (_, index) => whole(image, `v${String(index)}`));
    const readings = await read(...areas);
    expect(readings.map(({ id }) => id)).toEqual(areas.map(({ id }) => id));
    readings.forEach(expectWhole);
    expect(fixture.host.log).toHaveLength(1);
  });

  test('of none costs none', async () => {
    expect(await read()).toEqual([]);
    expect(fixture.host.log).toEqual([]);
  });

  test('that begins in the middle of a device, as LVM lays it', async () => {
    const startBytes = 1024 ** 2;
    const device = makeImage('a', { startBytes });
    const extents = [{ device, startBytes, lengthBytes: 4 * 1024 ** 2 }];
    expectWhole((await read({ id: 'x', extents }))[0]);
  });

  test('in pieces: the super block lies in the second, on another device', async () => {
    const first = makeImage('a', { superBlockAtBytes: 7 * 1024 ** 2 });
    // The first piece ends 100 blocks before the super block.
    const lengthBytes = (geometry.superBlockAt - 100) * blockBytes;
    const second = makeImage('b', {
      startBytes: 6 * 1024 ** 2,
      superBlockAtBytes: 2 * 1024 ** 2 + 100 * blockBytes,
    });
    const extents = [
      { device: first, startBytes: 0, lengthBytes },
      { device: second, startBytes: 2 * 1024 ** 2, lengthBytes: 4 * 1024 ** 2 },
    ];
    expectWhole((await read({ id: 'x', extents }))[0]);
  });

  test('past the end of the last piece', async () => {
    const extents = [{ device: makeImage('a'), startBytes: 0, lengthBytes: 100 * blockBytes }];
    expect(await read({ id: 'x', extents })).toEqual([
      { id: 'x', kind: 'failed', reason: `the storage ends before byte ${String(300 * blockBytes)}` },
    ]);
  });
});

describe('what cannot be read', () => {
  test('a device that is too short for block 0', async () => {
    writeFileSync(fixture.path('short'), Buffer.alloc(512));
    expect((await read(whole(fixture.path('short'))))[0]).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('ends before byte 4096') as string,
    });
  });

  test('a device that is too short for the super block', async () => {
    const device = makeImage('a', { sizeBytes: 200 * blockBytes });
    expect((await read(whole(device)))[0]).toMatchObject({ kind: 'failed' });
  });

  test('a device that is not there', async () => {
    expect((await read(whole('/nonexistent/device')))[0]).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('ENOENT') as string,
    });
  });

  test('a device without a VDO: its first block comes along', async () => {
    const file = fixture.path('other');
    writeFileSync(file, Buffer.alloc(2 * blockBytes, 'x'));
    const [reading] = await read(whole(file));
    expect(reading).toMatchObject({ id: 'x', kind: 'not-vdo' });
    expect(reading?.kind === 'not-vdo' ? Buffer.from(reading.geometry).toString() : '').toBe(
      'x'.repeat(blockBytes),
    );
  });

  test.each([
    ['as far as its conversion for LVM moved it', 512, 512, true],
    ['where the tool aligned it', 400, 400, true],
    ['of a volume that began there', 512, 0, false],
    ['moved by another measure', 512, 511, false],
    ['further in than the tool goes', 513, 513, false],
  ])('a first block of zeros, and a geometry %s', async (_, at, movedBlocks, isFound) => {
    const file = makeImage('a', { startBytes: at * blockBytes });
    const moved = formatGeometry({ ...geometry, movedBlocks });
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, moved, 0, blockBytes, at * blockBytes);
    closeSync(descriptor);
    const [reading] = await read(whole(file));
    expect(reading).toMatchObject({ kind: 'not-vdo' });
    const found = reading?.kind === 'not-vdo' ? reading.moved : undefined;
    expect(found === undefined ? undefined : Buffer.from(found).toString('hex')).toBe(
      isFound ? Buffer.from(moved).toString('hex') : undefined,
    );
  });

  test('a device of zeros that ends before that: it has no VDO', async () => {
    writeFileSync(fixture.path('zeros'), Buffer.alloc(400 * blockBytes));
    expect(await read(whole(fixture.path('zeros')))).toMatchObject([{ kind: 'not-vdo' }]);
  });

  test('a geometry that is not understood: whoever interprets it says why', async () => {
    const file = makeImage('a');
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, Buffer.from([0xff]), 0, 1, 9);
    closeSync(descriptor);
    expect((await read(whole(file)))[0]).toMatchObject({ kind: 'read', superBlock: Buffer.alloc(0) });
  });

  test('a device that hangs does not answer, and the others do, within the limit', async () => {
    execFileSync('mkfifo', [fixture.path('fifo')]);
    const startedAt = Date.now();
    const readings = await read(
      whole(fixture.path('fifo'), 'hangs'),
      whole(makeImage('a'), 'good'),
      whole('/nonexistent/device', 'gone'),
    );
    expect(readings.map(({ id, kind }) => [id, kind])).toEqual([
      ['hangs', 'no-answer'],
      ['good', 'read'],
      ['gone', 'failed'],
    ]);
    expect(Date.now() - startedAt).toBeLessThan(20_000);
  });

  test('more devices that hang than a pool has threads by default', async () => {
    execFileSync('mkfifo', [fixture.path('fifo')]);
    const hanging = Array.from({ length: 20 }, (_, index) =>
      whole(fixture.path('fifo'), `h${String(index)}`),
    );
    const readings = await read(...hanging, whole(makeImage('a'), 'good'));
    expectWhole(readings.at(-1));
  });
});
