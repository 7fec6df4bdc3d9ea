import { describe, expect, test } from 'vitest';

import { volumeOperations, type VolumeOperation } from '../../src/model/availability.ts';
import { Failure, type Problem } from '../../src/model/problem.ts';
import { adopt } from '../../src/operations/adopt.ts';
import { judgeOperation } from '../../src/operations/availability.ts';
import { awaitGoal } from '../../src/operations/await-goal.ts';
import { cleanup } from '../../src/operations/cleanup.ts';
import { grow, set } from '../../src/operations/grow-and-set.ts';
import { reclaim } from '../../src/operations/reclaim.ts';
import { recover } from '../../src/operations/recover.ts';
import { rehearse } from '../../src/operations/rehearse.ts';
import { remove } from '../../src/operations/remove.ts';
import { rename } from '../../src/operations/rename.ts';
import { repairGeometry } from '../../src/operations/repair-geometry.ts';
import { backup } from '../../src/operations/backup/backup.ts';
import { salvage } from '../../src/operations/salvage/salvage.ts';
import type { Session } from '../../src/operations/session.ts';
import { start, stop } from '../../src/operations/start-stop.ts';
import { type TestHost, createTestHost } from '../simulated/test-host.ts';
import { tellScreenStory, tellStory } from '../../src/simulator/stories.ts';
import { lookAtHost, type Look, type Seen } from '../../src/stacks/host-look.ts';
import { hosts, sayHarmless } from '../hostile/hosts.ts';
import { createSession } from '../unit/fakes.ts';
import { conditions } from './conditions.ts';
import { createSimulatorWorld } from './simulator-world.ts';

type Operate = (session: Session, name: string, dmName: string) => Promise<string>;

const outcomeOf = async (work: Promise<{ readonly outcome: string }>): Promise<string> =>
  (await work).outcome;

const copying = { to: '/backup/copy', as: 'by-its-name', despite: undefined } as const;

/** Each operation asks for more than there is, or for what may already be so. */
const operate: Readonly<Record<VolumeOperation, Operate>> = {
  start: (session, name) => outcomeOf(start(session, name, 'no')),
  stop: (session, name) => outcomeOf(stop(session, name)),
  recover: (session, name) => outcomeOf(recover(session, name, { forceRebuild: 'not-asked' })),
  'force-rebuild': (session, name) => outcomeOf(recover(session, name, { forceRebuild: 'asked' })),
  wait: async (session, name) => {
    await awaitGoal(session, name, 'normal');
    return 'reached';
  },
  'grow-logical': (session, name) =>
    outcomeOf(grow(session, name, { kind: 'logical', bytes: 4096 * 1024 ** 4, isMore: false, asked: name })),
  'grow-physical': (session, name) => outcomeOf(grow(session, name, { kind: 'physical' })),
  'set-compression': (session, name) => outcomeOf(set(session, name, [{ key: 'compression', value: 'off' }])),
  'set-deduplication': (session, name) =>
    outcomeOf(set(session, name, [{ key: 'deduplication', value: 'off' }])),
  'set-tunables': (session, name) => outcomeOf(set(session, name, [{ key: 'bio-threads', value: 8 }])),
  'set-write-policy': (session, name) =>
    outcomeOf(set(session, name, [{ key: 'write-policy', value: 'sync' }])),
  rename: (session, name) => outcomeOf(rename(session, name, 'renamed')),
  remove: (session, name) => outcomeOf(remove(session, name)),
  cleanup: (session, name) =>
    outcomeOf(cleanup(session, name, { interruptedImport: 'forget', unfinished: 'settle' })),
  adopt: (session, _name, dmName) => outcomeOf(adopt(session, dmName, undefined)),
  'repair-geometry': (session, name) => outcomeOf(repairGeometry(session, name)),
  reclaim: (session, name) => outcomeOf(reclaim(session, name)),
  backup: (session, name) => outcomeOf(backup(session, name, { to: '/backup/all', keep: 7 })),
  'backup-frozen': (session, name) =>
    outcomeOf(backup(session, name, { to: '/backup/all', keep: 7, freezeMs: 60_000 })),
  salvage: (session, name) => outcomeOf(salvage(session, name, { ...copying, origin: 'volume' })),
  'salvage-rehearsal': (session, name) =>
    outcomeOf(salvage(session, name, { ...copying, origin: 'rehearsal' })),
  rehearse: (session, name) => outcomeOf(rehearse(session, name, { afterwards: 'throw-away', changes: {} })),
};

