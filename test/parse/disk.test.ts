import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockBytes, diskStates, type Geometry, type SuperBlock } from '../../src/model/disk.ts';
import { formatGeometry, formatSuperBlock } from '../../src/parse/disk-encode.ts';
import { checksumOf } from '../../src/parse/disk-layout.ts';
import { parseGeometry, parseSuperBlock } from '../../src/parse/disk.ts';
import { failureOf } from './expect-failure.ts';
import { readHexDump, recorded } from './recordings.ts';

const geometryBytes = readHexDump(recorded('dm/56').stdout);
const newBytes = readHexDump(recorded('dm/57').stdout);
const runningBytes = readHexDump(recorded('dm/58').stdout);

const geometry: Geometry = {
  version: 5,
  releaseVersion: 0,
  nonce: 0x660bc647cd161n,
  uuid: 'd8037174-6c7e-43ef-974c-5ee9863f5bb2',
  movedBlocks: 0,
  superBlockAt: 679128,
  index: { memoryGibibytes: 0.25, isSparse: false },
};
/** Written by vdoformat 6.2; every version before it writes the same. */
const olderBytes = readHexDump(recorded('kvdo-6.2/32').stdout);
const older: Geometry = {
  ...geometry,
  version: 4,
  releaseVersion: 133524,
  nonce: 1795921461704910n,
  uuid: '8362a947-ecbe-401a-b133-312314b4090e',
};
const running: SuperBlock = {
  state: 'dirty',
  completedRecoveries: 0,
  readOnlyRecoveries: 0,
  logicalBytes: 21474836480,
  physicalBytes: 10737418240,
  slabBytes: 33554432,
  nonce: geometry.nonce,
};
const fresh: SuperBlock = { ...running, state: 'new', logicalBytes: 0x1c48ac * 4096 };

const geometryEnd = 0x61;
const olderEnd = 0x59;
const superBlockEnd = 0x1b2;

/** Copies the block with some bytes replaced and the checksum recomputed. */
function withBytes(block: Uint8Array, offset: number, bytes: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(block);
  copy.set(bytes, offset);
  const end = new Map([
    [geometryBytes, geometryEnd],
    [olderBytes, olderEnd],
  ]);
  const at = end.get(block) ?? superBlockEnd;
  new DataView(copy.buffer).setUint32(at, checksumOf(copy, at), true);
  return copy;
}

