import { changing } from '../../model/command.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import { forgetEntry, startStep, vdoCommand } from '../manager/steps.ts';
import { formatManagerTunables } from '../manager/tunables.ts';
import { eraseStep, runStep, udevSettleStep } from '../shared-steps.ts';
import type { Creation, Making } from './creation.ts';
import { promiseTunables } from './requirements.ts';

/** Lets the manager make the volume: it formats, remembers and starts. */
export function createManaged({ host, spec, path }: Making): Creation {
  const { name } = spec;
  const since = host.clock.now();
  const made: Expectation = { kind: 'holds-vdo', device: path, uuid: null, formattedSinceMs: since };
  const enabled = (value: 'on' | 'off'): string => (value === 'on' ? 'enabled' : 'disabled');
  const options = [
    `--device=${path}`,
    ...(spec.logicalBytes === undefined ? [] : [`--vdoLogicalSize=${String(spec.logicalBytes)}B`]),
    ...(spec.slabBytes === undefined ? [] : [`--vdoSlabSize=${String(spec.slabBytes / 1024 ** 2)}M`]),
    ...(spec.index === undefined ? [] : [`--indexMem=${String(spec.index.memoryGibibytes)}`]),
    ...(spec.index?.isSparse === true ? ['--sparseIndex=enabled'] : []),
    ...(spec.logicalBlockBytes === 512 ? ['--emulate512=enabled'] : []),
    ...formatManagerTunables(spec.tunables),
    ...(spec.writePolicy === undefined ? [] : [`--writePolicy=${spec.writePolicy}`]),
    `--compression=${enabled(spec.compression)}`,
    `--deduplication=${enabled(spec.deduplication)}`,
  ];
  const make: Step = {
    ...runStep(`Let the manager create ${name} on ${path}`, vdoCommand('create', name, ...options), [
      { kind: 'manager-state', name, oneOf: ['finished'] },
      { kind: 'dm-present', dmName: name },
      { kind: 'mode', dmName: name, oneOf: ['normal', 'recovering'] },
      ...promiseTunables(spec, name),
    ]),
    before: [
      { kind: 'unused', device: path },
      { kind: 'manager-state', name, oneOf: [] },
      { kind: 'dm-absent', dmName: name },
    ],
    undo: undoSteps(name, path, since),
    // Once the device is formatted, it only has to be started and the create marked as finished.
    ifTorn: {
      recognisedBy: [{ kind: 'manager-state', name, oneOf: ['beginCreate', 'finished'] }, made],
      finish: [finishEntry(name), startStep(name, path)],
    },
    mayFailInPart: true,
  };
  return {
    steps: [make],
    dmName: name,
    undoOnlyIf: [{ kind: 'unwritten', dmName: name, device: path, lv: null, managed: name }],
  };
}

/**
 * Undoes the create without the manager's `remove --force`: that zeroes the device's first block even if the create
 * never came to format it, whatever is there by then.
 */
function undoSteps(name: string, path: string, formattedSinceMs: number): readonly Step[] {
  const erase = eraseStep(path, null, `Erase the half-made VDO on ${path}`);
  return [
    udevSettleStep,
    {
      ...runStep(`Stop ${name}`, changing('dmsetup', ['remove', '--retry', name]), [
        { kind: 'dm-absent', dmName: name },
      ]),
      before: [
        { kind: 'unused', device: `/dev/mapper/${name}`, ifThere: true },
        { kind: 'only-on', dmName: name, device: path },
      ],
    },
    {
      ...erase,
      before: [
        { kind: 'unused', device: path },
        { kind: 'holds-vdo', device: path, uuid: null, formattedSinceMs },
      ],
    },
    forgetEntry(name),
  ];
}

function finishEntry(name: string): Step {
  return {
    title: `Mark the create of ${name} as finished in the manager's configuration`,
    action: { kind: 'manager-entry', name, becomes: 'finished' },
    after: [{ kind: 'manager-state', name, oneOf: ['finished'] }],
  };
}
