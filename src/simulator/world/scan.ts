import type { ScannedDevice, ScanPiece, ScanReading, UnreadableStretch } from '../../host/scan.ts';
import { blockBytes, sectorBytes } from '../../model/disk.ts';
import { belowLine, findKernelDevice, findSuspendedUnder, type KernelDevice } from './devices.ts';
import type { World } from './world.ts';

/** Reads pieces of devices for errors, as the real scanner does: errors are told in whole blocks of 4096 bytes. */
export function scanPieces(
  world: World,
  pieces: readonly ScanPiece[],
): Extract<ScanReading, { kind: 'read' }> {
  const names = [...new Set(pieces.map(({ device }) => device))];
  const scans = names.map((name) =>
    scanDevice(
      world,
      name,
      pieces.filter(({ device }) => device === name),
    ),
  );
  return {
    kind: 'read',
    devices: scans.map(({ device }) => device),
    unreadable: scans.flatMap(({ unreadable }) => unreadable),
  };
}

interface Scan {
  readonly device: ScannedDevice;
  readonly unreadable: readonly UnreadableStretch[];
}

function scanDevice(world: World, name: string, pieces: readonly ScanPiece[]): Scan {
  const found = findKernelDevice(world, name);
  if (found === undefined) {
    const reason = `ENOENT: no such file or directory, open '${name}'`;
    return { device: { device: name, readBytes: 0, ended: 'failed', reason }, unreadable: [] };
  }
  const [first] = pieces;
  if (findSuspendedUnder(world, found) !== undefined)
    return {
      device: { device: name, readBytes: 0, ended: 'hangs', atBytes: first?.startBytes ?? 0 },
      unreadable: [],
    };
  const unreadable = pieces.flatMap((piece) => listUnreadable(world, found, piece));
  const readBytes = pieces.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  return { device: { device: name, readBytes, ended: 'whole' }, unreadable: unreadable.map(toBlocks) };

  function toBlocks({ startBytes, endBytes }: Stretch): UnreadableStretch {
    const start = Math.floor(startBytes / blockBytes) * blockBytes;
    const end = Math.ceil(endBytes / blockBytes) * blockBytes;
    return { device: name, startBytes: start, lengthBytes: end - start, error: 'EIO' };
  }
}

interface Stretch {
  readonly startBytes: number;
  readonly endBytes: number;
}

function intersect(one: Stretch, other: Stretch): Stretch[] {
  const startBytes = Math.max(one.startBytes, other.startBytes);
  const endBytes = Math.min(one.endBytes, other.endBytes);
  return startBytes < endBytes ? [{ startBytes, endBytes }] : [];
}

const move = ({ startBytes, endBytes }: Stretch, by: number): Stretch => ({
  startBytes: startBytes + by,
  endBytes: endBytes + by,
});

function listUnreadable(
  world: World,
  device: KernelDevice,
  piece: Pick<ScanPiece, 'startBytes' | 'lengthBytes'>,
): Stretch[] {
  const asked = { startBytes: piece.startBytes, endBytes: piece.startBytes + piece.lengthBytes };
  const { part } = device;
  if (part.kind === 'dm') return part.dm.live?.flatMap((line) => listOfLine(world, line, asked)) ?? [asked];
  if (part.kind === 'loop') return [];
  const { disk } = part;
  if (disk.fault === 'fails' || disk.fault === 'gone') return [asked];
  const start = part.kind === 'partition' ? part.startBytes : 0;
  return (disk.unreadable ?? []).flatMap((bad) =>
    intersect(
      move({ startBytes: bad.startBytes, endBytes: bad.startBytes + bad.lengthBytes }, -start),
      asked,
    ),
  );
}

type Line = NonNullable<Extract<KernelDevice['part'], { kind: 'dm' }>['dm']['live']>[number];

function listOfLine(world: World, line: Line, asked: Stretch): Stretch[] {
  const lineAt = line.start * sectorBytes;
  return intersect(asked, {
    startBytes: lineAt,
    endBytes: lineAt + line.sectors * sectorBytes,
  }).flatMap((part) => {
    if (line.target === 'error') return [part];
    const below = belowLine(line);
    const device = below === undefined ? undefined : findKernelDevice(world, below.device);
    // A RAID reads what one leg cannot from another.
    if (below === undefined || device === undefined || line.target === 'raid') return [];
    const by = below.startSector * sectorBytes - lineAt;
    const moved = move(part, by);
    const piece = { startBytes: moved.startBytes, lengthBytes: moved.endBytes - moved.startBytes };
    return listUnreadable(world, device, piece).map((each) => move(each, -by));
  });
}
