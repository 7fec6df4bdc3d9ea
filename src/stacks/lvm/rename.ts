import { untearable } from '../../model/command.ts';
import { lvmDmName } from '../../model/names.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import type { Volume } from '../../model/volume.ts';
import type { FoundPool } from '../found-volume.ts';
import { longMs, runStep } from '../shared-steps.ts';
import { listStanding } from './layers.ts';

/**
 * LVM renames a pool in use, with its data: it suspends what lies on it for a moment. There is no way back: it may be
 * used by its new name at once.
 *
 * @param to `vg/pool`
 */
export function renameSteps(
  { name, state, dmName }: Volume,
  { group, pool }: FoundPool,
  to: string,
): readonly Step[] {
  const isRunning = state !== 'stopped';
  const [vg = '', lv = ''] = to.split('/');
  const lvUuids = listStanding(group, pool).map(({ row }) => row.lvUuid);
  const after: readonly Expectation[] = [
    { kind: 'lvm-has', what: 'lv', name: to },
    { kind: 'lvm-lacks', what: 'lv', name },
    ...(isRunning ? [{ kind: 'dm-present', dmName: lvmDmName(vg, lv, 'vpool') } as const] : []),
  ];
  return [
    {
      ...runStep(`Rename ${name} to ${to}`, untearable('lvrename', [name, to], longMs), after),
      before: [
        { kind: 'lvm-lacks', what: 'lv', name: to },
        { kind: 'lvm-pool', name, uuid: pool.lvUuid, lvUuids },
        ...(isRunning ? [{ kind: 'mode', dmName, oneOf: ['normal'] } as const] : []),
      ],
      pointOfNoReturn: true,
    },
  ];
}
