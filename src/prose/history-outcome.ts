import type { KnownOperation } from '../model/operation.ts';

const words: Readonly<Record<KnownOperation['state'], string>> = {
  done: 'done',
  'put-back': 'failed, and undone',
  'goes-on': 'continues in the kernel',
  'not-up': 'done, but the volume did not start',
  stopped: 'stopped partway',
  'half-done': 'left half-done',
  'cut-off': 'cut off',
  'under-way': 'under way',
};

/** How an operation ended, in words. */
export function describeOperationOutcome(state: KnownOperation['state']): string {
  return words[state];
}
