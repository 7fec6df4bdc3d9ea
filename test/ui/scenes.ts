import { tellStory } from '../../src/simulator/stories.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { keys, type Session, type Size } from './session.ts';
import { tellEmptyHost, tellHungDmsetup, tellReader, tellTwoCrashed } from './stories.ts';

/** A moment of the screen that is kept as a frame. */
export interface Scene {
  readonly name: string;
  readonly story: (now: number) => World;
  readonly isRoot?: boolean;
  /** Leads the screen there by keys. */
  readonly lead: (screen: Driven) => Promise<void>;
  /** Too short to be looked at, unless time stands still. */
  readonly isShort?: true;
}

const usualSize: Size = { columns: 80, rows: 24 };
/** Five scenes are enough to show how columns, rows and long texts give way. */
const atEverySize: readonly string[] = [
  'overview',
  'volume-recovering',
  'confirmation',
  'form',
  'background',
];

/** The sizes that the terminal takes, one after the other. */
export function sizesOf({ name }: Scene): readonly Size[] {
  const others: readonly Size[] = [
    { columns: 60, rows: 15 },
    { columns: 200, rows: 50 },
  ];
  return atEverySize.includes(name) ? [usualSize, ...others] : [usualSize];
}

/** The part of a session that drives a screen by keys, in any terminal. */
export type Driven = Pick<Session, 'text' | 'press' | 'until'>;

/** Recovers a crashed volume, and leaves it to itself. */
export async function recoverBehind(session: Driven, name: string): Promise<void> {
  await select(session, name);
  await session.press('r');
  await session.until('The plan:');
  await session.press(keys.enter);
  await session.until(/recovering \d+ %/);
  await session.press(keys.escape);
  await session.until(new RegExp(`^.. *${name} .*recovering \\d+ %`, 'm'));
}

/** Moves the selection down to a volume. */
export async function select(session: Driven, name: string): Promise<void> {
  await session.until(name);
  for (let at = readSelected(session.text()); at !== name; at = readSelected(session.text())) {
    const before = at;
    await session.press('j');
    await session.until((text) => readSelected(text) !== before);
  }
}

function readSelected(text: string): string | undefined {
  return /^▸.(\S+) /m.exec(text)?.[1];
}

async function askForRecovery(session: Driven): Promise<void> {
  await select(session, 'backups');
  await session.press('r');
  await session.until('The plan:');
}

async function askForRebuild(session: Driven): Promise<void> {
  await select(session, 'mail');
  await session.press('f');
  await session.until('salvage');
}

async function rebuild(session: Driven): Promise<void> {
  await askForRebuild(session);
  await session.press(keys.enter);
  await session.until('Type mail');
  await session.press('mail', keys.enter);
  await session.until('verified');
}

/** The details that are read after the first look are there too, perhaps further down. */
const withBackground = /the kernel said|↓\d+ more/;

/** A read-only volume has a line below a usual screen before what the kernel said is there, and ten after it. */
const withKernelLines = /the kernel said|↓\d{2,} more/;

export const scenes: readonly Scene[] = [
  { name: 'overview', story: tellStory, lead: (session) => session.until(/4[2-9]%/) },
  {
    name: 'sorted',
    story: tellStory,
    lead: async (session) => {
      // From its second look on, the recovery has an estimate.
      await session.until(/4[2-9]%/);
      await session.press('O', 'O', 'O');
      await session.until('the least first');
    },
  },
  {
    name: 'palette',
    story: tellStory,
    lead: async (session) => {
      await session.until('mail');
      await session.press(':', 'r', 'e', 'b');
      await session.until('action: reb');
    },
  },
  { name: 'first-look', story: tellStory, isShort: true, lead: (session) => session.until('Looking') },
  {
    name: 'volume',
    story: tellStory,
    lead: async (session) => {
      await select(session, 'mail');
      await session.press(keys.enter);
      await session.until(withKernelLines);
    },
  },
  {
    name: 'volume-recovering',
    story: tellStory,
    lead: async (session) => {
      await select(session, 'vg/pool');
      await session.press(keys.enter);
      await session.until(/4[2-9] %/);
      await session.until(withBackground);
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
    name: 'background',
    story: tellTwoCrashed,
    lead: async (session) => {
      await recoverBehind(session, 'wiki');
      await session.press('<');
      await session.until(/^▸.mail/m);
      await recoverBehind(session, 'backups');
      await session.until(/✓backups .*normal .*✓ recover: done/);
    },
  },
  {
    name: 'leaving',
    story: tellTwoCrashed,
    lead: async (session) => {
      await recoverBehind(session, 'wiki');
      await session.press('q');
      await session.until('Under way:');
    },
  },
  {
    name: 'refusal',
    story: tellReader,
    lead: async (session) => {
      await select(session, 'mail');
      await session.press('S');
      await session.until('exit code 8');
    },
  },
  {
    name: 'not-now',
    story: tellStory,
    lead: async (session) => {
      await select(session, 'mail');
      await session.press('r');
      await session.until('recover: mail is read-only');
    },
  },
  {
    name: 'help',
    story: tellStory,
    lead: async (session) => {
      await session.until('mail');
      await session.press('?');
      await session.until('In the list of volumes');
    },
  },
  {
    name: 'filter',
    story: tellStory,
    lead: async (session) => {
      await session.until('mail');
      await session.press('/', 'm', 'a');
      await session.until('filter: ma');
    },
  },
  {
    name: 'form',
    story: tellStory,
    lead: async (session) => {
      await session.until('mail');
      await session.press('n', 'new', keys.down, '/dev/vdz');
      await session.until('/dev/vdz');
    },
  },
  {
    name: 'findings',
    story: tellStory,
    lead: async (session) => {
      await select(session, 'media');
      await session.press('d');
      await session.until('no-discard');
    },
  },
  {
    name: 'log',
    story: tellStory,
    lead: async (session) => {
      await session.until('mail');
      await session.press('l');
      await session.until('No command has changed');
      await session.press('a');
      await session.until('every command run');
    },
  },
  {
    name: 'changes',
    story: tellStory,
    lead: async (session) => {
      await rebuild(session);
      await session.press('l');
      await session.until('what was changed');
      await session.until('dmsetup');
    },
  },
  {
    name: 'history',
    story: tellStory,
    lead: async (session) => {
      await rebuild(session);
      await session.press(keys.enter, 'h');
      await session.until(/force-rebuild +mail/);
    },
  },
  {
    name: 'record',
    story: tellStory,
    lead: async (session) => {
      await rebuild(session);
      await session.press(keys.enter, 'h');
      await session.until(/force-rebuild +mail/);
      await session.press(keys.enter);
      await session.until('the steps');
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
    story: tellHungDmsetup,
    lead: (session) => session.until(/waiting for dmsetup .*\(7 s\)/),
  },
];
