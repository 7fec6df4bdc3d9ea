import { untearable } from '../../model/command.ts';
import { lvmDmName } from '../../model/names.ts';
import type { Step } from '../../model/plan.ts';
import type { Volume } from '../../model/volume.ts';
import { longMs, runStep } from '../shared-steps.ts';

/** LVM renames a pool in use, with its data: it suspends what lies on it for a moment. @param to `vg/pool` */
export function renameSteps({ name, state }: Volume, to: string): readonly Step[] {
  const isRunning = state !== 'stopped';
  return [{ ...renamePool(name, to, isRunning), undo: [renamePool(to, name, isRunning)] }];
}

function renamePool(name: string, to: string, isRunning: boolean): Step {
  const [vg = '', lv = ''] = to.split('/');
  return {
    ...runStep(`Rename ${name} to ${to}`, untearable('lvrename', [name, to], longMs), [
      { kind: 'lvm-has', what: 'lv', name: to },
      { kind: 'lvm-lacks', what: 'lv', name },
      ...(isRunning ? [{ kind: 'dm-present', dmName: lvmDmName(vg, lv, 'vpool') } as const] : []),
    ]),
    before: [{ kind: 'lvm-lacks', what: 'lv', name: to }],
  };
}
