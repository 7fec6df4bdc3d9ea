import type { Needless } from '../../model/availability.ts';
import type { Problem } from '../../model/problem.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';

/**
 * What an operation on a volume requires, judged from the look alone: a problem if it is not met, else undefined. Pure:
 * whatever has to ask the host is in `guards/`.
 *
 * @param name the user's name for the volume: it may be that of one LV among several.
 */
export type Condition = (look: Look, seen: Seen, name: string) => Problem | undefined;

/** A {@link Condition} that may also find that there is nothing to do. */
export type Rule = (look: Look, seen: Seen, name: string) => Problem | Needless | undefined;