const openElsewhere = ['in-use by what no look sees'];
const ofTwins = ['refused: twin-runs'];

/**
 * Refusals that no look can foresee, since only the operation itself asks the host. A look foretells every other
 * refusal.
 */
const onlyAsked: Readonly<Partial<Record<VolumeOperation, readonly string[]>>> = {
  start: ofTwins,
  stop: openElsewhere,
  recover: ofTwins,
  'force-rebuild': [...ofTwins, ...openElsewhere],
  wait: ['not-by-the-deadline'],
  remove: [...openElsewhere, 'refused: device-holds-other'],
  // No look tells what lies on a volume.
  reclaim: [...openElsewhere, 'in-use', 'refused: nothing-to-trim', 'refused: no-room-to-replay'],
  // The operation reads more than a look does.
  'repair-geometry': ['refused: storage-unreadable'],
  // What lies on the volume, and how it went read-only.
  salvage: ['refused: nothing-to-copy', 'refused: unreplayed-journal'],
  // A dry run reads no pool that only LVM can assemble.
  rehearse: ['refused: storage-unreadable'],
};

type Came = { readonly outcome: string } | { readonly problem: Problem };

async function tryOut(host: TestHost, operation: VolumeOperation, { volume }: Seen): Promise<Came> {
  const session = createSession(host, { dryRun: true, timeoutMs: 1 });
  try {
    return { outcome: await operate[operation](session, volume.name, volume.dmName) };
  } catch (error) {
    if (error instanceof Failure) return { problem: error.problem };
    throw error;
  }
}

function codeOf(problem: Problem): string {
  if (problem.kind === 'in-use') {
    const { mounts, devices } = problem;
    const isSeen =
      devices.length > 0 || mounts.some((mount) => !mount.includes(' in the mount namespace of '));
    return isSeen ? 'in-use' : 'in-use by what no look sees';
  }
  return 'because' in problem ? `${problem.kind}: ${problem.because}` : problem.kind;
}

/** The difference between what is told of an operation and what it does; undefined if they agree. */
async function findDifference(
  host: TestHost,
  { look, seen }: { readonly look: Look; readonly seen: Seen },
  operation: VolumeOperation,
): Promise<string | undefined> {
  const told = judgeOperation(look, seen, operation);
  const came = await tryOut(host, operation, seen);
  const where = `${operation} of ${seen.volume.name}`;
  if ('problem' in came) {
    const code = codeOf(came.problem);
    if (told.kind === 'refused' && told.problem.kind === 'in-use')
      return ['in-use', 'refused: twin-runs'].includes(code) ? undefined : `${where}: in use, but ${code}`;
    if (told.kind === 'refused') {
      if (codeOf(told.problem) !== code) return `${where}: told ${codeOf(told.problem)}, came to ${code}`;
      expect(came.problem, where).toEqual(told.problem);
      return undefined;
    }
    return told.kind === 'possible' && onlyAsked[operation]?.includes(code) === true
      ? undefined
      : `${where}: ${told.kind}, but ${code}`;
  }
  if (told.kind === 'refused') return `${where}: told ${codeOf(told.problem)}, but ${came.outcome}`;
  if (told.kind === 'needless' && told.outcome !== came.outcome)
    return `${where}: told ${told.outcome}, but ${came.outcome}`;
  return undefined;
}

/** Checks each operation on every volume of the host. */
async function expectAgreement(host: TestHost): Promise<void> {
  const look = await lookAtHost(host);
  const differences: string[] = [];
  for (const seen of look.seen)
    for (const operation of volumeOperations) {
      const difference = await findDifference(host, { look, seen }, operation);
      if (difference !== undefined) differences.push(difference);
    }
  expect(differences).toEqual([]);
}

const stacks = ['dm', 'lvm', 'manager'] as const;

describe.each(stacks)('what is told of a volume of the stack %s is what its operations do', (stack) => {
  const own = conditions.filter((condition) => condition.stacks?.includes(stack) ?? true);
  test.each(own)('$what', async ({ arrange }) => {
    const world = createSimulatorWorld();
    const volume = await world.makeVolume({ stack });
    await arrange(volume, world);
    await expectAgreement(world.host);
  });
});

describe('the same', () => {
  test.each(Object.entries(hosts))('on the host %s, which others use', async (_name, make) => {
    await expectAgreement(make(sayHarmless));
  });

  test.each([tellStory, tellScreenStory])('in the story $name', async (story) => {
    await expectAgreement(createTestHost({ story }));
  });
});
