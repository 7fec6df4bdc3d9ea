import { untearable } from '../../model/command.ts';
import type { Step } from '../../model/plan.ts';
import { rememberNew, startStep } from '../dm/steps.ts';
import { eraseStep, udevSettleStep } from '../shared-steps.ts';
import { askGenerationToBe, guardTable } from '../generation.ts';
import type { Creation, Making } from './creation.ts';
import { createByKernel, kernelHasToFormat } from './dm-kernel.ts';
import { chooseSizes, chooseTable } from './dm-table.ts';
import { promiseTunables } from './requirements.ts';

/** Formats the device, remembers its table and starts it. Without `vdoformat`, the kernel formats it if it can. */
export async function createDm(making: Making): Promise<Creation> {
  return (await kernelHasToFormat(making.host)) ? createByKernel(making) : createByTool(making);
}

async function createByTool(making: Making): Promise<Creation> {
  const { spec, path, host } = making;
  const remembered = chooseTable(making);
  // An older table would do as well, but cannot keep the compression setting.
  guardTable(remembered, await askGenerationToBe(host), { device: spec.device, isNew: true });
  const { slabBlocks, logicalBytes } = chooseSizes(making);
  const options = [
    `--logical-size=${String(logicalBytes)}B`,
    `--slab-bits=${String(Math.log2(slabBlocks))}`,
    ...(spec.index === undefined ? [] : [`--uds-memory-size=${String(spec.index.memoryGibibytes)}`]),
    ...(spec.index?.isSparse === true ? ['--uds-sparse'] : []),
  ];
  const format: Step = {
    title: `Format ${path}`,
    before: [
      { kind: 'unused', device: path },
      { kind: 'no-vdo', device: path },
    ],
    action: { kind: 'run', command: untearable('vdoformat', [...options, path], formatMs) },
    after: [{ kind: 'disk-state', device: path, oneOf: ['new'] }],
    unless: [{ kind: 'holds-vdo', device: path, uuid: null }],
    undo: [udevSettleStep, eraseStep(path, null, `Erase the half-made VDO on ${path}`)],
    mayFailInPart: true,
  };
  const up: Step = {
    ...startStep(remembered),
    after: [
      { kind: 'dm-present', dmName: spec.name },
      { kind: 'mode', dmName: spec.name, oneOf: ['normal', 'recovering'] },
      ...promiseTunables(spec, spec.name),
    ],
  };
  return {
    steps: [format, rememberNew(remembered), udevSettleStep, up],
    dmName: spec.name,
    undoOnlyIf: [{ kind: 'unwritten', dmName: spec.name, device: path, lv: null }],
  };
}

const formatMs = 10 * 60_000;
