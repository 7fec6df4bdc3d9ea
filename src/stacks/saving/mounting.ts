import { changing } from '../../model/command.ts';
import { mountsDirectory } from '../../journal/own-copies.ts';
import type { Expectation, Step } from '../../model/plan.ts';

/** Steps that mount what is to be copied, read-only, in a directory of vdoctl's own, and take it down again. */

/**
 * The mount options with which each filesystem is read without replaying its journal, the narrowest first: the next
 * are for a kernel, or a damage, with which the ones before do not mount.
 * Sources: ext4(5), xfs(5), btrfs(5) ("rescue" since Linux 5.9, `nologreplay` before).
 */
const optionsWithoutReplay: Readonly<Record<string, readonly [string, ...string[]]>> = {
  ext2: ['ro'],
  ext3: ['ro,noload'],
  ext4: ['ro,noload'],
  xfs: ['ro,norecovery,nouuid'],
  btrfs: ['ro,rescue=nologreplay', 'ro,nologreplay', 'ro,rescue=all'],
};

/** Whether vdoctl knows how to mount such a filesystem without writing to it. */
export function isMountable(type: string): boolean {
  return type in optionsWithoutReplay;
}

/** Where vdoctl mounts the filesystem on a device of that dm name. */
export function mountPointOf(dmName: string): string {
  return `${mountsDirectory}/${dmName}`;
}

const mountLimitMs = 60_000;
const umountLimitMs = 60_000;
const mountFailed = 32;
const umountRetries = { times: 5, everyMs: 3000 };

/** What is to be mounted, and where. */
export interface Mounting {
  /** Path of the device. */
  readonly device: string;
  /** The type of its filesystem: one that {@link isMountable} knows. */
  readonly type: string;
  /** The mount point, from {@link mountPointOf}. */
  readonly path: string;
  /**
   * The mount point where it is mounted already. It cannot be mounted a second time with other options, so this mount
   * is bound, and the binding made read-only. Absent: it is not mounted.
   */
  readonly from?: string | undefined;
}

/** Mounts a filesystem read-only, without replaying its journal; undone, nothing of it is left. */
export function mountSteps({ device, type, path, from }: Mounting): readonly Step[] {
  const steps = from === undefined ? freshSteps({ device, type, path }) : bindSteps({ device, path, from });
  return [makeMountPoint(path), ...steps];
}

/** Unmounts what {@link mountSteps} mounted, and removes the mount point. */
export function unmountSteps({ device, path }: Pick<Mounting, 'device' | 'path'>): readonly Step[] {
  return [umountStep(device, path), removeMountPoint(path)];
}

/** A directory of vdoctl's own, that only root gets into. */
export function makeMountPoint(path: string): Step {
  return {
    title: `Make the mount point ${path}`,
    before: [{ kind: 'not-mounted', path }],
    action: { kind: 'run', command: changing('mkdir', ['-m', '0700', '-p', path]) },
    after: [{ kind: 'directory', path }],
    undo: [removeMountPoint(path)],
  };
}

export function removeMountPoint(path: string): Step {
  return {
    title: `Remove the mount point ${path}`,
    before: [{ kind: 'not-mounted', path }],
    action: { kind: 'run', command: changing('rmdir', [path]) },
    after: [{ kind: 'no-directory', path }],
  };
}

function freshSteps({ device, type, path }: Omit<Mounting, 'from'>): readonly Step[] {
  const all = optionsWithoutReplay[type];
  if (all === undefined) throw new Error(`no options to mount ${type}`);
  return all.map((options, index): Step => {
    const isLast = index === all.length - 1;
    return {
      title:
        index === 0
          ? `Mount ${device} read-only, without a replay of its journal`
          : `Mount ${device} with ${options}, if it did not mount`,
      ...(index === 0 ? {} : { onlyIf: [{ kind: 'not-mounted', path }] }),
      before: [{ kind: 'answers', device }],
      action: {
        kind: 'run',
        command: changing('mount', ['-t', type, '-o', options, device, path], mountLimitMs),
      },
      ...(isLast ? { after: [mounted(device, path)] } : { goesOnAfter: [mountFailed] }),
      undo: [umountStep(device, path)],
    };
  });
}

function bindSteps({
  device,
  path,
  from,
}: Pick<Mounting, 'device' | 'path'> & { readonly from: string }): readonly Step[] {
  return [
    {
      title: `Bind ${from} to ${path}`,
      before: [mounted(device, from), { kind: 'answers', device }],
      action: { kind: 'run', command: changing('mount', ['--bind', from, path], mountLimitMs) },
      after: [mounted(device, path)],
      undo: [umountStep(device, path)],
    },
    {
      title: `Make ${path} read-only`,
      action: { kind: 'run', command: changing('mount', ['-o', 'remount,ro,bind', path], mountLimitMs) },
    },
  ];
}

function mounted(device: string, path: string): Expectation {
  return { kind: 'mounted', path, device };
}

/** Takes a mount away, with retries: udev, say, may still be at it. */
export function umountStep(device: string, path: string): Step {
  return {
    title: `Unmount ${path}`,
    // An umount of a suspended device hangs past SIGKILL.
    before: [{ kind: 'answers', device }],
    action: { kind: 'run', command: changing('umount', [path], umountLimitMs) },
    after: [{ kind: 'not-mounted', path }],
    retries: umountRetries,
  };
}
