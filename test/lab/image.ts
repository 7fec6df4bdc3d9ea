import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PrivateApt, findMirror } from './apt.ts';
import { LabError } from './errors.ts';
import { findCacheDirectory, installMissing, reportProgress, runOnHost, withFileLock } from './host.ts';
import { addKernel, describeKernels, type GuestKernels } from './kernels.ts';

/**
 * The ingredients of the image. Any change here makes a new image; edits of the guest's init and agent do not, since
 * they are not in it (see initramfs.ts).
 */
const RECIPE = {
  version: 6,
  // Bookworm's kernel has no dm-vdo, and its QEMU 7.2 makes guest programs crash at random.
  suite: 'trixie',
  newestKernelFrom: 'trixie-backports',
  emulator: 'qemu-system-x86',
  shell: 'busybox-static',
  packages: [
    'vdo',
    'lvm2',
    'dmsetup',
    'e2fsprogs',
    'xfsprogs',
    'btrfs-progs',
    'acl',
    'attr',
    'udev',
    // Only process 1 on machines that ask for it.
    'systemd',
    'kmod',
    'mount',
    'procps',
    'psmisc',
    'util-linux',
    'rsync',
    'gddrescue',
    // LVM checks a cache's and a thin pool's metadata with it.
    'thin-provisioning-tools',
    'nodejs',
  ],
  leftOut: ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/i18n/*'],
  rootSize: '6G',
} as const;

/** The files that a machine boots from; every path is inside the cache. */
export interface Image {
  readonly directory: string;
  readonly rootImage: string;
  readonly kernels: GuestKernels;
  readonly busybox: string;
  readonly emulatorTree: string;
}

function describeImage(directory: string): Image {
  return {
    directory,
    rootImage: join(directory, 'root.img'),
    kernels: describeKernels(directory),
    busybox: join(directory, 'busybox'),
    emulatorTree: join(directory, 'emulator'),
  };
}

/** Returns the cached image. If there is none, it is built first: about a minute, from nothing but apt. */
export async function buildImage(): Promise<Image> {
  if (process.arch !== 'x64' || process.platform !== 'linux')
    throw new LabError('the lab needs Linux on x86-64');
  const cache = findCacheDirectory();
  const recipe = createHash('sha256').update(JSON.stringify(RECIPE)).digest('hex');
  const directory = join(cache, recipe);
  if (existsSync(directory)) return describeImage(directory);
  return withFileLock(join(cache, `${recipe}.lock`), async () => {
    if (!existsSync(directory)) await buildAtomically(directory);
    return describeImage(directory);
  });
}

async function buildAtomically(directory: string): Promise<void> {
  if (process.getuid?.() !== 0) throw new LabError('building the lab image needs root (booting it does not)');
  const partial = `${directory}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    await buildInto(partial);
    renameSync(partial, directory);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

async function buildInto(partial: string): Promise<void> {
  const began = Date.now();
  const say = (line: string) => {
    reportProgress(`${((Date.now() - began) / 1000).toFixed(0).padStart(3)}s ${line}`);
  };
  say('building the virtual machine (once; kept in the cache)');
  await installMissing({
    '/usr/bin/mmdebstrap': 'mmdebstrap',
    '/sbin/mke2fs': 'e2fsprogs',
    '/usr/bin/xz': 'xz-utils',
    '/usr/bin/setpriv': 'util-linux',
    '/usr/share/keyrings/debian-archive-keyring.gpg': 'debian-archive-keyring',
  });
  const scratch = join(partial, 'scratch');
  const mirror = await findMirror();
  const apt = await openApt(join(scratch, 'apt'), mirror, RECIPE.suite);
  const image = describeImage(partial);
  say('emulator');
  await apt.unpack([RECIPE.emulator], image.emulatorTree, 'with-dependencies');
  say('guest system');
  const tree = join(scratch, 'tree');
  await makeGuestTree(apt, tree, join(scratch, 'acquire.conf'));
  await addKernels({ apt, directory: partial, tree, scratch }, say);
  await apt.unpack([RECIPE.shell], join(scratch, 'shell'), 'alone');
  copyFileSync(join(scratch, 'shell/usr/bin/busybox'), image.busybox);
  say('root image');
  await runOnHost({
    argv: ['mke2fs', '-q', '-t', 'ext4', '-L', 'lab-root', '-d', tree, image.rootImage, RECIPE.rootSize],
  });
  rmSync(scratch, { recursive: true, force: true });
  say(
    `done: ${image.rootImage} takes ${String(Math.round((statSync(image.rootImage).blocks * 512) / 2 ** 20))} MiB`,
  );
}

async function makeGuestTree(apt: PrivateApt, tree: string, acquireOptions: string): Promise<void> {
  await apt.writeAcquireOptions(acquireOptions);
  await runOnHost({
    // A busy host takes twenty times as long as an idle one.
    timeoutMs: 30 * 60_000,
    argv: [
      'mmdebstrap',
      '--quiet',
      '--mode=root',
      '--variant=essential',
      '--format=directory',
      '--architectures=amd64',
      `--keyring=${apt.keyring}`,
      `--aptopt=${acquireOptions}`,
      '--aptopt=Apt::Install-Recommends "false"',
      ...RECIPE.leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
      `--include=${RECIPE.packages.join(',')}`,
      RECIPE.suite,
      tree,
      apt.mirror,
    ],
  });
}

async function openApt(directory: string, mirror: string, suite: string): Promise<PrivateApt> {
  const apt = new PrivateApt({ directory, mirror, suite });
  await apt.update();
  return apt;
}

interface KernelPlace {
  readonly apt: PrivateApt;
  readonly directory: string;
  readonly tree: string;
  readonly scratch: string;
}

async function addKernels(place: KernelPlace, say: (line: string) => void): Promise<void> {
  const stable = await addKernel(place.apt, 'stable', place);
  if (stable === undefined) throw new LabError(`${RECIPE.suite} has no kernel`);
  say(`kernel ${stable.release}`);
  // A separate apt: packages have the same names in both suites.
  const backports = await openApt(
    join(place.scratch, 'backports'),
    place.apt.mirror,
    RECIPE.newestKernelFrom,
  );
  const newest = await addKernel(backports, 'newest', place);
  say(newest === undefined ? `${RECIPE.newestKernelFrom} has no newer kernel` : `kernel ${newest.release}`);
}
