import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import type { ScanOptions, ScanPiece, ScanReading } from '../../src/host/scan.ts';
import { createFixture, type Fixture } from './fixtures.ts';
import { useProgramFixtures } from './program-fixtures.ts';

const mebibyte = 1024 ** 2;

let fixture: Fixture;
useProgramFixtures((made) => {
  fixture = made;
});

/** A file of that many bytes, which stands for a device. */
function makeDevice(name: string, bytes: number): string {
  const file = fixture.path(name);
  writeFileSync(file, '');
  truncateSync(file, bytes);
  return file;
}

const piece = (device: string, startBytes: number, lengthBytes: number): ScanPiece => ({
  device,
  startBytes,
  lengthBytes,
});

function scan(pieces: readonly ScanPiece[], more: Partial<ScanOptions> = {}): Promise<ScanReading> {
  return fixture.host.scanStorage(pieces, { timeLimitMs: 30_000, stallMs: 20_000, ...more });
}

test('all pieces of all devices are read, with one process', async () => {
  const [one, other] = [makeDevice('a', 8 * mebibyte), makeDevice('b', 4 * mebibyte)];
  const reading = await scan([
    piece(one, 0, 4096),
    piece(other, mebibyte, 3 * mebibyte),
    piece(one, 4 * mebibyte + 512, 2 * mebibyte),
  ]);
  expect(reading).toEqual({
    kind: 'read',
    devices: [
      { device: one, readBytes: 4096 + 2 * mebibyte, ended: 'whole' },
      { device: other, readBytes: 3 * mebibyte, ended: 'whole' },
    ],
    unreadable: [],
  });
  expect(fixture.host.log).toHaveLength(1);
});

test('none costs no process', async () => {
  expect(await scan([])).toEqual({ kind: 'read', devices: [], unreadable: [] });
  expect(fixture.host.log).toEqual([]);
});

test('a device that is gone, and one that ends too early, are told apart from one that has errors', async () => {
  const short = makeDevice('short', 4096);
  const reading = await scan([piece(fixture.path('gone'), 0, 4096), piece(short, 0, 8192)]);
  expect(reading).toMatchObject({
    devices: [
      { ended: 'failed', reason: expect.stringContaining('ENOENT') as string },
      { ended: 'failed', reason: `${short} ends before byte 8192` },
    ],
    unreadable: [],
  });
});

test('a device that hangs is named, and the others are read', async () => {
  execFileSync('mkfifo', [fixture.path('fifo')]);
  const fifo = fixture.path('fifo');
  const good = makeDevice('a', mebibyte);
  const reading = await scan([piece(fifo, 4096, 4096), piece(good, 0, mebibyte)], { stallMs: 1000 });
  expect(reading).toEqual({
    kind: 'read',
    devices: [
      { device: fifo, readBytes: 0, ended: 'hangs', atBytes: 4096 },
      { device: good, readBytes: mebibyte, ended: 'whole' },
    ],
    unreadable: [],
  });
});

test('the time is over', async () => {
  const reading = await scan([piece(makeDevice('a', mebibyte), 0, mebibyte)], { timeLimitMs: 0 });
  expect(reading).toMatchObject({ devices: [{ readBytes: 0, ended: 'out-of-time' }] });
});

test('a scan is stopped at once, and tells how far it is meanwhile', async () => {
  execFileSync('mkfifo', [fixture.path('fifo')]);
  const stopping = new AbortController();
  const told: number[] = [];
  const reading = await scan([piece(fixture.path('fifo'), 0, 4096)], {
    signal: stopping.signal,
    onProgress: (bytes) => {
      told.push(bytes);
      stopping.abort('SIGINT');
    },
  });
  expect(reading).toEqual({ kind: 'stopped' });
  expect(told).toEqual([0]);
});

test('a scanner that fails says nothing about the storage', async () => {
  const broken = createFixture({ program: '/nonexistent/vdoctl' });
  const reading = await broken.host.scanStorage([piece('/dev/null', 0, 4096)], {
    timeLimitMs: 30_000,
    stallMs: 20_000,
  });
  expect(reading).toMatchObject({ kind: 'not-read', why: expect.stringContaining('exited') as string });
  broken.close();
});
