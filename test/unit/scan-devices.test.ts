import { expect, test } from 'vitest';

import type { ScanPiece } from '../../src/host/scan.ts';
import { scanDevices } from '../../src/host/real/storage-scanner.ts';
import type { ScanLine } from '../../src/host/real/scan-protocol.ts';

const mebibyte = 1024 ** 2;

const piece = (startBytes: number, lengthBytes: number): ScanPiece => ({
  device: 'd',
  startBytes,
  lengthBytes,
});

/** Scans a device of which these stretches cannot be read. @returns the last line, and how many reads it took. */
async function scan(
  pieces: readonly ScanPiece[],
  bad: readonly (readonly [startBytes: number, lengthBytes: number])[],
  code = 'EIO',
) {
  const lines: ScanLine[] = [];
  let reads = 0;
  const read = (_into: Uint8Array, _offset: number, length: number, position: number) => {
    reads += 1;
    const isBad = bad.some(([start, size]) => position < start + size && start < position + length);
    if (isBad) return Promise.reject(Object.assign(new Error(`${code}: read`), { code }));
    return Promise.resolve({ bytesRead: length });
  };
  await scanDevices(
    { pieces, timeLimitMs: 60_000, stallMs: 60_000 },
    (line) => lines.push(line),
    () => Promise.resolve({ read, close: () => Promise.resolve() }),
  );
  const done = lines.at(-1);
  if (done?.kind !== 'done') throw new Error('it is not done');
  return { ...done, reads };
}

test('an error is narrowed to the blocks that have it, and blocks side by side are one stretch', async () => {
  const { devices, unreadable, reads } = await scan(
    [piece(0, 3 * mebibyte)],
    [
      [mebibyte + 5000, 512],
      [2 * mebibyte - 4096, 8192],
    ],
  );
  expect(devices).toEqual([{ device: 'd', readBytes: 3 * mebibyte, ended: 'whole' }]);
  expect(unreadable).toEqual([
    { ...piece(mebibyte + 4096, 4096), error: 'EIO' },
    { ...piece(2 * mebibyte - 4096, 8192), error: 'EIO' },
  ]);
  expect(reads).toBeLessThan(60);
});

test('a piece that is no multiple of a block is read to its end', async () => {
  const { unreadable } = await scan([piece(512, 3 * 4096 + 512)], [[512 + 3 * 4096, 512]]);
  expect(unreadable).toEqual([{ ...piece(512 + 3 * 4096, 512), error: 'EIO' }]);
});

test('a device with more errors than are worth listing is given up', async () => {
  const pieces = Array.from({ length: 100 }, (_, at) => piece(2 * at * mebibyte, 4096));
  const { devices, unreadable } = await scan(pieces, [[0, 1000 * mebibyte]], 'ENODATA');
  expect(devices).toEqual([{ device: 'd', readBytes: 64 * 4096, ended: 'too-bad' }]);
  expect(unreadable).toHaveLength(64);
  expect(unreadable[0]).toEqual({ ...piece(0, 4096), error: 'ENODATA' });
});

test.each(['EINVAL', 'ENXIO'])('%s is no error of the medium', async (code) => {
  const { devices, unreadable } = await scan([piece(0, 4096)], [[0, 4096]], code);
  expect(devices).toEqual([{ device: 'd', readBytes: 0, ended: 'failed', reason: `${code}: read` }]);
  expect(unreadable).toEqual([]);
});
