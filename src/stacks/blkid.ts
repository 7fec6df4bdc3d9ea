import { looking, type PlannedCommand } from '../model/command.ts';

/** Looks at the device itself, not at what blkid(8) remembers of it. */
export function probe(path: string): PlannedCommand {
  return looking('blkid', ['--probe', '--output', 'export', path], 30_000);
}

/** Exit codes of blkid(8): it found nothing, or could not read the device, which it then says. */
export const exitNothingFound = 2;
/** Several signatures contradict each other. */
export const exitAmbivalent = 8;
