import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Image } from './image.ts';
import type { GuestKernel } from './kernels.ts';

/**
 * The initramfs is written anew for each machine: it carries the guest's init, the agent and the files handed in. None
 * of these is in the cached image, and a reset restores all of them.
 */
export interface GuestFile {
  readonly path: string;
  readonly mode: number;
  readonly bytes: Uint8Array;
}

const REGULAR_FILE = 0o100000;
const DIRECTORY = 0o040000;

function padToFour(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/** One entry of a cpio archive in the "newc" format, which the kernel unpacks. */
function encodeEntry(name: string, mode: number, bytes: Uint8Array): Buffer {
  const encodedName = Buffer.from(`${name}\0`);
  const fields = [0, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, encodedName.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return Buffer.concat([
    padToFour(Buffer.concat([Buffer.from(header), encodedName])),
    padToFour(Buffer.from(bytes)),
  ]);
}

function listParents(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/')).filter((name) => name !== '');
}

export function encodeArchive(files: readonly GuestFile[]): Buffer {
  const relative = files.map((file) => ({ ...file, path: file.path.replace(/^\/+/, '') }));
  const directories = [...new Set(relative.flatMap((file) => listParents(file.path)))].sort();
  return Buffer.concat([
    ...directories.map((name) => encodeEntry(name, DIRECTORY | 0o755, Buffer.alloc(0))),
    ...relative.map((file) => encodeEntry(file.path, REGULAR_FILE | file.mode, file.bytes)),
    encodeEntry('TRAILER!!!', 0, Buffer.alloc(0)),
  ]);
}

function readGuestSource(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`./guest/${name}`, import.meta.url)));
}

export function makeInitramfs(image: Image, kernel: GuestKernel, handedIn: readonly GuestFile[]): Buffer {
  const mountPoints = ['dev', 'proc', 'sys', 'root'].map((name) => ({
    path: `/${name}/.keep`,
    mode: 0o644,
    bytes: Buffer.alloc(0),
  }));
  return encodeArchive([
    ...mountPoints,
    { path: '/bin/busybox', mode: 0o755, bytes: readFileSync(image.busybox) },
    { path: '/virtio_blk.ko', mode: 0o644, bytes: readFileSync(kernel.blockModule) },
    { path: '/init', mode: 0o755, bytes: readGuestSource('initramfs-init.sh') },
    { path: '/overlay/lab/init.sh', mode: 0o755, bytes: readGuestSource('init.sh') },
    { path: '/overlay/lab/agent.mjs', mode: 0o644, bytes: readGuestSource('agent.mjs') },
    ...handedIn.map((file) => ({ ...file, path: `/overlay${file.path}` })),
  ]);
}
