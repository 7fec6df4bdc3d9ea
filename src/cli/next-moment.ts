import type { Context } from './context.ts';
import { usage } from './usage.ts';

const second = 1000;

/** Whether the call is to look again and again. @throws Failure `usage` if more often than each second */
export function isWatch({ call }: Context): boolean {
  const watch = call.durations.get('watch');
  if (watch !== undefined && watch < second) usage('--watch takes one second or more');
  return watch !== undefined;
}

/** Waits until a watch is to look again. @returns false if it is not: it is no watch, or nobody sees it any more */
export async function nextMoment({ host, call, terminal }: Context): Promise<boolean> {
  const watch = call.durations.get('watch');
  if (watch === undefined) return false;
  await host.clock.sleep(watch, terminal.interrupted);
  // A watch whose reader went away would go on for ever.
  return !terminal.interrupted.aborted && terminal.stdout.isGone !== true;
}
