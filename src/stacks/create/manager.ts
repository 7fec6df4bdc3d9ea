import type { Step } from '../../model/plan.ts';
import { start, vdo } from '../manager/steps.ts';
import { run } from '../steps.ts';
import type { Creation, Making } from './creation.ts';

/** Lets the manager make it: it formats, remembers and starts. */
export function createManaged({ spec, path }: Making): Creation {
  const { name } = spec;
  const enabled = (value: 'on' | 'off'): string => (value === 'on' ? 'enabled' : 'disabled');
  const options = [
    `--device=${path}`,
    ...(spec.logicalBytes === undefined ? [] : [`--vdoLogicalSize=${String(spec.logicalBytes)}B`]),
    ...(spec.slabBytes === undefined ? [] : [`--vdoSlabSize=${String(spec.slabBytes / 1024 ** 2)}M`]),
    ...(spec.index === undefined ? [] : [`--indexMem=${String(spec.index.memoryGibibytes)}`]),
    ...(spec.index?.isSparse === true ? ['--sparseIndex=enabled'] : []),
    `--compression=${enabled(spec.compression)}`,
    `--deduplication=${enabled(spec.deduplication)}`,
  ];
  const make: Step = {
    ...run(`Let the manager create ${name} on ${path}`, vdo('create', name, ...options), [
      { kind: 'manager-state', name, oneOf: ['finished'] },
      { kind: 'dm-present', dmName: name },
      { kind: 'mode', dmName: name, oneOf: ['normal', 'recovering'] },
    ]),
    before: [
      { kind: 'unused', device: path },
      { kind: 'manager-state', name, oneOf: [] },
      { kind: 'dm-absent', dmName: name },
    ],
    undo: [
      {
        ...run(`Let the manager remove what there is of ${name}`, vdo('remove', name, '--force'), [
          { kind: 'manager-state', name, oneOf: [] },
          { kind: 'dm-absent', dmName: name },
        ]),
        // It would unmount it by force.
        before: [
          { kind: 'unused', device: `/dev/mapper/${name}`, ifThere: true },
          { kind: 'only-on', dmName: name, device: path },
        ],
      },
    ],
    ifTorn: {
      recognisedBy: [{ kind: 'manager-state', name, oneOf: ['finished'] }],
      finish: [start(name, path)],
    },
    mayFailInPart: true,
  };
  return {
    steps: [make],
    dmName: name,
    undoOnlyIf: [{ kind: 'unwritten', dmName: name, device: null, lv: null, managed: name }],
  };
}
