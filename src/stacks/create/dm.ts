import { untearable } from '../../model/command.ts';
import { blockBytes, sectorBytes } from '../../model/disk.ts';
import { chooseLogicalBlocks } from '../../model/layout.ts';
import type { Step } from '../../model/plan.ts';
import type { Remembered } from '../../model/remembered.ts';
import { defaultCacheBlocks, defaultPeriod } from '../dm/adopt.ts';
import { rememberTable } from '../dm/memory.ts';
import { remember, start } from '../dm/steps.ts';
import { eraseStep, settleStep } from '../steps.ts';
import type { Creation, Making } from './creation.ts';
import { slabBlocksOf } from './requirements.ts';

/** Formats the device, remembers its table and starts it. */
export function createDm(making: Making): Creation {
  const { spec, path } = making;
  const remembered = chooseTable(making);
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
    undo: [settleStep, eraseStep(path, null, `Erase the half-made VDO on ${path}`)],
    mayFailInPart: true,
  };
  const up: Step = {
    ...start(remembered),
    after: [
      { kind: 'dm-present', dmName: spec.name },
      { kind: 'mode', dmName: spec.name, oneOf: ['normal', 'recovering'] },
    ],
  };
  return {
    steps: [format, remember(remembered, undefined), settleStep, up],
    dmName: spec.name,
    undoOnlyIf: [{ kind: 'unwritten', dmName: spec.name, device: path, lv: null }],
  };
}

const formatMs = 10 * 60_000;

function chooseSizes({ spec, device }: Making) {
  const physicalBlocks = Math.floor(device.sizeBytes / blockBytes);
  const slabBlocks = slabBlocksOf(spec);
  const usual = chooseLogicalBlocks({ physicalBlocks, slabBlocks, index: spec.index }) * blockBytes;
  return { physicalBlocks, slabBlocks, logicalBytes: spec.logicalBytes ?? usual };
}

function chooseTable(making: Making): Remembered {
  const { spec, path } = making;
  const { physicalBlocks, logicalBytes } = chooseSizes(making);
  return rememberTable(spec.name, path, null, {
    version: 'V4',
    storage: path,
    logicalSectors: logicalBytes / sectorBytes,
    physicalBlocks,
    minimumIoBytes: blockBytes,
    blockMapCacheBlocks: defaultCacheBlocks,
    blockMapPeriod: defaultPeriod,
    options: [
      ['compression', spec.compression],
      ['deduplication', spec.deduplication],
    ],
  });
}
