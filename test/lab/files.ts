import type { Machine } from './machine.ts';

export type FilesystemKind = keyof typeof makers;

const makers = {
  ext4: ['mkfs.ext4', '-q', '-F', '-E', 'nodiscard'],
  xfs: ['mkfs.xfs', '-q', '-f', '-K'],
  btrfs: ['mkfs.btrfs', '-q', '-f', '-K'],
} as const;

/** Makes a file system without discarding first (slow on a VDO). */
export async function makeFilesystem(machine: Machine, kind: FilesystemKind, device: string): Promise<void> {
  await machine.run([...makers[kind], device]);
}

export async function mountDevice(machine: Machine, device: string, at: string): Promise<void> {
  await machine.run(['mkdir', '-p', at]);
  await machine.run(['mount', device, at]);
}

export async function unmount(machine: Machine, at: string): Promise<void> {
  await machine.run(['umount', at]);
}

export interface FilesSpec {
  readonly directory: string;
  readonly count: number;
  readonly mibEach: number;
}

/**
 * Writes random files (no two alike, nothing compresses) with their checksums beside them. All of it is on disk at the
 * end.
 */
export async function writeFiles(machine: Machine, { directory, count, mibEach }: FilesSpec): Promise<void> {
  const text = `
    mkdir -p "$1"; cd "$1"
    for i in $(seq "$2"); do dd if=/dev/urandom of="file$i" bs=1M count="$3" status=none; done
    sha256sum file* > SHA256SUMS
    sync -f .`;
  await machine.run(['bash', '-euc', text, 'write', directory, String(count), String(mibEach)], {
    timeoutMs: 300_000,
  });
}

/** Throws unless every file reads back as it was written. */
export async function verifyFiles(machine: Machine, directory: string): Promise<void> {
  await machine.run(['sha256sum', '--check', '--quiet', 'SHA256SUMS'], {
    cwd: directory,
    timeoutMs: 300_000,
  });
}
