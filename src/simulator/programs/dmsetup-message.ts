import { blockBytes } from '../../model/disk.ts';
import { findDm } from '../world/devices.ts';
import { generationOf } from '../world/generation.ts';
import { printStatsMessage } from '../world/statistics.ts';
import { closeIndex, openIndex } from '../world/vdo-index.ts';
import { imageOf } from '../world/vdo-start.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';
import type { DmDevice, SimulatedTarget, World } from '../world/world.ts';

/** `dmsetup message NAME SECTOR WORDS…` to a vdo target. */
export function answerMessage(call: ProgramCall, words: readonly string[]): Answer {
  const [name = '', sector, ...message] = words;
  if (sector !== '0' || message.length === 0) return notModelled(call, 'this message');
  const dm = findDm(call.world, name);
  if (dm === undefined) return messageFailed(name, 'No such device or address');
  const text = message.join(' ');
  if (!takePlace(call.world, dm, text)) return messageFailed(name, 'Device or resource busy');
  const { questions: taken } = generationOf(call.world);
  const asked = taken.find((each) => each === text);
  if (dm.vdo !== undefined && asked !== undefined)
    return succeed(questions[asked](call.world, dm), messageMs);
  const change = findChange(call.world, text);
  if (dm.vdo === undefined || change === undefined) return messageFailed(name, 'Invalid argument');
  requireChanges(call);
  change(dm.vdo, call.world, dm);
  return succeed('', messageMs);
}

const messageMs = 45;

/** Takes the one place for messages, if this module has only one. Even an unknown message holds it until its answer. */
function takePlace(world: World, { vdo }: DmDevice, text: string): boolean {
  const { freeMessages } = generationOf(world);
  if (vdo === undefined || freeMessages === undefined || freeMessages.test(text)) return true;
  if (vdo.messageUntil !== undefined && vdo.messageUntil > world.now) return false;
  vdo.messageUntil = world.now + messageMs;
  return true;
}

function messageFailed(name: string, reason: string): Answer {
  return fail(1, `device-mapper: message ioctl on ${name}  failed: ${reason}\nCommand failed.\n`, 60);
}

const questions: Readonly<Record<'stats' | 'config', (world: World, dm: DmDevice) => string>> = {
  stats: printStatsMessage,
  config: printConfig,
};

type Change = (vdo: SimulatedTarget, world: World, dm: DmDevice) => void;

const changes: Readonly<Partial<Record<string, Change>>> = {
  dump: () => undefined,
  'compression on': (vdo) => {
    vdo.compression = true;
  },
  'compression off': (vdo) => {
    vdo.compression = false;
  },
  'index-close': closeIndex,
  'index-disable': (vdo, world, dm) => {
    vdo.deduplicates = false;
    openIndex(world, dm);
  },
  'index-enable': (vdo, world, dm) => {
    vdo.deduplicates = true;
    openIndex(world, dm);
  },
  'index-create': (_vdo, world, dm) => {
    openIndex(world, dm);
  },
};

/** A message that announces a growth changes nothing that can be seen: the new table says the sizes. */
function findChange(world: World, text: string): Change | undefined {
  return generationOf(world).growthMessages?.test(text) === true ? () => undefined : changes[text];
}

/** Sends a message to a running target. @returns whether the target took it. */
export function sayToTarget(world: World, dm: DmDevice, message: string): boolean {
  const change = findChange(world, message);
  if (dm.vdo === undefined || change === undefined || !takePlace(world, dm, message)) return false;
  change(dm.vdo, world, dm);
  return true;
}

function printConfig(world: World, dm: DmDevice): string {
  const image = imageOf(world, dm);
  if (image === undefined) return '';
  const sizes = [
    `physicalSize : ${String(image.physicalBlocks * blockBytes)}`,
    `logicalSize : ${String(image.logicalBlocks * blockBytes)}`,
    `slabSize : ${String(image.slabBlocks)}`,
  ];
  const { memoryGibibytes, isSparse } = image.index ?? { memoryGibibytes: 0.25, isSparse: false };
  const index = `memorySize : ${String(memoryGibibytes)}, isSparse : ${isSparse ? '1' : '0'}`;
  return `{ version : 1, ${sizes.join(', ')}, index :  { ${index}, }, }\n`;
}
