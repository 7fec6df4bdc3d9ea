import { untearable } from '../../model/command.ts';
import type { Step } from '../../model/plan.ts';
import type { Remembered } from '../../model/remembered.ts';
import { runStep } from '../shared-steps.ts';
import { forget, remember } from './steps.ts';

/** A volume that gets another name, with what is remembered of it. */
export interface Renaming {
  readonly now: Remembered;
  /** What was remembered before. */
  readonly old: Remembered | undefined;
  readonly isRunning: boolean;
  readonly to: string;
}

/**
 * The kernel renames a device in use. The new name is remembered before it has it, and the old one no longer after.
 * Once the volume has its new name there is no way back: it may be used by that name at once. A name that is another
 * volume's by then is left to that.
 */
export function renameSteps({ now, old, isRunning, to }: Renaming): readonly Step[] {
  const named: Remembered = { ...now, name: to };
  const taken: Step = {
    ...remember(named, undefined),
    undo: [{ ...forget(to), onlyIf: [{ kind: 'remembered', remembered: named }] }],
  };
  const renamed = isRunning ? [taken, renameDevice(now, to)] : [{ ...taken, pointOfNoReturn: true as const }];
  if (old === undefined) return renamed;
  return [...renamed, { ...forget(now.name), onlyIf: [{ kind: 'remembered', remembered: old }] }];
}

function renameDevice({ name, storage }: Remembered, to: string): Step {
  return {
    ...runStep(`Rename ${name} to ${to} in the kernel`, untearable('dmsetup', ['rename', name, to]), [
      { kind: 'dm-present', dmName: to },
      { kind: 'dm-absent', dmName: name },
    ]),
    before: [
      { kind: 'dm-absent', dmName: to },
      { kind: 'dm-present', dmName: name },
      { kind: 'only-on', dmName: name, device: storage },
    ],
    pointOfNoReturn: true,
  };
}
