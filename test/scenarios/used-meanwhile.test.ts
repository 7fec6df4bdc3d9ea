import { describe, expect, test } from 'vitest';
import * as happen from '../simulated/levers.ts';
import { formatCommand } from '../../src/model/command.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import type { TestVolume } from './world.ts';

/**
 * There is a moment between two steps of a plan. vdoforcerebuild, `dmsetup` and the manager write to a device in use as
 * to any other: if somebody opens a device meanwhile, the next step must not be taken.
 */

interface Made {
  readonly world: SimulatorWorld;
  readonly volume: TestVolume;
}

type Stack = TestVolume['stack'];

interface Case {
  readonly stack: Stack;
  /** Brings the volume into its state before the call. */
  readonly arrange: (volume: TestVolume) => Promise<void>;
  /** The beginnings of two commands of the plan: right after `behind`, `not` must not follow. */
  readonly behind: string;
  readonly not: string;
  /** Returns the device that somebody opens then. */
  readonly opens: (volume: TestVolume) => string;
}

const readOnly = async (volume: TestVolume): Promise<void> => {
  await volume.stop();
  await volume.makeReadOnly();
};
const runsReadOnly = async (volume: TestVolume): Promise<void> => {
  await readOnly(volume);
  await volume.start();
};
const ordered = async (volume: TestVolume): Promise<void> => {
  await readOnly(volume);
  await volume.markForRebuild();
};
const storageOf = ({ storage }: TestVolume): string => storage;
const dataOf = ({ target }: TestVolume): string => `/dev/mapper/${target.replace('-vpool', '_vdata')}`;
const deviceOf = ({ device }: TestVolume): string => device;
const settle = 'udevadm settle';
/** The plan begins with its entry in the system's log. */
const begun = 'logger';

const cases: readonly Case[] = [
  { stack: 'dm', arrange: runsReadOnly, behind: settle, not: 'dmsetup remove', opens: deviceOf },
  { stack: 'dm', arrange: runsReadOnly, behind: 'dmsetup remove', not: 'vdoforcerebuild', opens: storageOf },
  { stack: 'dm', arrange: readOnly, behind: 'vdoforcerebuild', not: 'dmsetup create', opens: storageOf },
  { stack: 'lvm', arrange: runsReadOnly, behind: settle, not: 'lvchange -an my-vg/data', opens: deviceOf },
  { stack: 'lvm', arrange: readOnly, behind: 'dmsetup resume', not: 'vdoforcerebuild', opens: dataOf },
  {
    stack: 'lvm',
    arrange: async (volume) => {
      await readOnly(volume);
      await volume.leaveDataUp();
    },
    behind: settle,
    not: 'lvchange -an my-vg/pool_vdata',
    opens: dataOf,
  },
  { stack: 'manager', arrange: runsReadOnly, behind: settle, not: 'vdo stop', opens: deviceOf },
  {
    stack: 'manager',
    arrange: runsReadOnly,
    behind: 'vdo stop',
    not: 'vdo start --name=my-vdo --forceRebuild',
    opens: storageOf,
  },
  { stack: 'dm', arrange: ordered, behind: begun, not: 'dmsetup create', opens: storageOf },
  { stack: 'manager', arrange: ordered, behind: begun, not: 'vdo start', opens: storageOf },
];

async function make(stack: Stack, arrange: Case['arrange']): Promise<Made> {
  const world = createSimulatorWorld();
  const volume = await world.makeVolume({ stack });
  await arrange(volume);
  return { world, volume };
}

const isUnderWay = ({ host }: SimulatorWorld): boolean =>
  host.world.files.some(({ path }) => path.endsWith('.open'));

/** Collects the commands of plans from now on that change something or wait. */
function recordPlans(world: SimulatorWorld): string[] {
  const commands: string[] = [];
  world.host.beforeEach((command) => {
    if (isUnderWay(world)) commands.push(formatCommand(command));
  });
  return commands;
}

/** Somebody opens the device right after the plan's first command that begins with `behind`. */
function openBehind({ world, volume }: Made, { behind, opens }: Pick<Case, 'behind' | 'opens'>): void {
  const { host } = world;
  let isOpen = false;
  host.afterEach((command) => {
    if (isOpen || !isUnderWay(world) || !formatCommand(command).startsWith(behind)) return;
    isOpen = true;
    host.change((each) => {
      happen.addProcess(each, { name: 'dd', opens: [opens(volume)] });
    });
  });
}

/** Makes a call, and tells whether a command that begins with `not` was run. */
async function follow({ world, volume }: Made, not: string, ...words: readonly string[]) {
  const commands = recordPlans(world);
  const { code, stderr } = await world.vdoctl(...words.slice(0, 1), volume.name, ...words.slice(1), '--yes');
  return { code, stderr, wasRun: commands.some((command) => command.startsWith(not)) };
}

const refused = { stderr: expect.stringMatching(/open in dd \(pid \d+\)/) as string, wasRun: false };

describe('a forced rebuild', () => {
  const rebuild = ['recover', '--force-rebuild'] as const;

  test.each(cases)('$stack, of what is used behind "$behind": no "$not"', async (each) => {
    const unused = await make(each.stack, each.arrange);
    expect(await follow(unused, each.not, ...rebuild)).toMatchObject({ code: 0, wasRun: true });
    const used = await make(each.stack, each.arrange);
    openBehind(used, each);
    const { code, ...rest } = await follow(used, each.not, ...rebuild);
    expect(rest).toEqual(refused);
    expect(code).not.toBe(0);
  });

  test('manager, cut off when it was ordered: its cleanup starts nothing that is used by then', async () => {
    const order = 'vdo start --name=my-vdo --forceRebuild';
    const cutOff = async (): Promise<Made> => {
      const made = await make('manager', readOnly);
      const { host } = made.world;
      host.failNext(order, { outcome: { kind: 'signalled', signal: 'SIGKILL' } });
      let isOrdered = false;
      host.afterEach(async (command) => {
        if (isOrdered || formatCommand(command) !== order) return;
        isOrdered = true;
        await made.volume.markForRebuild();
      });
      expect(await follow(made, order, ...rebuild)).toMatchObject({ code: 9, wasRun: true });
      return made;
    };
    const not = 'vdo start';
    expect(await follow(await cutOff(), not, 'cleanup')).toMatchObject({ code: 0, wasRun: true });
    const used = await cutOff();
    openBehind(used, { behind: begun, opens: storageOf });
    const { code, ...rest } = await follow(used, not, 'cleanup');
    expect(rest).toEqual(refused);
    expect(code).not.toBe(0);
  });
});
