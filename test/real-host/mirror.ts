import fs from 'node:fs';
import path from 'node:path';

import { addKernelFiles } from '../../src/simulator/world/kernel-files.ts';
import { readArea } from '../../src/simulator/world/metadata.ts';
import { addStoredFiles, Tree, type Node } from '../../src/simulator/world/file-tree.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { blockBytes } from '../../src/model/disk.ts';
import { parseGeometry } from '../../src/parse/disk.ts';

/** As which process whoever looks at the files is shown in /proc. */
const lookingPid = 999;

/**
 * Keeps real files below `root` that are those of a simulated host: /sys, /proc, /dev with plain files as devices, and
 * what its programs keep. Files that others put there stay.
 */
export class Mirror {
  private readonly root: string;
  /** What stands at each path: only what differs is written. */
  private shown = new Map<string, string>();

  constructor(root: string) {
    this.root = root;
  }

  show(world: World): void {
    const tree = new Tree();
    addKernelFiles(tree, world, lookingPid);
    addStoredFiles(tree, world);
    const wanted = new Map([...tree.nodes].map(([name, node]) => [name, describe(world, name, node)]));
    for (const [name, was] of this.shown)
      if (isInTheWay(was, wanted.get(name))) fs.rmSync(this.root + name, { recursive: true, force: true });
    for (const [name, node] of tree.nodes)
      if (wanted.get(name) !== this.shown.get(name)) write(world, this.root, name, node);
    this.shown = wanted;
  }
}

/** A file and a device are written anew where they are; everything else has to go first. */
function isInTheWay(was: string, becomes = ''): boolean {
  const kind = was.split(' ', 1)[0] ?? '';
  return was !== becomes && (kind === 'link' || !becomes.startsWith(kind));
}

/** Its kind, and whatever else there is to it. */
function describe(world: World, name: string, node: Node): string {
  switch (node.kind) {
    case 'directory':
      return 'directory';
    case 'file':
      return `file ${node.text()}`;
    case 'link':
      return `link ${node.target}`;
    case 'block-device': {
      const blocks = listBlocks(world, name).map(({ bytes }) => Buffer.from(bytes).toString('base64'));
      return `device ${blocks.join(' ')}`;
    }
  }
}

function write(world: World, root: string, name: string, node: Node): void {
  const file = path.join(root, name);
  switch (node.kind) {
    case 'directory':
      fs.mkdirSync(file, { recursive: true });
      return;
    case 'file':
      writeWhole(file, node.text(), world.files.find((each) => each.path === name)?.modifiedAt);
      return;
    case 'link': {
      // What a link of /proc says is a name; the others are followed.
      const isFollowed = node.target.startsWith('/') && !name.startsWith('/proc/');
      fs.symlinkSync(isFollowed ? root + node.target : node.target, file);
      return;
    }
    case 'block-device':
      writeDevice(file, listBlocks(world, name));
  }
}

/** Whoever reads it meanwhile reads all of it. */
function writeWhole(file: string, text: string, modifiedAtMs?: number): void {
  const beside = `${file}.new`;
  fs.writeFileSync(beside, text);
  if (modifiedAtMs !== undefined) fs.utimesSync(beside, modifiedAtMs / 1000, modifiedAtMs / 1000);
  fs.renameSync(beside, file);
}

interface Block {
  readonly atBytes: number;
  readonly bytes: Uint8Array;
}

/**
 * The first block, and the super block of a VDO: all that is ever read of a device. One that fails or does not answer
 * is an empty file, which cannot be read either.
 */
function listBlocks(world: World, device: string): readonly Block[] {
  const reading = readArea(world, { id: device, extents: [{ device, startBytes: 0 }] });
  if (reading.kind === 'not-vdo') return [{ atBytes: 0, bytes: reading.geometry }];
  if (reading.kind !== 'read') return [];
  const { geometry, superBlock } = reading;
  const { superBlockAt } = parseGeometry(geometry);
  return [
    { atBytes: 0, bytes: geometry },
    { atBytes: superBlockAt * blockBytes, bytes: superBlock },
  ];
}

function writeDevice(file: string, blocks: readonly Block[]): void {
  const descriptor = fs.openSync(file, 'w');
  for (const { atBytes, bytes } of blocks) fs.writeSync(descriptor, bytes, 0, bytes.length, atBytes);
  fs.closeSync(descriptor);
}
