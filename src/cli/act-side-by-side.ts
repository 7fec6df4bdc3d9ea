import type { Settings } from '../model/settings.ts';
import type { Acted, Member } from '../operations/all.ts';
import type { Session } from '../operations/session.ts';
import { Turns, type Resource } from '../operations/turns.ts';
import { shareQuestions } from '../stacks/shared-questions.ts';
import {
  actOnOne,
  willAsk,
  printResult,
  resultOf,
  type VolumeAction,
  type Done,
  type VolumeResult,
} from './act-on-one.ts';
import { Agreement } from './agreement.ts';
import type { Context } from './context.ts';
import { HeldOutput } from './held-output.ts';
import type { Reporter } from './progress.ts';

/** Volumes whose locks exclude each other: one after the other. */
type Group = readonly Member<Done>[];

/**
 * Acts on volumes side by side, and prints each result when it is there. What they ask of the kernel and of LVM is asked
 * once for all; plans are followed as many at once as the settings allow. People are asked first, one question after the
 * other; who has nothing to ask does not wait for that.
 *
 * @returns the results of those that were reached, in the order of the members.
 */
export async function actSideBySide(
  given: Context,
  reporter: Reporter,
  members: readonly Member<Done>[],
  action: VolumeAction,
): Promise<Acted<VolumeResult>[]> {
  const context: Context = { ...given, host: shareQuestions(given.host) };
  const { settings, terminal } = context;
  const output = new HeldOutput(reporter);
  const results = new Map<string, VolumeResult>();
  const finish = (name: string, result: VolumeResult): void => {
    results.set(name, result);
    output.end(name, () => {
      if (!context.json) printResult(context, result);
    });
  };
  const groups = groupByDevice(members.filter(({ done }) => done === undefined));
  const turns = new Turns(settings['starts-at-once']);
  const agreement = new Agreement(groups);
  const underWay = new Set(groups);
  for (const { name, done } of members) if (done !== undefined) finish(name, resultOf(done));
  const actOn = async (group: Group): Promise<void> => {
    for (const member of group) {
      if (terminal.interrupted.aborted) break;
      const around = { context, output, turns, agreement, group, member, count: () => underWay.size };
      const act = (session: Session): Promise<Done> => action(putBeside(session, around), member.name);
      finish(member.name, await actOnOne(context, output, member.name, act));
    }
    underWay.delete(group);
    agreement.arrive(group);
  };
  await Promise.all(groups.map(actOn));
  return members.flatMap(({ name }) => {
    const result = results.get(name);
    return result === undefined ? [] : [{ name, result }];
  });
}

function groupByDevice(members: readonly Member<Done>[]): readonly Group[] {
  const groups = new Map<string, Member<Done>[]>();
  for (const member of members) {
    const lock = member.device ?? `volume ${member.name}`;
    groups.set(lock, [...(groups.get(lock) ?? []), member]);
  }
  return [...groups.values()];
}

interface Surroundings {
  readonly context: Context;
  readonly output: HeldOutput;
  readonly turns: Turns;
  readonly agreement: Agreement<Group>;
  readonly group: Group;
  readonly member: Member<Done>;
  readonly count: () => number;
}

/** The session of a volume that is acted on beside others. */
function putBeside(
  session: Session,
  { context, output, turns, agreement, group, member, count }: Surroundings,
): Session {
  const { clock } = session.host;
  // A signal of its own: Node warns of more than ten listeners on one.
  const interrupted = AbortSignal.any([session.interrupted]);
  const resources = listResources(member, context.settings);
  let waitedMs = 0;
  return {
    ...session,
    interrupted,
    // The time limit is for its own work, not for that of others.
    get deadlineMs() {
      return session.deadlineMs + waitedMs;
    },
    confirm: (plan) => {
      if (willAsk(context, plan))
        return agreement.ask(group, () => output.whileHeld(() => session.confirm(plan)));
      agreement.arrive(group);
      return session.confirm(plan);
    },
    beside: {
      inTurn: (work) => {
        const since = clock.elapsedMs();
        return turns.take(resources, interrupted, () => {
          waitedMs += clock.elapsedMs() - since;
          return work();
        });
      },
      waits: () => {
        agreement.arrive(group);
      },
      count,
    },
  };
}

function listResources({ disks, worker }: Member<Done>, settings: Settings): readonly Resource[] {
  const limit = settings['starts-per-disk'];
  return [
    ...disks.map((name) => ({ name, limit })),
    ...(worker === undefined ? [] : [{ name: worker, limit: 1 }]),
  ];
}
