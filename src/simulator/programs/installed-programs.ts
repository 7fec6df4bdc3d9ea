import { dd } from './dd.ts';
import { dmsetup } from './dmsetup.ts';
import { lvm, lvmPrograms } from './lvm.ts';
import { blockdev, dmesg, udevadm } from './system-programs.ts';
import { blkdiscard, df, du, fstrim, mkdir, mount, rmdir, sync, umount } from './mount-programs.ts';
import { rsync } from './rsync.ts';
import { ddrescue } from './ddrescue.ts';
import { fsfreeze, setsid } from './freezing.ts';
import { btrfs, e2fsck, xfsRepair } from './filesystem-checks.ts';
import { debugfs, dumpe2fs, xfsDb } from './filesystem-tools.ts';
import { logger } from './logger.ts';
import { losetup, mv, rm, truncate } from './loop-programs.ts';
import { modinfo } from './module-programs.ts';
import { blkid, wipefs } from './signature-programs.ts';
import type { Program } from './program-call.ts';
import { smartctl, stat } from './preflight-programs.ts';
import { vdo } from './manager/vdo.ts';
import { vdoforcerebuild, vdoreadonly } from './vdo-programs.ts';
import { vdoformat } from './vdoformat.ts';
import { vdostats } from './vdostats.ts';
import type { World } from '../world/world.ts';

/** Whether the host has the program, and nobody has removed it. */
export function isInstalled(installed: Programs, { notInstalled }: World, program: string): boolean {
  return installed[program] !== undefined && !notInstalled.includes(program);
}

/** Programs by their names. */
export type Programs = Readonly<Partial<Record<string, Program>>>;

/** Every program of the simulated host. */
export const programs: Programs = {
  ...lvmPrograms,
  blkdiscard,
  blkid,
  blockdev,
  btrfs,
  dd,
  debugfs,
  ddrescue,
  df,
  dmesg,
  dmsetup,
  du,
  dumpe2fs,
  e2fsck,
  fsfreeze,
  fstrim,
  logger,
  losetup,
  lvm,
  mkdir,
  modinfo,
  mount,
  mv,
  rm,
  rmdir,
  rsync,
  setsid,
  smartctl,
  stat,
  sync,
  truncate,
  udevadm,
  umount,
  vdo,
  vdoforcerebuild,
  vdoformat,
  vdoreadonly,
  vdostats,
  wipefs,
  xfs_db: xfsDb,
  xfs_repair: xfsRepair,
};
