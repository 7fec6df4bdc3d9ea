import type { Host } from '../host/host.ts';
import type { Problem } from '../model/problem.ts';
import { heed } from '../model/refuse.ts';
import { lockedDeviceOf } from './with-volume.ts';
import { lookAtHost, type Look, type Seen } from '../stacks/host-look.ts';
import { describeStop, notRoot, type Session } from './session.ts';
import { findUnseen } from './unseen.ts';

/** A volume that `--all` means. */
export interface Member<Done> {
  readonly name: string;
  /** The device whose lock goes with the volume's; undefined without one. */
  readonly device: string | undefined;
  /** It runs read-only: a person may have to be asked about it. */
  readonly mayAsk: boolean;
  /** Set where the look shows that nothing is to be done: what the operation would come to. */
  readonly done: Done | undefined;
}

/** What an operation comes to where the look shows that there is nothing to do; undefined where there may be. */
type JudgeDone<Done> = (look: Look, seen: Seen) => Done | undefined;

/** What `--all` means for an operation. */
export interface Selection<Done> {
  /** What only root may do, in words that follow "only root may". */
  readonly doing: string;
  /** The volumes in rounds; a round begins after the previous one has ended. */
  readonly choose: (host: Host, look: Look) => Rounds | Promise<Rounds>;
  /** Without it, the operation itself finds that out. */
  readonly judgeDone?: JudgeDone<Done>;
}

type Rounds = readonly (readonly Seen[])[];

/** Every volume; those that may hold the missing storage of others come first. @param verb `recover`. */
export function lowerFirst<Done>(verb: string, judgeDone: JudgeDone<Done>): Selection<Done> {
  const isThere = ({ volume }: Seen): boolean => volume.storage.present;
  return {
    doing: `${verb} volumes`,
    choose: (_host, { seen }) => [seen.filter(isThere), seen.filter((each) => !isThere(each))],
    judgeDone,
  };
}

/** Every volume; those that lie on others come before these, which are in use until then. */
export const upperFirst: Selection<never> = {
  doing: 'stop volumes',
  choose(_host, { devices, seen }) {
    const targets = new Set(seen.flatMap(({ found }) => found.target ?? []));
    // Whatever lies on the upper of two volumes lies on the lower one, too, which so has more above it.
    const countAbove = ({ found: { target } }: Seen): number =>
      target === undefined ? 0 : devices.upFrom(target).filter((device) => targets.has(device)).length;
    return [seen.toSorted((one, other) => countAbove(one) - countAbove(other))];
  },
};

/** What acting on one of several volumes came to. */
export interface Acted<Result> {
  readonly name: string;
  readonly result: Result;
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
 * @param act acts on the members of a round, and returns the results for those that it reached.
 * @throws Failure `not-root`
 */
export async function actOnAll<Done, Result>(
  { host, interrupted }: Pick<Session, 'host' | 'interrupted'>,
  { doing, choose, judgeDone }: Selection<Done>,
  act: (members: readonly Member<Done>[]) => Promise<readonly Acted<Result>[]>,
): Promise<ActedOnAll<Result>> {
  heed(notRoot(host.identity, doing));
  const results: Result[] = [];
  const met = new Set<string>();
  const isNew = ({ volume }: Seen): boolean => !met.has(volume.name);
  for (let looks = 1; ; looks++) {
    const look = await lookAtHost(host);
    const rounds = (await choose(host, look)).map((round) => round.filter(isNew));
    const next = rounds.find(({ length }) => length > 0) ?? [];
    const unseen = findUnseen(look);
    if (next.length === 0 && (unseen === undefined || looks > 1)) return { results, problem: unseen };
    const acted = await act(
      next.map((seen) => ({
        name: seen.volume.name,
        device: lockedDeviceOf(seen),
        mayAsk: seen.volume.mode === 'read-only',
        done: judgeDone?.(look, seen),
      })),
    );
    for (const { name } of acted) met.add(name);
    results.push(...acted.map(({ result }) => result));
    if (!interrupted.aborted) continue;
    const [left] = rounds.flat().filter(isNew);
    return { results, problem: left === undefined ? unseen : describeLeft(interrupted, left) };
  }
}

function describeLeft(interrupted: AbortSignal, { volume }: Seen): Problem {
  return describeStop({ interrupted }, volume.name, '', 'nothing was done for it');
}
