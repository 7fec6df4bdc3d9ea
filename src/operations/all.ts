import type { Host } from '../host/host.ts';
import type { Problem } from '../model/problem.ts';
import { heed } from '../model/refuse.ts';
import { lookAtHost, type Look, type Seen } from '../stacks/host-look.ts';
import { describeStop, notRoot, type Session } from './session.ts';
import { findUnseen } from './unseen.ts';

/** The volumes that `--all` means, from one look, and why there may be others. */
interface Selected {
  /** Their names, in rounds; a round begins after the previous one has ended. */
  readonly rounds: readonly (readonly string[])[];
  readonly unseen: Problem | undefined;
}

/** What `--all` means for an operation. */
export interface Selection {
  /** What only root may do, in words that follow "only root may". */
  readonly doing: string;
  readonly select: (host: Host) => Promise<Selected>;
}

/** Every volume; those that may hold the missing storage of others come first. @param verb `recover`. */
export function lowerFirst(verb: string): Selection {
  return {
    doing: `${verb} volumes`,
    async select(host) {
      const look = await lookAtHost(host);
      const isThere = ({ volume }: Seen): boolean => volume.storage.present;
      const others = look.seen.filter((seen) => !isThere(seen));
      return { rounds: [namesOf(look.seen.filter(isThere)), namesOf(others)], unseen: findUnseen(look) };
    },
  };
}

/** Every volume; those that lie on others come before these, which are in use until then. */
export const upperFirst: Selection = {
  doing: 'stop volumes',
  async select(host) {
    const look = await lookAtHost(host);
    const { devices, seen } = look;
    const targets = new Set(seen.flatMap(({ found }) => found.target ?? []));
    // Whatever lies on the upper of two volumes lies on the lower one, too, which so has more above it.
    const countAbove = ({ found: { target } }: Seen): number =>
      target === undefined ? 0 : devices.upFrom(target).filter((device) => targets.has(device)).length;
    const sorted = seen.toSorted((one, other) => countAbove(one) - countAbove(other));
    return { rounds: [namesOf(sorted)], unseen: findUnseen(look) };
  },
};

function namesOf(seen: Look['seen']): string[] {
  return seen.map(({ volume }) => volume.name);
}

/** The result of acting on all volumes. */
export interface ActedOnAll<Result> {
  readonly results: readonly Result[];
  /**
   * Why some volumes may not be as promised: they could not be seen, or the call was stopped before it reached them.
   */
  readonly problem: Problem | undefined;
}

/**
 * Acts on all volumes, each once, in rounds: other volumes may lie on one that was just repaired, or were hidden by it,
 * since a suspended device keeps LVM from answering. So it looks again until a look shows no further volume.
 *
 * @param act acts on each of the names in turn, and returns the results for those that it reached.
 * @throws Failure `not-root`
 */
export async function actOnAll<Result>(
  { host, interrupted }: Pick<Session, 'host' | 'interrupted'>,
  { doing, select }: Selection,
  act: (names: readonly string[]) => Promise<readonly Result[]>,
): Promise<ActedOnAll<Result>> {
  heed(notRoot(host.identity, doing));
  const results: Result[] = [];
  const met = new Set<string>();
  for (let looks = 1; ; looks++) {
    const { rounds, unseen } = await select(host);
    const next = rounds
      .map((names) => names.filter((name) => !met.has(name)))
      .find(({ length }) => length > 0);
    if (next === undefined && (unseen === undefined || looks > 1)) return { results, problem: unseen };
    const acted = await act(next ?? []);
    for (const name of next?.slice(0, acted.length) ?? []) met.add(name);
    results.push(...acted);
    if (!interrupted.aborted) continue;
    const left = rounds.flat().find((name) => !met.has(name));
    const stopped =
      left === undefined ? undefined : describeStop({ interrupted }, left, '', 'nothing was done for it');
    return { results, problem: stopped ?? unseen };
  }
}
