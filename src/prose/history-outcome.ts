import type { KnownOperation } from '../model/operation.ts';

const words: Readonly<Record<KnownOperation['state'], string>> = {
  done: 'done',
  'put-back': 'failed, and put back',
  'goes-on': 'goes on in the kernel',
  'not-up': 'done, but for the start at its end',
  'half-done': 'left half-done',
  'cut-off': 'cut off',
  'under-way': 'under way',
};

/** How an operation ended, in words. */
export function describeOperationOutcome(state: KnownOperation['state']): string {
  return words[state];
}