describe('the geometry block', () => {
  test('is read', () => {
    expect(parseGeometry(geometryBytes)).toEqual(geometry);
    expect(recorded('dm/62').stdout).toContain(`UUID=${geometry.uuid}`);
    expect(recorded('dm/30').stdout).toContain(`${String(geometry.superBlockAt)}: super block`);
  });

  test('is written as vdoformat does', () => {
    expect(Buffer.from(formatGeometry(geometry)).toString('hex')).toBe(
      Buffer.from(geometryBytes).toString('hex'),
    );
  });

  test('of a volume that was moved for LVM places the super block where it is now', () => {
    expect(parseGeometry(withBytes(geometryBytes, 0x38, [0, 2]))).toEqual({
      ...geometry,
      movedBlocks: 512,
      superBlockAt: 679128 - 512,
    });
  });

  test('of version 4.0 is read, and written as vdoformat did', () => {
    expect(parseGeometry(olderBytes)).toEqual(older);
    expect(recorded('kvdo-6.2/34').stdout).toContain(`ReleaseVersion: ${String(older.releaseVersion)}\n`);
    expect(recorded('kvdo-6.2/34').stdout).toContain(`DataRegion: ${String(older.superBlockAt)}\n`);
    expect(Buffer.from(formatGeometry(older)).toString('hex')).toBe(Buffer.from(olderBytes).toString('hex'));
  });

  test.each<[string, readonly number[], number | undefined]>([
    ['half a GiB', [0x00, 0xfe, 0xff, 0xff], 0.5],
    ['two GiB', [2, 0, 0, 0], 2],
    ['a quarter, shortened by a conversion', [0x00, 0xfb, 0xff, 0xff], 0.25],
    ['three quarters, shortened', [0x00, 0xf9, 0xff, 0xff], 0.75],
    ['two GiB, shortened', [2, 0x10, 0, 0], 2],
    ['none', [0, 0, 0, 0], undefined],
    ['too much', [0, 0, 1, 0], undefined],
  ])('with an index of %s', (_, bytes, memoryGibibytes) => {
    const index = memoryGibibytes === undefined ? undefined : { memoryGibibytes, isSparse: false };
    expect(parseGeometry(withBytes(geometryBytes, 0x58, bytes)).index).toEqual(index);
    expect(parseGeometry(withBytes(olderBytes, 0x50, bytes)).index).toEqual(index);
  });

  test('with a sparse index', () => {
    const index = { memoryGibibytes: 0.25, isSparse: true };
    expect(parseGeometry(withBytes(geometryBytes, 0x60, [1])).index).toEqual(index);
    expect(parseGeometry(withBytes(olderBytes, 0x58, [1])).index).toEqual(index);
  });

  test.each<[string, Uint8Array, string]>([
    ['zeros', new Uint8Array(blockBytes), 'it does not begin with dmvdo001'],
    [
      'version 3.0',
      withBytes(geometryBytes, 0x0c, [3]),
      'the block is of version 3.0, and only 4.0 and 5.0 are known',
    ],
    [
      'version 4.0 over the size of 5.0',
      withBytes(geometryBytes, 0x0c, [4]),
      'its content has 101 bytes, not 93',
    ],
    ['another kind', withBytes(geometryBytes, 0x08, [6]), 'it is of another kind: 6'],
    ['another size', withBytes(geometryBytes, 0x14, [0x66]), 'its content has 102 bytes, not 101'],
    ['another region', withBytes(geometryBytes, 0x4c, [2]), 'the data region is not where it belongs'],
    [
      'an offset past it',
      withBytes(geometryBytes, 0x38, [0, 0, 0, 1]),
      'the data region begins before the storage does',
    ],
    [
      'a far region',
      withBytes(geometryBytes, 0x57, [1]),
      'start of the data region is out of range: 72057594038607064',
    ],
    ['half a block', geometryBytes.subarray(0, 2048), 'it has 2048 bytes, not 4096'],
  ])('with %s is not understood', (_, bytes, reason) => {
    const problem = failureOf(() => parseGeometry(bytes));
    expect(problem).toMatchObject({ tool: 'VDO geometry block', reason });
    expect(problem.line).toBe(Buffer.from(bytes.subarray(0, 32)).toString('hex'));
  });

  test('with any bit flipped is not understood, or the bit is none of its own', () => {
    fc.assert(
      fc.property(fc.nat(blockBytes - 1), fc.nat(7), (at, bit) => {
        const flipped = Uint8Array.from(geometryBytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        if (at < geometryEnd + 4) failureOf(() => parseGeometry(flipped));
        else expect(parseGeometry(flipped)).toEqual(geometry);
      }),
      { numRuns: 500 },
    );
    for (const [bytes, end] of [
      [geometryBytes, geometryEnd],
      [olderBytes, olderEnd],
    ] as const) {
      for (let at = 0; at < end + 4; at += 1) {
        const flipped = Uint8Array.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ 1;
        failureOf(() => parseGeometry(flipped));
      }
    }
  });

  test('cut at any byte is not understood', () => {
    fc.assert(
      fc.property(fc.nat(blockBytes - 1), (length) => {
        failureOf(() => parseGeometry(geometryBytes.subarray(0, length)));
      }),
    );
  });
});

describe('the super block', () => {
  test.each([
    ['new', newBytes, fresh],
    ['running', runningBytes, running],
  ])('of a volume that is %s is read', (_, bytes, expected) => {
    expect(parseSuperBlock(bytes, geometry)).toEqual(expected);
  });

  test.each([
    ['new', newBytes, fresh],
    ['running', runningBytes, running],
  ])(
    'of a volume that is %s is written as the kernel does, as far as it is modelled',
    (_, bytes, expected) => {
      const modelled = (block: Uint8Array): string => Buffer.from(block.subarray(0, 0x6c)).toString('hex');
      expect(modelled(formatSuperBlock(expected))).toBe(modelled(bytes));
    },
  );

  test.each(diskStates.map((state, number) => ({ state, number })))(
    'state $number is $state',
    ({ state, number }) => {
      expect(parseSuperBlock(withBytes(runningBytes, 0x28, [number]), geometry).state).toBe(state);
    },
  );

  test.each<[string, Uint8Array, string]>([
    ['zeros', new Uint8Array(blockBytes), 'the block is of version 0.0, and only 12.0 is known'],
    [
      'another volume version',
      withBytes(runningBytes, 0x18, [68]),
      'the volume is of version 68.0, and only 67.0 is known',
    ],
    [
      'another component version',
      withBytes(runningBytes, 0x20, [40]),
      'the component data is of version 40.0, and only 41.0 is known',
    ],
    ['state 8', withBytes(runningBytes, 0x28, [8]), 'state 8 is not known'],
    [
      'another nonce',
      withBytes(runningBytes, 0x64, [0]),
      'its nonce is not the geometry block’s: it belongs to another volume',
    ],
    [
      'huge recoveries',
      withBytes(runningBytes, 0x2c, [255, 255, 255, 255, 255, 255, 255, 255]),
      'completed recoveries is out of range: 18446744073709551615',
    ],
    ['no blocks', withBytes(runningBytes, 0x44, [0, 0, 0, 0]), 'it has no physical blocks'],
    ['odd slabs', withBytes(runningBytes, 0x4c, [1, 32]), 'the slab size is no power of two: 8193'],
    ['no slabs', withBytes(runningBytes, 0x4c, [0, 0]), 'the slab size is no power of two: 0'],
    ['another checksum', withoutChecksum(runningBytes), 'its checksum is wrong: it is damaged'],
  ])('with %s is not understood', (_, bytes, reason) => {
    expect(failureOf(() => parseSuperBlock(bytes, geometry))).toMatchObject({
      tool: 'VDO super block',
      reason,
    });
  });

  test('with any bit flipped is not understood, or the bit is none of its own', () => {
    for (let at = 0; at < superBlockEnd + 8; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const flipped = Uint8Array.from(newBytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        if (at < superBlockEnd + 4) failureOf(() => parseSuperBlock(flipped, geometry));
        else expect(parseSuperBlock(flipped, geometry)).toEqual(fresh);
      }
    }
  });
});

function withoutChecksum(block: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(block);
  copy.fill(0, superBlockEnd, superBlockEnd + 4);
  return copy;
}

describe('what is written is read back', () => {
  const nonce = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const count = fc.maxSafeNat();

  test('a geometry block', () => {
    const any = fc
      .record({
        version: fc.constantFrom<4 | 5>(4, 5),
        releaseVersion: fc.nat(),
        nonce,
        uuid: fc.uuid(),
        movedBlocks: fc.nat(512),
        superBlockAt: fc.integer({ min: 1, max: 2 ** 35 }),
        index: fc.option(
          fc.record({ memoryGibibytes: fc.constantFrom(0.25, 0.5, 0.75, 1, 1024), isSparse: fc.boolean() }),
          { nil: undefined },
        ),
      })
      .map((each) => (each.version === 4 ? { ...each, movedBlocks: 0 } : each));
    fc.assert(
      fc.property(any, (value) => {
        expect(parseGeometry(formatGeometry(value))).toEqual(value);
      }),
    );
  });

  test('a super block', () => {
    const any = fc.record({
      state: fc.constantFrom(...diskStates),
      completedRecoveries: count,
      readOnlyRecoveries: count,
      logicalBytes: fc.maxSafeNat().map((each) => (each % (2 ** 40 + 1)) * blockBytes),
      physicalBytes: fc.maxSafeNat().map((each) => ((each % 2 ** 36) + 1) * blockBytes),
      slabBytes: fc.integer({ min: 0, max: 23 }).map((bits) => 2 ** bits * blockBytes),
      nonce,
    });
    fc.assert(
      fc.property(any, (value) => {
        expect(parseSuperBlock(formatSuperBlock(value), { ...geometry, nonce: value.nonce })).toEqual(value);
      }),
    );
  });
});
