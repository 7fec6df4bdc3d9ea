import { addDisk, addRootDisk, gibibyte } from '../../src/host/simulated/arrange.ts';
import { tellStory } from '../../src/host/simulated/stories.ts';
import { createWorld, type World } from '../../src/host/simulated/world.ts';
import { keys, type Session } from './session.ts';

/** A moment of the screen that is kept as a frame. */
export interface Scene {
  readonly name: string;
  readonly story: (now: number) => World;
  readonly isRoot?: boolean;
  /** Tampers with the host, before the screen opens. */
  readonly arrange?: (session: Session['host']) => void;
  /** Leads the screen there by keys. */
  readonly lead: (session: Session) => Promise<void>;
}

/** No volume, and a disk for one. */
function tellEmptyHost(now: number): World {
  const world = createWorld(now);
  addRootDisk(world);
  addDisk(world, { name: 'vdb', sizeBytes: 100 * gibibyte, serial: 'S5YBNX0R2001' });
  return world;
}

/** Every dmsetup hangs, and is given up on at its time limit. */
function hangDmsetup(host: Session['host']): void {
  host.beforeEach(async ({ file, timeLimitMs }) => {
    if (file !== 'dmsetup') return;
    await host.clock.sleep(timeLimitMs);
    host.failNext('dmsetup', { outcome: { kind: 'timed-out', pid: 4711, ended: false } });
  });
}

async function select(session: Session, name: string): Promise<void> {
  await session.until(name);
  const isSelected = new RegExp(`^▸.${name} `, 'm');
  for (let row = 0; row < 10 && !isSelected.test(session.text()); row++) await session.press('j');
  await session.until(isSelected, 0);
}

async function askForRecovery(session: Session): Promise<void> {
  await select(session, 'backups');
  await session.press('r');
  await session.until('The plan:');
}

async function askForRebuild(session: Session): Promise<void> {
  await select(session, 'mail');
  await session.press('f');
  await session.until('rsync');
}

export const scenes: readonly Scene[] = [
  { name: 'overview', story: tellStory, lead: (session) => session.until('42%') },
  { name: 'first-look', story: tellStory, lead: (session) => session.until('Looking') },
  {
    name: 'volume',
    story: tellStory,
    lead: async (session) => {
      await select(session, 'mail');
      await session.press(keys.enter);
      await session.until('remembered');
    },
  },
  {
    name: 'volume-recovering',
    story: tellStory,
    lead: async (session) => {
      await select(session, 'vg/pool');
      await session.press(keys.enter);
      await session.until('42 %');
    },
  },
  { name: 'plan', story: tellStory, lead: askForRecovery },
  { name: 'advice', story: tellStory, lead: askForRebuild },
  {
    name: 'confirmation',
    story: tellStory,
    lead: async (session) => {
      await askForRebuild(session);
      await session.press(keys.enter);
      await session.until('Type mail');
      await session.press('m', 'a', 'i');
    },
  },
  {
    name: 'steps',
    story: tellStory,
    lead: async (session) => {
      await askForRecovery(session);
      await session.press(keys.enter);
      await session.until('recovering 4');
    },
  },
  {
    name: 'stopping',
    story: tellStory,
    lead: async (session) => {
      await askForRecovery(session);
      await session.press(keys.enter);
      await session.until('starting');
      await session.press(keys.ctrlC);
    },
  },
  {
    name: 'result',
    story: tellStory,
    lead: async (session) => {
      await askForRecovery(session);
      await session.press(keys.enter);
      await session.until('verified');
    },
  },
  {
    name: 'refusal',
    story: tellStory,
    lead: async (session) => {
      await select(session, 'mail');
      await session.press('r');
      await session.until('exit code 6');
    },
  },
  {
    name: 'help',
    story: tellStory,
    lead: async (session) => {
      await session.until('mail');
      await session.press('?');
    },
  },
  {
    name: 'filter',
    story: tellStory,
    lead: async (session) => {
      await session.until('mail');
      await session.press('/', 'm', 'a');
    },
  },
  {
    name: 'form',
    story: tellStory,
    lead: async (session) => {
      await session.until('mail');
      await session.press('n', 'new', keys.down, '/dev/vdz');
    },
  },
  {
    name: 'log',
    story: tellStory,
    lead: async (session) => {
      await session.until('mail');
      await session.press('l');
    },
  },
  { name: 'empty-host', story: tellEmptyHost, lead: (session) => session.until('No VDO') },
  {
    name: 'not-root',
    story: tellStory,
    isRoot: false,
    lead: async (session) => {
      await session.until(/root/);
      await session.press('r');
    },
  },
  {
    name: 'hung-dmsetup',
    story: tellStory,
    arrange: hangDmsetup,
    lead: (session) => session.until(/waiting for dmsetup .*\(7 s\)/),
  },
];
