import type { Host } from '../host/host.ts';
import { AtOnce } from '../model/at-once.ts';

/** @param keys one for each of those who ask. */
type Question<Key, Answer> = (host: Host, keys: readonly Key[]) => Promise<Answer>;

type Desks = Map<unknown, AtOnce<unknown, unknown>>;

const desksOf = new WeakMap<Host, Desks>();

/** The host for operations that go on side by side: what they ask at the same time is asked once for all of them. */
export function shareQuestions(host: Host): Host {
  // All else is the host's own, also what it computes anew each time.
  const shared = Object.create(host) as Host;
  desksOf.set(shared, new Map());
  return shared;
}

/** Asks for one, or, on a host whose questions are shared, for all who ask at the same time. */
export function askTogether<Key, Answer>(
  host: Host,
  question: Question<Key, Answer>,
  key: Key,
): Promise<Answer> {
  const desks = desksOf.get(host);
  if (desks === undefined) return question(host, [key]);
  let desk = desks.get(question) as AtOnce<Key, Answer> | undefined;
  if (desk === undefined) {
    desk = new AtOnce((keys) => question(host, keys));
    desks.set(question, desk as AtOnce<unknown, unknown>);
  }
  return desk.ask(key);
}
