import type { Needless } from '../../model/availability.ts';
import type { Problem } from '../../model/problem.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';

/**
 * What must be so for an operation on a volume, by the look alone: the problem where it is not, undefined where it is.
 * Pure: whatever has to be asked of the host stands in `guards/`.
 *
 * @param name the word for the volume by which it is asked: it may be that of one LV among several.
 */
export type Condition = (look: Look, seen: Seen, name: string) => Problem | undefined;

/** The same, which may find as well that nothing is to be done. */
export type Rule = (look: Look, seen: Seen, name: string) => Problem | Needless | undefined;
