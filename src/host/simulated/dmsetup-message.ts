import { blockBytes } from '../../model/disk.ts';
import { findDm } from './devices.ts';
import { printStatsMessage } from './statistics.ts';
import { closeIndex, openIndex } from './vdo-index.ts';
import { imageOf } from './vdo-start.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type Call } from './tool.ts';
import type { DmDevice, VdoTarget, World } from './world.ts';

/** `dmsetup message NAME SECTOR WORDS…` to a vdo target. */
export function answerMessage(call: Call, words: readonly string[]): Answer {
  const [name = '', sector, ...message] = words;
  if (sector !== '0' || message.length === 0) return notModelled(call, 'this message');
  const dm = findDm(call.world, name);
  if (dm === undefined) return messageFailed(name, 'No such device or address');
  const text = message.join(' ');
  const question = questions[text];
  if (dm.vdo !== undefined && question !== undefined) return succeed(question(call.world, dm), 45);
  const change = changes[text];
  if (dm.vdo === undefined || change === undefined) return messageFailed(name, 'Invalid argument');
  requireChanges(call);
  change(dm.vdo, call.world, dm);
  return succeed('', 45);
}

function messageFailed(name: string, reason: string): Answer {
  return fail(1, `device-mapper: message ioctl on ${name}  failed: ${reason}\nCommand failed.\n`, 60);
}

const questions: Readonly<Partial<Record<string, (world: World, dm: DmDevice) => string>>> = {
  stats: printStatsMessage,
  config: printConfig,
};

type Change = (vdo: VdoTarget, world: World, dm: DmDevice) => void;

const changes: Readonly<Partial<Record<string, Change>>> = {
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

/** What a message does to a target that is up. */
export function sayToTarget(world: World, dm: DmDevice, message: string): void {
  if (dm.vdo !== undefined) changes[message]?.(dm.vdo, world, dm);
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
