import type { Refusal, RefusalCode, RefusalFacts } from '../model/refusal.ts';
import { fileSayings, simulatorSayings } from './refusals/files.ts';
import type { Said, Sayings } from './refusals/said.ts';
import { lvmSayings, managerSayings } from './refusals/stacks.ts';
import { savingSayings } from './refusals/saving.ts';
import { rehearsalSayings } from './refusals/rehearsal.ts';
import { stateSayings } from './refusals/state.ts';
import { spaceSayings } from './refusals/space.ts';
import { createSayings, storageSayings } from './refusals/storage.ts';

const sayings: Sayings<RefusalFacts> = {
  ...stateSayings,
  ...rehearsalSayings,
  ...storageSayings,
  ...spaceSayings,
  ...createSayings,
  ...lvmSayings,
  ...managerSayings,
  ...fileSayings,
  ...savingSayings,
  ...simulatorSayings,
};

/** A refusal in words: why, and what to do. */
export function describeRefusal({ because, facts, name }: Refusal): Said {
  return (sayings[because] as (facts: unknown, name: string) => Said)(facts, name);
}

/** Every code that has words. */
export const refusalCodes = Object.keys(sayings) as readonly RefusalCode[];
