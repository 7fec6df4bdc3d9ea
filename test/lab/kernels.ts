import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { PrivateApt } from './apt.ts';
import { LabError } from './errors.ts';
import { runOnHost } from './host.ts';

/** Debian's metapackage of the kernel for virtual machines. Bookworm's (6.1) has no dm-vdo. */
const METAPACKAGE = 'linux-image-cloud-amd64';

/**
 * The kernel that a machine boots: the stable suite's own, or the newest that is backported to it. Both share one root
 * and its tools.
 */
export const kernelNames = ['stable', 'newest'] as const;
export type KernelName = (typeof kernelNames)[number];

/** One kernel of an image; the paths are inside the cache. */
export interface GuestKernel {
  /** As people write it: `6.12`. */
  readonly version: string;
  /** As `uname -r` prints it. */
  readonly release: string;
  readonly file: string;
  readonly blockModule: string;
}

/** Kernels by name; `newest` is missing if no newer kernel was backported on the day that the image was made. */
export type GuestKernels = Readonly<Partial<Record<KernelName, GuestKernel>>>;

interface Place {
  /** The root that both kernels share: their modules go into it. */
  readonly tree: string;
  readonly directory: string;
  readonly scratch: string;
}

function describeKernel(directory: string, name: KernelName): GuestKernel | undefined {
  const at = join(directory, `kernel-${name}`);
  if (!existsSync(at)) return undefined;
  const release = readFileSync(join(at, 'release'), 'utf8').trim();
  const version = release.split('.').slice(0, 2).join('.');
  return { version, release, file: join(at, 'vmlinuz'), blockModule: join(at, 'virtio_blk.ko') };
}

/** The kernels of an image that is already made. */
export function describeKernels(directory: string): GuestKernels {
  const found = kernelNames.map((name) => [name, describeKernel(directory, name)] as const);
  return Object.fromEntries(found.filter(([, kernel]) => kernel !== undefined));
}

/** @throws an error that says why the image has no such kernel */
export function takeKernel(kernels: GuestKernels, name: KernelName): GuestKernel {
  const kernel = kernels[name];
  if (kernel !== undefined) return kernel;
  throw new LabError(
    `the lab's image has no second kernel: when it was made, Debian's backports had none newer than ${kernels.stable?.version ?? 'the stable one'}; remove the cached image to look again`,
  );
}

/** Finds the kernel by what a person types: `newest`, `stable`, or a version (`7.3`). */
export function findKernelName(kernels: GuestKernels, said: string): KernelName {
  const name = kernelNames.find((each) => each === said || kernels[each]?.version === said);
  if (name !== undefined) return name;
  const known = kernelNames.flatMap((each) => (kernels[each] ? [`${each} (${kernels[each].version})`] : []));
  throw new LabError(`the lab has no kernel ${said}, only ${known.join(' and ')}`);
}

/**
 * Adds the suite's kernel to the image. Returns undefined, and adds nothing, if the suite has no kernel or the same
 * one.
 */
export async function addKernel(
  apt: PrivateApt,
  name: KernelName,
  place: Place,
): Promise<GuestKernel | undefined> {
  const candidates = await apt.listDependencies(METAPACKAGE);
  const packageName = candidates.find((candidate) => candidate.startsWith('linux-image-'));
  if (packageName === undefined) return undefined;
  const release = packageName.replace('linux-image-', '');
  const modules = join(place.tree, 'usr/lib/modules', release);
  if (existsSync(modules)) return undefined;
  // Newer kernels come in parts: the kernel and its modules are separate packages.
  const parts = (await apt.listDependencies(packageName)).filter((each) => each.endsWith(`-${release}`));
  // Unpacked, not installed: the package's scripts would build an initramfs that nobody boots.
  await apt.unpack([packageName, ...parts], place.tree, 'alone');
  // The emulated processor takes seconds to unpack the modules that a boot needs.
  await runOnHost({ argv: ['find', modules, '-name', '*.ko.xz', '-exec', 'xz', '-d', '{}', '+'] });
  await runOnHost({ argv: ['chroot', place.tree, 'depmod', release] });
  const at = join(place.directory, `kernel-${name}`);
  mkdirSync(at, { recursive: true });
  // Newer kernels lie beside their modules.
  const file = [join(place.tree, 'boot', `vmlinuz-${release}`), join(modules, 'vmlinuz')].find(existsSync);
  if (file === undefined) throw new LabError(`there is no kernel in ${[packageName, ...parts].join(', ')}`);
  renameSync(file, join(at, 'vmlinuz'));
  rmSync(join(place.tree, 'boot'), { recursive: true, force: true });
  copyFileSync(join(modules, 'kernel/drivers/block/virtio_blk.ko'), join(at, 'virtio_blk.ko'));
  writeFileSync(join(at, 'release'), `${release}\n`);
  return describeKernel(place.directory, name);
}
