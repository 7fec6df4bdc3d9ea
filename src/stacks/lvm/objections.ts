import type { LvRow } from '../../model/kernel.ts';
import type { Problem } from '../../model/problem.ts';
import { refusal } from '../../model/refusal.ts';
import type { Asked } from '../asked.ts';
import { noWritePolicy } from '../change-promises.ts';
import type { FoundPool } from '../found-volume.ts';
import type { Look, Seen } from '../host-look.ts';

/** What forbids any operation on a pool, judged from the look alone: LVM does not know it, or could not be asked. */
export function findObjection(look: Look, { volume, found }: Seen): Problem | undefined {
  if (found.pool !== undefined) return undefined;
  const missing = look.missing.filter(
    ({ source, volume: hidden }) => source === 'lvm' && hidden === undefined,
  );
  return refusal(volume.name, 'not-in-lvm', { missing });
}

/**
 * What forbids this one operation. @param name the user's name for the volume: it may be that of one LV among several.
 */
export function findObjectionTo(seen: Seen, asked: Asked, name: string): Problem | undefined {
  const { volume } = seen;
  switch (asked) {
    case 'start':
    case 'force-rebuild': {
      const isEmpty = volume.logicalVolumes.every(({ snapshotOf }) => snapshotOf !== null);
      return isEmpty ? refusal(volume.name, 'no-logical-volume', {}) : undefined;
    }
    case 'grow-logical':
      return findAbsence(seen) ?? findObjectionToLv(seen, name);
    case 'grow-physical':
      return findAbsence(seen);
    case 'set-write-policy':
      return noWritePolicy(volume.name);
    case 'set-tunables':
      return volume.state === 'stopped' ? undefined : refusal(volume.name, 'pool-is-up', {});
    default:
      return undefined;
  }
}

/** `Cannot change VG vg while PVs are missing`, whatever of the group lies on them. */
function findAbsence({ volume: { name }, found: { pool, absentPvs = [] } }: Seen): Problem | undefined {
  const { vgName = '', pvs = [] } = pool?.group ?? {};
  const there = pvs.filter(({ pvName }) => !absentPvs.includes(pvName));
  const back = there.filter(({ isMissing }) => isMissing === true).map(({ pvName }) => pvName);
  if (there.length === pvs.length && back.length === 0) return undefined;
  const facts = { group: vgName, back: there.length < pvs.length ? [] : back };
  return refusal(name, 'physical-volume-missing', facts);
}

/** The LV to grow: the one with that name, or else the only one. */
export function chooseLv({ lvs }: FoundPool, asked: string): LvRow | undefined {
  const named = lvs.find(({ vgName, lvName }) => asked.replace('/dev/', '') === `${vgName}/${lvName}`);
  const [only, ...others] = lvs;
  return named ?? (others.length === 0 ? only : undefined);
}

function findObjectionToLv({ volume, found: { pool } }: Seen, asked: string): Problem | undefined {
  if (pool === undefined) return undefined;
  const { name } = volume;
  const row = chooseLv(pool, asked);
  if (row === undefined) {
    const lvs = pool.lvs.map(({ vgName, lvName }) => `${vgName}/${lvName}`);
    return lvs.length === 0
      ? refusal(name, 'no-logical-volume', {})
      : refusal(name, 'which-logical-volume', { lvs });
  }
  const { vgName, lvs } = pool.group;
  const lv = `${vgName}/${row.lvName}`;
  const thinPool = lvs.find(({ dataName }) => dataName === row.lvName)?.lvName;
  if (thinPool !== undefined)
    return refusal(name, 'thin-pool-data', { lv, thinPool: `${vgName}/${thinPool}` });
  // `Resize of snapshot origin VDO volume is not supported.`
  const snapshots = volume.logicalVolumes
    .filter(({ snapshotOf }) => snapshotOf === lv)
    .map((each) => each.name);
  return snapshots.length > 0 ? refusal(name, 'has-snapshots', { origin: lv, snapshots }) : undefined;
}
