/**
 * Takes the place of src/host/real/real-host.ts in a build of the program: the real host, but it looks at a directory
 * beside the program's own file, finds its tools there, and counts as root.
 */
import path from 'node:path';

import type { Host, StorageArea } from '../../src/host/host.ts';
import { createRealHost as createHost, type RealHostOptions } from '../../src/host/real/real-host.ts';

export const safePath = '';

export function createRealHost({ program }: RealHostOptions): Host {
  const directory = path.dirname(program);
  const root = path.join(directory, 'root');
  const host = createHost({ searchPath: path.join(directory, 'bin'), root, program });
  const { files } = host;
  return {
    ...host,
    identity: { ...host.identity, isRoot: true },
    files: {
      ...files,
      // Only root can make block devices. A name below /dev, or what it links to, stands for the device in /sys.
      describe(name) {
        if (!name.startsWith('/dev/')) return files.describe(name);
        const link = files.readLink(name);
        const kernelName = path.basename(link.kind === 'read' ? link.value : name);
        const number = files.readText(`/sys/class/block/${kernelName}/dev`);
        if (number.kind !== 'read') return number;
        return { kind: 'read', value: { type: 'block-device', deviceNumber: number.value.trim() } };
      },
    },
    readMetadata: (areas, limitMs) =>
      host.readMetadata(
        areas.map((area) => moveBelow(root, area)),
        limitMs,
      ),
    scanStorage: (pieces, options) =>
      host.scanStorage(
        pieces.map((piece) => ({ ...piece, device: `${root}${piece.device}` })),
        options,
      ),
  };
}

function moveBelow(root: string, { extents, ...area }: StorageArea): StorageArea {
  return { ...area, extents: extents.map((extent) => ({ ...extent, device: `${root}${extent.device}` })) };
}
