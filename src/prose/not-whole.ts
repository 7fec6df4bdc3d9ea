import type { Listed, NotWholeProblem } from '../model/problem.ts';
import { formatBytes } from '../model/size.ts';

/** What is missing of a copy, in words. */
export function describeNotWhole({
  name,
  to,
  unread,
  differing,
  unreadBytes,
  left,
  lists,
}: NotWholeProblem): { readonly what: string; readonly next: string } {
  const parts = [
    ...(unreadBytes === 0 ? [] : [`${formatBytes(unreadBytes)} could not be read`]),
    ...sayListed(unread, unreadBytes === 0 ? 'could not be read' : 'lie there'),
    ...sayListed(differing, 'differ from the volume'),
    ...left.map(({ device, holds }) => `${device} was not copied (${holds})`),
  ];
  return {
    what: `what could be copied of ${name} is in ${to}, but ${parts.join('; ')}`,
    next: `${lists.length === 0 ? '' : `${lists.join(', ')} has everything; `}run the same command again to try once more`,
  };
}

function sayListed({ count, first }: Listed, how: string): string[] {
  if (count === 0) return [];
  const more = count > first.length ? `, and ${String(count - first.length)} more` : '';
  return [`${String(count)} ${count === 1 ? 'file' : 'files'} ${how}: ${first.join(', ')}${more}`];
}
