import type { FileDescription, Files, Reading } from '../../host/host.ts';
import { createRecords } from './record-files.ts';
import { changesOf } from './world-keeper.ts';
import { addKernelFiles } from './kernel-files.ts';
import { addStoredFiles, Tree, type Node, type FilesOfWorld, addDirectories } from './file-tree.ts';
import type { World } from './world.ts';

const mostLinks = 40;

/** The simulated file system: it resolves links, and lets only root into root's directories. */
export function createSimulatedFiles(of: FilesOfWorld): Files {
  const { isRoot } = of.identity;
  const makeTree = rememberTree(of);
  const files = createReading(makeTree, isRoot);
  return {
    ...files,
    // Only root writes to this file system, so all that it holds is trusted.
    readOwn: files.readText,
    listOwn: files.list,
    resolve(path) {
      const { node, place } = follow(makeTree(), path);
      return node === undefined ? { kind: 'missing' } : { kind: 'read', value: place };
    },
    describe(path) {
      const { node, place } = follow(makeTree(), path);
      const modifiedAtMs = of.look().files.find((file) => file.path === place)?.modifiedAt;
      const found = describe(node);
      if (found.kind !== 'read' || modifiedAtMs === undefined) return found;
      return { kind: 'read', value: { ...found.value, modifiedAtMs } };
    },
    readLink(path) {
      const tree = makeTree();
      const at = path.lastIndexOf('/');
      const directory = follow(tree, path.slice(0, at));
      if (directory.node !== undefined && isForbidden(directory.node, isRoot))
        return { kind: 'not-permitted' };
      const node = tree.nodes.get(join(directory.place, path.slice(at + 1)));
      if (node === undefined) return { kind: 'missing' };
      return node.kind === 'link'
        ? { kind: 'read', value: node.target }
        : { kind: 'failed', reason: 'EINVAL: invalid argument, readlink' };
    },
    ...createWriting(of),
  };
}

/** Making a tree takes longer than using it, so it is made anew only if the world has changed. */
function rememberTree(of: FilesOfWorld): () => Tree {
  let last: { readonly world: World; readonly changes: number; readonly tree: Tree } | undefined;
  return () => {
    const world = of.look();
    const changes = changesOf(world);
    if (last?.world === world && last.changes === changes) return last.tree;
    const tree = new Tree();
    addKernelFiles(tree, world, of.ownPid);
    addStoredFiles(tree, world);
    last = { world, changes, tree };
    return tree;
  };
}

function createReading(makeTree: () => Tree, isRoot: boolean): Pick<Files, 'readText' | 'list'> {
  return {
    readText(path) {
      const { node } = follow(makeTree(), path);
      if (node === undefined) return { kind: 'missing' };
      if (node.kind !== 'file') return { kind: 'failed', reason: 'EISDIR: illegal operation on a directory' };
      return isForbidden(node, isRoot) ? { kind: 'not-permitted' } : { kind: 'read', value: node.text() };
    },
    list(path) {
      const tree = makeTree();
      const { node, place } = follow(tree, path);
      if (node === undefined) return { kind: 'missing' };
      if (node.kind !== 'directory') return { kind: 'failed', reason: 'ENOTDIR: not a directory' };
      if (isForbidden(node, isRoot)) return { kind: 'not-permitted' };
      return { kind: 'read', value: [...(tree.names.get(place) ?? [])] };
    },
  };
}

/** Only root writes files: anywhere but in the kernel's own file systems. */
function createWriting(
  of: FilesOfWorld,
): Pick<Files, 'writeAtomically' | 'proveWritable' | 'remove' | 'beginRecord' | 'continueRecord'> {
  const { isRoot } = of.identity;
  const proveWritable = (path: string): Reading<void> => {
    if (!isRoot) return { kind: 'not-permitted' };
    return /^\/(proc|sys|dev)\//.test(path)
      ? { kind: 'failed', reason: 'EACCES: permission denied' }
      : { kind: 'read', value: undefined };
  };
  return {
    proveWritable,
    writeAtomically(path, text, mode) {
      const proved = proveWritable(path);
      if (proved.kind !== 'read') return proved;
      of.change((world) => {
        addDirectories(world, path);
        const others = world.files.filter((file) => file.path !== path);
        world.files = [...others, { path, text, mode, modifiedAt: world.now }];
      });
      return { kind: 'read', value: undefined };
    },
    remove(path) {
      if (!isRoot) return { kind: 'not-permitted' };
      if (!of.look().files.some((file) => file.path === path)) return { kind: 'missing' };
      of.change((world) => {
        world.files = world.files.filter((file) => file.path !== path);
      });
      return { kind: 'read', value: undefined };
    },
    ...createRecords(of),
  };
}

function isForbidden(node: Node, isRoot: boolean): boolean {
  return !isRoot && (node.kind === 'file' || node.kind === 'directory') && node.rootOnly;
}

function describe(node: Node | undefined): Reading<FileDescription> {
  switch (node?.kind) {
    case undefined:
    case 'link':
      return { kind: 'missing' };
    case 'block-device':
      return { kind: 'read', value: { type: 'block-device', deviceNumber: node.deviceNumber } };
    case 'file':
    case 'directory':
      return { kind: 'read', value: { type: node.kind } };
  }
}

/** Follows every symbolic link in the path, including the last component. */
function follow(tree: Tree, path: string): { readonly node: Node | undefined; readonly place: string } {
  let parts = path.split('/').filter((part) => part !== '');
  let place = '/';
  for (let links = 0; parts.length > 0;) {
    const [part = '', ...rest] = parts;
    const next = join(place, part);
    const node = tree.nodes.get(next);
    if (node?.kind === 'link' && links < mostLinks) {
      links += 1;
      if (node.target.startsWith('/')) place = '/';
      parts = [...node.target.split('/').filter((each) => each !== ''), ...rest];
    } else {
      place = next;
      parts = rest;
      if (node === undefined) return { node: undefined, place };
    }
  }
  return { node: tree.nodes.get(place), place };
}

function join(directory: string, name: string): string {
  if (name === '.' || name === '') return directory;
  if (name === '..') return directory.slice(0, directory.lastIndexOf('/')) || '/';
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}
