import fs from 'node:fs';
import { blockBytes } from '../../model/disk.ts';
import type { ScannedDevice, ScanPiece, UnreadableStretch } from '../scan.ts';
import { makeAlignedBlocks } from './aligned-blocks.ts';
import type { ScanOrder, ScanLine } from './scan-protocol.ts';
import { readerProtocol as protocol } from './reader-word.ts';
import { uptimeMs } from './uptime.ts';

const chunkBytes = 1024 ** 2;
const watchEveryMs = 250;
const progressEveryMs = 500;
/** A disk may take seconds to give up on a sector: after this time, a stretch with errors is told as it was read. */
const narrowingMs = 15_000;
const mostStretches = 64;

/** The scanner itself: reads the order on stdin, prints its progress and, at the end, what it found. */
export async function scanStorageHere(): Promise<void> {
  // A device that hangs blocks one thread of the pool for good; the others must still be read.
  process.env['UV_THREADPOOL_SIZE'] = '128';
  await scanDevices(JSON.parse(fs.readFileSync(0, 'utf8')) as ScanOrder, print);
}

/** A device that is open for reading. */
export interface OpenDevice {
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
}

type Open = (device: string) => Promise<OpenDevice>;

const openPastCache: Open = (device) =>
  fs.promises.open(device, fs.constants.O_RDONLY | fs.constants.O_DIRECT);

/** Reads every device as ordered, all of them side by side. */
export async function scanDevices(
  order: ScanOrder,
  tell: (line: ScanLine) => void,
  open = openPastCache,
): Promise<void> {
  const names = [...new Set(order.pieces.map(({ device }) => device))];
  const bufferOf = makeAlignedBlocks(names.length, chunkBytes);
  const scans = names.map((device, at) => {
    const pieces = order.pieces.filter((piece) => piece.device === device);
    return new DeviceScan(() => open(device), device, pieces, { buffer: bufferOf(at), order });
  });
  const watch = setInterval(() => {
    for (const scan of scans) scan.giveUpIfItHangs();
  }, watchEveryMs);
  const told = setInterval(() => {
    tell({ protocol, kind: 'progress', readBytes: scans.reduce((sum, scan) => sum + scan.readBytes, 0) });
  }, progressEveryMs);
  await Promise.all(scans.map((scan) => scan.run()));
  clearInterval(watch);
  clearInterval(told);
  const devices = scans.map((scan) => scan.describe());
  tell({ protocol, kind: 'done', devices, unreadable: scans.flatMap((scan) => scan.unreadable) });
}

function print(line: ScanLine): void {
  fs.writeSync(1, `${JSON.stringify(line)}\n`);
}

type Ended = Pick<ScannedDevice, 'ended' | 'reason' | 'atBytes'>;

/** Reads the pieces of one device, one after the other. */
class DeviceScan {
  readBytes = 0;
  readonly unreadable: UnreadableStretch[] = [];
  private readonly open: () => Promise<OpenDevice>;
  private readonly device: string;
  private readonly pieces: readonly ScanPiece[];
  private readonly buffer: Uint8Array;
  private readonly limits: Pick<ScanOrder, 'stallMs'> & { readonly endsAtMs: number };
  private pending: { readonly atBytes: number; readonly sinceMs: number } | undefined;
  private narrowedMs = 0;
  private ended: Ended | undefined;
  private giveUp: () => void = () => undefined;

  constructor(
    open: () => Promise<OpenDevice>,
    device: string,
    pieces: readonly ScanPiece[],
    { buffer, order }: { readonly buffer: Uint8Array; readonly order: ScanOrder },
  ) {
    this.open = open;
    this.device = device;
    this.pieces = pieces;
    this.buffer = buffer;
    this.limits = { stallMs: order.stallMs, endsAtMs: uptimeMs() + order.timeLimitMs };
  }

  /** Ends when the device is read, or given up on. */
  async run(): Promise<void> {
    const givenUp = new Promise<void>((resolve) => {
      this.giveUp = resolve;
    });
    await Promise.race([givenUp, this.readAll()]);
  }

  describe(): ScannedDevice {
    return { device: this.device, readBytes: this.readBytes, ...(this.ended ?? { ended: 'whole' }) };
  }

  giveUpIfItHangs(): void {
    if (this.pending === undefined || uptimeMs() - this.pending.sinceMs < this.limits.stallMs) return;
    this.ended ??= { ended: 'hangs', atBytes: this.pending.atBytes };
    this.giveUp();
  }

  private async readAll(): Promise<void> {
    try {
      this.pending = { atBytes: this.pieces[0]?.startBytes ?? 0, sinceMs: uptimeMs() };
      const file = await this.open();
      try {
        for (const piece of this.pieces) await this.readPiece(file, piece);
      } finally {
        await file.close();
      }
    } catch (error) {
      this.ended ??= { ended: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
    this.pending = undefined;
  }

  private async readPiece(file: OpenDevice, { startBytes, lengthBytes }: ScanPiece): Promise<void> {
    for (let done = 0; done < lengthBytes; done += chunkBytes) {
      if (uptimeMs() >= this.limits.endsAtMs) this.ended ??= { ended: 'out-of-time' };
      if (this.unreadable.length >= mostStretches) this.ended ??= { ended: 'too-bad' };
      if (this.ended !== undefined) return;
      const length = Math.min(chunkBytes, lengthBytes - done);
      await this.readStretch(file, startBytes + done, length);
      this.readBytes += length;
    }
  }

  /** Reads it whole; if that fails, in halves, down to the blocks that cannot be read. */
  private async readStretch(file: OpenDevice, atBytes: number, lengthBytes: number): Promise<void> {
    const error = await this.tryRead(file, atBytes, lengthBytes);
    if (error === undefined) return;
    if (lengthBytes <= blockBytes || this.narrowedMs >= narrowingMs) {
      this.note(atBytes, lengthBytes, error);
      return;
    }
    const half = Math.ceil(lengthBytes / 2 / blockBytes) * blockBytes;
    for (const [skip, length] of [
      [0, half],
      [half, lengthBytes - half],
    ] as const)
      await this.readStretch(file, atBytes + skip, length);
  }

  private async tryRead(file: OpenDevice, atBytes: number, lengthBytes: number): Promise<string | undefined> {
    const sinceMs = uptimeMs();
    this.pending = { atBytes, sinceMs };
    try {
      const { bytesRead } = await file.read(this.buffer, 0, lengthBytes, atBytes);
      if (bytesRead < lengthBytes)
        throw new Error(`${this.device} ends before byte ${String(atBytes + lengthBytes)}`);
      return undefined;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
      // No such device any more, or a piece that the device cannot read in such blocks: no error of its medium.
      if (code === undefined || code === 'EINVAL' || code === 'ENXIO') throw error;
      this.narrowedMs += uptimeMs() - sinceMs;
      return code;
    }
  }

  private note(startBytes: number, lengthBytes: number, error: string): void {
    const last = this.unreadable.at(-1);
    if (last?.error === error && last.startBytes + last.lengthBytes === startBytes)
      this.unreadable[this.unreadable.length - 1] = { ...last, lengthBytes: last.lengthBytes + lengthBytes };
    else this.unreadable.push({ device: this.device, startBytes, lengthBytes, error });
  }
}
