import type { Host } from '../../host/host.ts';
import { looking, untearable } from '../../model/command.ts';
import { usualIndex } from '../../model/layout.ts';
import type { Step } from '../../model/plan.ts';
import type { Remembered } from '../../model/remembered.ts';
import { tableOf } from '../dm/memory.ts';
import { rememberNew, stopAgain } from '../dm/steps.ts';
import { readFirstBlock, zeroFirstBlock } from '../geometry/first-block.ts';
import { eraseStep, longMs, udevSettleStep } from '../shared-steps.ts';
import { askTargetVersion } from '../vdo-module.ts';
import type { Creation, Making } from './creation.ts';
import { chooseSizes, chooseTable } from './dm-table.ts';
import { promiseTunables } from './requirements.ts';

/** Since dm-vdo 9.2 (Linux 7.1) the kernel formats storage that begins with zeros when it is started. */
const firstThatFormats = { major: 9, minor: 2 };

/** Whether only the kernel can format the volume: it is able to, and `vdoformat` is not installed. */
export async function kernelHasToFormat(host: Host): Promise<boolean> {
  const version = await askTargetVersion(host);
  const { major, minor } = firstThatFormats;
  if (version === undefined || version.major < major || (version.major === major && version.minor < minor))
    return false;
  const tool = await host.run(looking('vdoformat', ['--help']));
  return tool.outcome.kind === 'not-installed';
}

/** Zeroes the first block of the device, so that the kernel formats it by the arguments of its first table. */
export async function createByKernel(making: Making): Promise<Creation> {
  const { host, spec, device, path } = making;
  const remembered = chooseTable(making);
  const block = await readFirstBlock(host, device.path, spec.name);
  return {
    steps: [
      // By then the device is wiped, which cannot be undone.
      zeroFirstBlock(path, spec.wipe === 'asked' ? undefined : block),
      udevSettleStep,
      formatAtStart(making, remembered),
      rememberNew(remembered),
    ],
    dmName: spec.name,
    undoOnlyIf: [{ kind: 'unwritten', dmName: spec.name, device: path, lv: null }],
  };
}

function formatAtStart(making: Making, remembered: Remembered): Step {
  const { spec, path } = making;
  const { slabBlocks, logicalBytes } = chooseSizes(making);
  const { memoryGibibytes, isSparse } = spec.index ?? usualIndex;
  const table = [
    tableOf(remembered),
    `indexMemory ${String(memoryGibibytes)}`,
    `indexSparse ${isSparse ? 'on' : 'off'}`,
    `slabSize ${String(slabBlocks)}`,
  ].join(' ');
  return {
    title: `Start ${spec.name}: the kernel formats ${path}`,
    before: [
      { kind: 'unused', device: path },
      { kind: 'begins-with-zeros', device: path },
    ],
    action: {
      kind: 'run',
      command: untearable('dmsetup', ['create', spec.name, '--table', table], longMs),
    },
    after: [
      { kind: 'dm-present', dmName: spec.name },
      { kind: 'mode', dmName: spec.name, oneOf: ['normal', 'recovering'] },
      ...promiseTunables(spec, spec.name),
      { kind: 'sizes', dmName: spec.name, device: path, logicalBytes, physicalBytes: null },
      { kind: 'disk-state', device: path, oneOf: ['new', 'dirty'] },
    ],
    undo: [stopAgain(remembered), udevSettleStep, eraseHalfMade(path)],
    mayFailInPart: true,
  };
}

/**
 * Erases what a cut-off format left. The kernel writes the super block first, so there may be no VDO to find, and
 * nothing to erase.
 */
function eraseHalfMade(path: string): Step {
  return {
    ...eraseStep(path, null, `Erase the half-made VDO on ${path}`),
    unless: [{ kind: 'no-vdo', device: path }],
  };
}
