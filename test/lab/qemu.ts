import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Image } from './image.ts';
import { makeInitramfs, type GuestFile } from './initramfs.ts';
import type { GuestKernel } from './kernels.ts';

const PREFIX = 'vdoctl-lab-';

export interface Hardware {
  readonly kernel: GuestKernel;
  readonly diskBytes: readonly number[];
  readonly memoryMiB: number;
  readonly cpus: number;
  /** The guest's clock counts instructions, a nanosecond each, and runs on while the guest is idle. */
  readonly countsInstructions: boolean;
  /** More words for the kernel command line, and for the guest's process 1. */
  readonly kernelWords?: readonly string[];
}

/** The directory of one running machine: its sockets, disks and log. It goes with the machine. */
export class MachineDirectory {
  readonly path: string;

  constructor() {
    removeLeftovers();
    this.path = mkdtempSync(join(tmpdir(), `${PREFIX}${String(process.pid)}-`));
  }

  at(name: string): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Removes the directories of parents that were killed outright: the disks in them are large. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (Number.isInteger(pid) && !isAlive(pid))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function makeSparseFile(path: string, bytes: number): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, bytes);
  closeSync(file);
}

/**
 * `id` is also the serial number, so that the guest has the disk as /dev/disk/by-id/virtio-ID. QEMU keeps the guest's
 * writes in a file in TMPDIR, in a format that can hold checkpoints.
 */
function describeDisk(id: string, file: string): string[] {
  return [
    '-drive',
    `if=none,id=${id},format=raw,snapshot=on,cache=unsafe,discard=unmap,file=${file}`,
    '-device',
    `virtio-blk-pci,drive=${id},serial=${id}`,
  ];
}

/** On a busy host an emulated timer is late: that is no reason for the guest's kernel to panic. */
const KERNEL_WORDS = 'console=ttyS0 mitigations=off audit=0 random.trust_cpu=on no_timer_check nowatchdog';
/**
 * QEMU never lets the processor's time stamp counter go back. If that were the clock, a machine that returns to a
 * checkpoint would find itself later by the time it was away, and sleep for as long. Counted instructions do go back.
 */
const NO_TIME_STAMPS = 'tsc=unstable';

/**
 * A larger code cache (tb-size) makes every reset seconds slower: stale code is dropped page by page. The features of
 * newer processors (`max`) cost a quarter more to emulate, and nothing here needs them.
 *
 * Times in the guest depend on how busy this host is, unless instructions are counted: then a second is always the same
 * work, that of a slow processor. Counting is slower by half, and several times slower where disks are busy.
 */
function listArguments(image: Image, directory: MachineDirectory, hardware: Hardware): string[] {
  const share = join(image.emulatorTree, 'usr/share');
  return [
    '-nodefaults',
    '-no-user-config',
    '-display',
    'none',
    '-machine',
    'pc',
    '-L',
    join(share, 'qemu'),
    '-L',
    join(share, 'seabios'),
    ...(hardware.countsInstructions
      ? ['-accel', 'tcg,thread=single,tb-size=128', '-icount', 'shift=0,sleep=on']
      : ['-accel', 'tcg,thread=multi,tb-size=128']),
    '-cpu',
    'Haswell-noTSX',
    '-smp',
    String(hardware.cpus),
    '-m',
    String(hardware.memoryMiB),
    '-kernel',
    hardware.kernel.file,
    '-initrd',
    directory.at('initramfs'),
    '-append',
    [
      KERNEL_WORDS,
      ...(hardware.countsInstructions ? [] : [NO_TIME_STAMPS]),
      ...(hardware.kernelWords ?? []),
    ].join(' '),
    '-chardev',
    `file,id=console,path=${directory.at('console')}`,
    '-serial',
    'chardev:console',
    // The second port (ttyS1) is for a person at the machine.
    '-chardev',
    `socket,id=serial,path=${directory.at('serial')}`,
    '-serial',
    'chardev:serial',
    '-chardev',
    `socket,id=qmp,path=${directory.at('qmp')}`,
    '-mon',
    'chardev=qmp,mode=control',
    '-chardev',
    `socket,id=agent,path=${directory.at('agent')}`,
    '-device',
    'virtio-serial-pci',
    '-device',
    'virtserialport,chardev=agent,name=vdoctl.agent',
    ...describeDisk('root', image.rootImage),
    ...hardware.diskBytes.flatMap((_, index) =>
      describeDisk(`disk${String(index + 1)}`, directory.at(`disk${String(index + 1)}`)),
    ),
  ];
}

export interface LaunchOptions {
  readonly image: Image;
  readonly directory: MachineDirectory;
  readonly hardware: Hardware;
  readonly files: readonly GuestFile[];
}

/** Starts the emulator from its own tree with its own libraries: nothing is installed on the host. */
export function launchQemu({ image, directory, hardware, files }: LaunchOptions): ChildProcess {
  writeFileSync(directory.at('initramfs'), makeInitramfs(image, hardware.kernel, files));
  hardware.diskBytes.forEach((bytes, index) => {
    makeSparseFile(directory.at(`disk${String(index + 1)}`), bytes);
  });
  writeFileSync(directory.at('console'), '');
  const tree = image.emulatorTree;
  const libraries = ['usr/lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu/pulseaudio'].map((path) =>
    join(tree, path),
  );
  const argv = [
    // If this process dies, even when killed outright, the kernel ends QEMU.
    '--pdeathsig',
    'KILL',
    '--',
    join(tree, 'usr/lib64/ld-linux-x86-64.so.2'),
    '--library-path',
    libraries.join(':'),
    join(tree, 'usr/bin/qemu-system-x86_64'),
    ...listArguments(image, directory, hardware),
  ];
  const said = openSync(directory.at('qemu'), 'w');
  const env = {
    ...process.env,
    TMPDIR: directory.path,
    QEMU_MODULE_DIR: join(tree, 'usr/lib/x86_64-linux-gnu/qemu'),
  };
  const child = spawn('setpriv', argv, { stdio: ['ignore', said, said], env });
  closeSync(said);
  return child;
}

/** The last lines of QEMU and of the guest's kernel, for an error to carry. */
export function readTail(directory: MachineDirectory, lines: number): string {
  const read = (name: string) =>
    !existsSync(directory.at(name)) ? [] : readFileSync(directory.at(name), 'utf8').trimEnd().split(/\r?\n/);
  return [...read('qemu').slice(-5), ...read('console').slice(-lines)]
    .filter((line) => line !== '')
    .join('\n');
}
