import assert from 'node:assert/strict';

import type { Scenario } from './scenario.ts';
import type { Delayed, Outcome, RunningCall, TestVolume, VolumeOptions, World } from './world.ts';

/** The stacks that a lab can have. */
export const stacks = ['dm', 'lvm'] as const;
/** No machine to be had runs the classic manager: it plays on the simulated host only. */
const simulatedStacks = [...stacks, 'manager'] as const;

/** The delay of each read and write while a recovery has to last. */
export const slowMs = 150;
/** Slow enough that a recovery lasts for several calls of vdoctl in a row, even in an emulator on a busy host. */
export const lastingMs = 400;

type Said = readonly (string | RegExp)[];

export interface Expected {
  readonly code: number;
  /** The texts that stdout and stderr together must contain. */
  readonly says?: Said;
  readonly neverSays?: Said;
}

/** Expects this exit code and these texts. */
export function expectOutcome(outcome: Outcome, { code, says = [], neverSays = [] }: Expected): Outcome {
  const text = `${outcome.stdout}${outcome.stderr}`;
  const context = `exit code ${String(outcome.code)}:\n${text}`;
  assert.equal(outcome.code, code, `exit code ${String(code)} expected, not ${context}`);
  assert.ok(!text.includes('a defect of vdoctl'), context);
  for (const each of says) assert.ok(matches(text, each), `${String(each)} was not said, but ${context}`);
  for (const each of neverSays) assert.ok(!matches(text, each), `${String(each)} was said: ${context}`);
  return outcome;
}

function matches(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}

/** Runs vdoctl and checks the outcome. */
export async function call(world: World, args: readonly string[], expected: Expected): Promise<Outcome> {
  return expectOutcome(await world.vdoctl(...args), expected);
}

/** The same for a call that must leave everything unchanged. */
export async function callInVain(
  world: World,
  args: readonly string[],
  expected: Expected,
): Promise<Outcome> {
  const before = await world.snapshot();
  const outcome = await call(world, args, expected);
  assert.equal(await world.snapshot(), before, `vdoctl ${args.join(' ')} changed something`);
  return outcome;
}

type Json = Readonly<Record<string, unknown>>;

/** Parses the one document on stdout. */
export function readDocument(outcome: Outcome): Json {
  return JSON.parse(outcome.stdout) as Json;
}

/** Parses the events on stdout, one a line. */
export function readEvents(outcome: Outcome): Json[] {
  const lines = outcome.stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Json);
}

interface PlannedStep {
  readonly does: string;
  readonly command: readonly string[] | null;
}

/** The steps of the plan that the call's dry run shows; the dry run must change nothing. */
export async function readPlannedSteps(
  world: World,
  args: readonly string[],
): Promise<readonly PlannedStep[]> {
  const [first] = readEvents(await callInVain(world, [...args, '--dry-run', '--json'], { code: 0 }));
  // A command that prints one document has the plan in it.
  const plan =
    first?.['kind'] === 'plan' ? first : (first?.['volumes'] as readonly Json[] | undefined)?.[0]?.['plan'];
  return (plan as Json)['steps'] as readonly PlannedStep[];
}

/** The commands of these steps. */
export async function readPlannedCommands(world: World, args: readonly string[]): Promise<string[]> {
  const steps = await readPlannedSteps(world, args);
  return steps.flatMap(({ command }) => (command === null ? [] : [command.join(' ')]));
}

export interface JournaledCall {
  readonly operation: string;
  readonly outcome: string;
  readonly settled: string | null;
  readonly commands: readonly { readonly command: readonly string[] }[];
}

/** Every operation on the volume, as `history --json` has them, oldest first. */
export async function readHistory(world: World, name: string): Promise<readonly JournaledCall[]> {
  const document = readDocument(await call(world, ['history', name, '--json'], { code: 0 }));
  return document['operations'] as readonly JournaledCall[];
}

/** The volume in the output of `status --json`. */
export async function readStatus(world: World, name: string): Promise<Json> {
  const document = readDocument(await call(world, ['status', name, '--json'], { code: 0 }));
  const [volume] = document['volumes'] as readonly Json[];
  assert.ok(volume !== undefined);
  return volume;
}

/** The codes of the volume's alerts. */
export async function readAlerts(world: World, name: string): Promise<string[]> {
  const alerts = (await readStatus(world, name))['alerts'] as readonly { readonly code: string }[];
  return alerts.map(({ code }) => code);
}

export async function untilMode(world: World, volume: TestVolume, mode: string): Promise<void> {
  await world.until(`${volume.name} is ${mode}`, async () => (await volume.mode()) === mode, 5 * 60_000);
}

export async function untilSaid(world: World, running: RunningCall, wanted: string | RegExp): Promise<void> {
  await world.until(`${String(wanted)} is said`, () => matches(running.output(), wanted), 5 * 60_000);
}

/** A volume that has synced files, unmounted and running. */
export async function makeVolumeWithFiles(world: World, options: VolumeOptions): Promise<TestVolume> {
  const volume = await world.makeVolume(options);
  await volume.mount();
  await volume.writeFiles();
  await volume.unmount();
  return volume;
}

/** Cuts the power in the middle of writing, and makes the disk slow: the volume is stopped and dirty. */
export async function crash(
  world: World,
  volume: TestVolume,
  delayMs = slowMs,
  delayed: Delayed = 'everything',
): Promise<void> {
  await volume.mount();
  await volume.writeFiles();
  await volume.writeOn();
  await world.cutPower();
  await volume.attachStorage(delayMs, delayed);
}

/** Makes the disk fast again; the recovery must end, and the data must be whole. */
export async function expectRecovered(world: World, volume: TestVolume): Promise<void> {
  await volume.mendStorage();
  await untilMode(world, volume, 'normal');
  await untilMountable(world, volume);
  await volume.verifyFiles();
}

/** A start that nobody waits for still has to activate the LV, and udev has to make the device's name. */
async function untilMountable(world: World, volume: TestVolume): Promise<void> {
  await world.until(`${volume.device} can be mounted`, async () => {
    try {
      await volume.mount();
    } catch {
      return false;
    }
    await volume.unmount();
    return true;
  });
}

type Play = (world: World, volume: TestVolume) => Promise<void>;

/** One or more scenarios for each stack, in the worlds that have the stack. */
export function forEachStack(
  tell: (stack: TestVolume['stack']) => Scenario | readonly Scenario[],
): Scenario[] {
  return simulatedStacks.flatMap((stack) => {
    const told = [tell(stack)].flat().map((scenario): Scenario => ({ stacks: [stack], ...scenario }));
    if (stack !== 'manager') return told;
    const playable = told.filter(({ on }) => on?.includes('simulator') ?? true);
    return playable.map((scenario) => ({ ...scenario, on: ['simulator'] as const }));
  });
}

/** One scenario for each stack, on a fresh volume of it. */
export function onEachStack(story: Omit<Scenario, 'play'> & { readonly play: Play }): Scenario[] {
  return forEachStack((stack) => ({
    ...story,
    name: `${stack}: ${story.name}`,
    play: async (world) => story.play(world, await world.makeVolume({ stack })),
  }));
}

/** A scenario on a fresh volume of one stack, or of each of several. */
export function onStack(
  stack: TestVolume['stack'] | readonly TestVolume['stack'][],
  story: Omit<Scenario, 'play'> & { readonly play: Play },
): Scenario[] {
  const chosen = [stack].flat();
  return onEachStack(story).filter(({ stacks: of = [] }) => of.some((each) => chosen.includes(each)));
}
