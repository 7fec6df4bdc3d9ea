/**
 * The candidate that somebody has most likely meant: the only one that begins so, or the nearest by single changes.
 * Upper and lower case do not count. Undefined if none is near.
 */
export function findNearest(typed: string, candidates: readonly string[]): string | undefined {
  const text = typed.toLowerCase();
  const beginning = candidates.filter((each) => text.length > 1 && each.toLowerCase().startsWith(text));
  if (beginning.length === 1) return beginning[0];
  const most = Math.min(Math.max(1, Math.floor(text.length / 3)), Math.ceil(text.length / 2) - 1);
  const near = candidates
    .map((each) => ({ each, changes: countChanges(text, each.toLowerCase()) }))
    .filter(({ changes }) => changes <= most);
  return near.toSorted((one, other) => one.changes - other.changes)[0]?.each;
}

/** To follow the name of what is not there: ` (did you mean backups?)`, or nothing. */
export function suggest(typed: string, candidates: readonly string[], prefix = ''): string {
  const nearest = findNearest(typed, candidates);
  return nearest === undefined ? '' : ` (did you mean ${prefix}${nearest}?)`;
}

/**
 * How many letters have to be inserted, removed, replaced, or swapped with their neighbour to make one text the other
 * (the distance of Damerau and Levenshtein, without changes to what was swapped).
 */
export function countChanges(one: string, other: string): number {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const isSame = one[row - 1] === other[at - 1];
      const isSwapped = one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      next.push(
        Math.min(
          (last[at] ?? 0) + 1,
          (next[at - 1] ?? 0) + 1,
          (last[at - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (before[at - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    before = last;
    last = next;
  }
  return last[other.length] ?? 0;
}
