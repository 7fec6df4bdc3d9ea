import { untearable } from '../../model/command.ts';
import type { Step } from '../../model/plan.ts';
import type { Remembered } from '../../model/remembered.ts';
import { runStep } from '../shared-steps.ts';
import { forget, remember, rememberAgain } from './steps.ts';

/** A volume that gets another name, with what is remembered of it. */
export interface Renaming {
  readonly now: Remembered;
  /** What was remembered before. */
  readonly old: Remembered | undefined;
  readonly isRunning: boolean;
  readonly to: string;
}

/** The kernel renames a device in use. The new name is remembered before it has it, and the old one no longer after. */
export function renameSteps({ now, old, isRunning, to }: Renaming): readonly Step[] {
  const named: Remembered = { ...now, name: to };
  const kernel = isRunning ? [{ ...renameDevice(now, to), undo: [renameDevice(named, now.name)] }] : [];
  const forgotten = old === undefined ? [] : [{ ...forget(now.name), undo: [rememberAgain(old)] }];
  return [remember(named, undefined), ...kernel, ...forgotten];
}

function renameDevice({ name, storage }: Remembered, to: string): Step {
  return {
    ...runStep(`Rename ${name} to ${to} in the kernel`, untearable('dmsetup', ['rename', name, to]), [
      { kind: 'dm-present', dmName: to },
      { kind: 'dm-absent', dmName: name },
    ]),
    before: [
      { kind: 'dm-absent', dmName: to },
      { kind: 'only-on', dmName: name, device: storage },
    ],
  };
}
