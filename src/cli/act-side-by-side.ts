import type { Acted, Member } from '../operations/all.ts';
import type { Session } from '../operations/session.ts';
import { shareQuestions } from '../stacks/shared-questions.ts';
import {
  actOnOne,
  printResult,
  resultOf,
  type VolumeAction,
  type Done,
  type VolumeResult,
} from './act-on-one.ts';
import type { Context } from './context.ts';
import { Floor } from './floor.ts';
import { HeldOutput } from './held-output.ts';
import type { Reporter } from './progress.ts';

/**
 * Acts on volumes side by side, and prints each result when it is there. One at a time looks, checks, asks and acts, first
 * those about which a person may have to be asked; they wait for the kernel together, and ask it once for all.
 *
 * @returns the results of those that were reached, in the order of the members.
 */
export async function actSideBySide(
  given: Context,
  reporter: Reporter,
  members: readonly Member<Done>[],
  action: VolumeAction,
  floor: Pick<Floor, 'take'> = new Floor(),
): Promise<Acted<VolumeResult>[]> {
  const context: Context = { ...given, host: shareQuestions(given.host) };
  const { interrupted } = context.terminal;
  const output = new HeldOutput(reporter);
  const results = new Map<string, VolumeResult>();
  const finish = (name: string, result: VolumeResult): void => {
    results.set(name, result);
    output.end(name, () => {
      if (!context.json) printResult(context, result);
    });
  };
  const atWork = new Set<string>();
  const actOn = async ({ name }: Member<Done>, former: Promise<void> | undefined): Promise<void> => {
    await former;
    const turn = new Turn(floor, interrupted);
    if (!(await turn.begin())) return;
    atWork.add(name);
    const besides = { output, turn, count: () => atWork.size };
    const act = (session: Session): Promise<Done> => action(putBeside(session, besides), name);
    try {
      finish(name, await actOnOne(context, output, name, act));
    } catch (defect) {
      // Nobody is left in the middle of a step, and nobody begins another one.
      await turn.begin();
      throw defect;
    }
    atWork.delete(name);
    turn.end();
  };
  for (const { name, done } of members) if (done !== undefined) finish(name, resultOf(done));
  await Promise.all(beginAll(members, actOn));
  return members.flatMap(({ name }) => {
    const result = results.get(name);
    return result === undefined ? [] : [{ name, result }];
  });
}

/**
 * Begins with those about which a person may have to be asked. Of volumes on one device, whose locks exclude each other,
 * one is acted on when the one before has ended.
 */
function beginAll(
  members: readonly Member<Done>[],
  actOn: (member: Member<Done>, former: Promise<void> | undefined) => Promise<void>,
): Promise<void>[] {
  const lastOn = new Map<string, Promise<void>>();
  return members
    .filter(({ done }) => done === undefined)
    .toSorted((one, other) => Number(other.mayAsk) - Number(one.mayAsk))
    .map((member) => {
      const { device = `volume ${member.name}` } = member;
      const acted = actOn(member, lastOn.get(device));
      lastOn.set(device, acted);
      return acted;
    });
}

/** Like {@link actSideBySide}, for what takes no lock and changes nothing: all look at once, too. */
export function waitSideBySide(
  context: Context,
  reporter: Reporter,
  members: readonly Member<Done>[],
  action: VolumeAction,
): Promise<Acted<VolumeResult>[]> {
  const give = (): void => undefined;
  return actSideBySide(context, reporter, members, action, {
    take: (signal) => Promise.resolve(signal?.aborted === true ? undefined : give),
  });
}

/** The turn of one volume: it is given back for each wait. */
class Turn {
  private readonly floor: Pick<Floor, 'take'>;
  private readonly interrupted: AbortSignal;
  private giveBack: (() => void) | undefined;

  constructor(floor: Pick<Floor, 'take'>, interrupted: AbortSignal) {
    this.floor = floor;
    this.interrupted = interrupted;
  }

  /** @returns false if an interruption came first. */
  async begin(): Promise<boolean> {
    this.giveBack ??= await this.floor.take(this.interrupted);
    return this.giveBack !== undefined;
  }

  end(): void {
    this.giveBack?.();
    this.giveBack = undefined;
  }
}

interface Besides {
  readonly output: HeldOutput;
  readonly turn: Turn;
  readonly count: () => number;
}

/** The session of a volume that is acted on beside others. */
function putBeside(session: Session, { output, turn, count }: Besides): Session {
  return {
    ...session,
    // A signal of its own: Node warns of more than ten listeners on one.
    interrupted: AbortSignal.any([session.interrupted]),
    confirm: (plan) => output.whileHeld(() => session.confirm(plan)),
    beside: {
      waits: () => {
        turn.end();
      },
      actsAgain: () => turn.begin(),
      count,
    },
  };
}
