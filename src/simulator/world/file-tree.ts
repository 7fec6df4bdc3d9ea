import type { Identity } from '../../host/host.ts';
import type { World } from './world.ts';

/** What stands at a path of the simulated file system. */
export type Node =
  | { readonly kind: 'file'; readonly rootOnly: boolean; text(): string }
  | { readonly kind: 'directory'; readonly rootOnly: boolean }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'block-device'; readonly deviceNumber: string };

/**
 * Every path of the simulated file system, made anew from the world whenever the world changes. Time alone makes no new
 * tree: a file whose text depends on it is printed when it is read.
 */
export class Tree {
  readonly nodes = new Map<string, Node>();
  /** Names by directory. */
  readonly names = new Map<string, Set<string>>();

  constructor() {
    this.nodes.set('/', { kind: 'directory', rootOnly: false });
  }

  addFile(path: string, text: () => string, access: 'all' | 'root' = 'all'): void {
    this.add(path, { kind: 'file', rootOnly: access === 'root', text });
  }

  addLine(path: string, value: string | number): void {
    this.addFile(path, () => `${String(value)}\n`);
  }

  addLink(path: string, target: string): void {
    this.add(path, { kind: 'link', target });
  }

  addDevice(path: string, deviceNumber: string): void {
    this.add(path, { kind: 'block-device', deviceNumber });
  }

  addDirectory(path: string, access: 'all' | 'root' = 'all'): void {
    this.add(path, { kind: 'directory', rootOnly: access === 'root' });
  }

  private add(path: string, node: Node): void {
    const at = path.lastIndexOf('/');
    const parent = at <= 0 ? '/' : path.slice(0, at);
    if (!this.nodes.has(parent)) this.add(parent, { kind: 'directory', rootOnly: false });
    if (this.nodes.has(path) && node.kind === 'directory') return;
    this.nodes.set(path, node);
    const names = this.names.get(parent) ?? new Set();
    this.names.set(parent, names.add(path.slice(at + 1)));
  }
}

/** Directories of our own, which only root may enter. */
const ownDirectories = ['/etc/vdoctl', '/var/lib/vdoctl', '/run/vdoctl'];

/** The text files that programs keep, and their directories. */
export function addStoredFiles(tree: Tree, world: World): void {
  const accessTo = (path: string): 'all' | 'root' =>
    ownDirectories.some((own) => path === own || path.startsWith(`${own}/`)) ? 'root' : 'all';
  for (const directory of world.directories) tree.addDirectory(directory, accessTo(directory));
  for (const { path, text } of world.files) tree.addFile(path, () => text, accessTo(path));
}

export interface FilesOfWorld {
  readonly identity: Identity;
  readonly ownPid: number;
  /** The world as it is now. */
  look(): World;
  change(action: (world: World) => void): void;
}

export function addDirectories(world: World, path: string): void {
  const parts = path.split('/').slice(1, -1);
  for (let length = 1; length <= parts.length; length += 1) {
    const directory = `/${parts.slice(0, length).join('/')}`;
    if (!world.directories.includes(directory)) world.directories.push(directory);
  }
}
