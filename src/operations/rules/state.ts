import { isFileAbout, kindOfFile } from '../../journal/record-files.ts';
import { isDmName } from '../../model/names.ts';
import type { Problem } from '../../model/problem.ts';
import { refusal } from '../../model/refusal.ts';
import { isCalled } from '../../stacks/lvm/is-called.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import { findUnsettled } from '../unsettled.ts';
import type { Condition } from './rule.ts';

/** A journal that is not understood may belong to an unfinished operation on this volume. */
export function findUnreadable({ missing }: Look, name: string): Problem | undefined {
  for (const { source, path, why } of missing) {
    const file = path?.slice(path.lastIndexOf('/') + 1) ?? '';
    if (source !== 'journal' || path === undefined) continue;
    if (kindOfFile(file) === 'open' && isFileAbout(file, name))
      return refusal(name, 'journal-not-understood', { path, why });
  }
  return undefined;
}

export const readable: Condition = (look, { volume }) => findUnreadable(look, volume.name);

/** No earlier operation is left to settle, and no rehearsal lies over the storage. */
export const settled: Condition = (look, seen) =>
  findUnreadable(look, seen.volume.name) ?? findUnsettled(seen) ?? findRehearsal(seen);

/** While a rehearsal lies over the storage, that has to stay as it is. */
export function findRehearsal({ volume: { name }, found: { rehearsal } }: Seen): Problem | undefined {
  if (rehearsal === undefined || rehearsal.devices.length === 0) return undefined;
  const devices = rehearsal.devices.map(({ path }) => path);
  return refusal(name, 'rehearsal-is-up', { devices, changes: rehearsal.changes ?? null });
}

/** A start under way ends by itself: vdoctl neither joins it nor ignores it. */
export const notStarting: Condition = (_look, { volume: { name }, found: { starter } }) =>
  starter === undefined ? undefined : refusal(name, 'starting', { starter });

export const notSuspended: Condition = (_look, { volume: { name, state, dmName } }) =>
  state === 'suspended' ? refusal(name, 'suspended', { dmName }) : undefined;

/**
 * Nothing is under way that the operation must not collide with: a start, or a suspension of the volume or of what lies
 * beneath it, which would make vdoctl hang.
 *
 * @param doing what would hang: `stopping`.
 */
export function idle(doing: string): Condition {
  return (look, seen, name) =>
    notStarting(look, seen, name) ?? notSuspended(look, seen, name) ?? answering(doing)(look, seen, name);
}

/** Neither the storage nor anything beneath it is suspended: writing to it would hang in the kernel. */
export function answering(doing: string): Condition {
  return ({ devices }, { volume, found }) => {
    const suspended = found.storage === undefined ? [] : devices.namesOfSuspendedUnder(found.storage);
    if (suspended.length === 0) return undefined;
    return refusal(volume.name, 'storage-suspended', { device: volume.storage.path, suspended, doing });
  };
}

/** The kernel grows only a running volume in normal mode. */
export const normal: Condition = (_look, { volume: { name, state, mode } }) =>
  state === 'running' && mode === 'normal' ? undefined : refusal(name, 'not-normal', { state, mode });

/**
 * No part of its data is missing: otherwise a start, a change or a removal would act on something else than that
 * volume.
 */
export const whole: Condition = (_look, { volume: { name, storage }, found }) => {
  const [group = ''] = name.split('/');
  return found.lack === 'partial'
    ? refusal(name, 'storage-missing', { device: storage.path, group })
    : undefined;
};

/** The name means the whole pool: one of several logical volumes, or a snapshot, does not stand for all of them. */
export const meansWholePool: Condition = (_look, { volume: { name, logicalVolumes } }, asked) => {
  const snapshot = logicalVolumes.find((lv) => lv.snapshotOf !== null && isCalled(lv, asked));
  const [, ...others] = logicalVolumes.filter(({ snapshotOf }) => snapshotOf === null);
  if (snapshot === undefined && (others.length === 0 || asked === name || asked === `/dev/${name}`))
    return undefined;
  return refusal(name, 'one-of-several', { asked, lvs: logicalVolumes.map((lv) => lv.name) });
};

/** The volume belongs to the dm stack: only those need vdoctl to remember them. */
export const ofDm: Condition = (_look, { volume: { name, stack } }) =>
  stack === 'dm' ? undefined : refusal(name, 'of-another-stack', { stack });

/** A name that no volume of the dm stack can have. */
export function complainAboutDmName(name: string): Problem | undefined {
  if (isDmName(name)) return undefined;
  const message = `${JSON.stringify(name.slice(0, 60))} cannot be the name of a device-mapper volume`;
  return { kind: 'usage', message };
}

export const nobodyAtWork: Condition = (_look, { volume: { name }, found: { unfinished = [] } }) => {
  const busy = unfinished.find(({ state }) => state === 'under-way');
  if (busy === undefined) return undefined;
  const { plan, process } = busy.operation.begun;
  return { kind: 'locked', name, holder: `vdoctl ${plan.operation} (pid ${String(process.pid)})` };
};
