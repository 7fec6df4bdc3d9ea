import fs from 'node:fs';
import path from 'node:path';

import { addKernelFiles } from '../../src/simulator/world/kernel-files.ts';
import { readArea } from '../../src/simulator/world/metadata.ts';
import { addStoredFiles, Tree, type Node } from '../../src/simulator/world/file-tree.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { blockBytes } from '../../src/model/disk.ts';
import { parseGeometry } from '../../src/parse/disk.ts';

/** The pid that /proc shows for any process that looks at the files. */
const lookingPid = 999;

/**
 * Keeps the files of a simulated host as real files below `root`: /sys, /proc, /dev with plain files as devices, and
 * the files of its programs. Files that others put there stay.
 */
export class Mirror {
  private readonly root: string;
  /** The content at each path: only differences are written. */
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

/** A file or a device is rewritten in place; anything else must be removed first. */
function isInTheWay(was: string, becomes = ''): boolean {
  const kind = was.split(' ', 1)[0] ?? '';
  return was !== becomes && (kind === 'link' || !becomes.startsWith(kind));
}

/** The kind of the node, and its content. */
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
      // A link in /proc holds a mere name and stays as it is; other links are followed, and must lead below `root`.
      const isFollowed = node.target.startsWith('/') && !name.startsWith('/proc/');
      fs.symlinkSync(isFollowed ? root + node.target : node.target, file);
      return;
    }
    case 'block-device':
      writeDevice(file, listBlocks(world, name));
  }
}

/** Writes by rename: a reader always gets the whole file. */
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
 * The first block, and the super block of a VDO: nothing else of a device is ever read. A device that fails or does not
 * answer is an empty file, which cannot be read either.
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
