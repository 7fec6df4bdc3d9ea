import type { Missing } from '../model/volume.ts';

/** What a look could not see, and why: `not seen: what LVM knows: exit code 5`. */
export function describeMissing({ what, why }: Pick<Missing, 'what' | 'why'>): string {
  return `not seen: ${what}: ${why}`;
}

/** As many as a person takes in at once; `--json` lists all. */
const mostTold = 4;

export function listMissing(missing: readonly Missing[]): string {
  const more = missing.length - mostTold;
  const told = missing.slice(0, mostTold).map(describeMissing);
  return [...told, ...(more > 0 ? [`and ${String(more)} more`] : [])].join('; ');
}

/** @param asked a name that is not among the volumes seen; null if all of them were asked for. */
export function describeUnseen({
  missing,
  asked,
  isSeen,
}: {
  readonly missing: readonly Missing[];
  readonly asked: string | null;
  readonly isSeen?: true;
}): string {
  const unseen = listMissing(missing);
  if (isSeen) return `vdoctl cannot see all that it must know of it (${unseen})`;
  return asked === null
    ? `not all volumes can be seen (${unseen})`
    : `it is not among the volumes that can be seen (${unseen})`;
}
