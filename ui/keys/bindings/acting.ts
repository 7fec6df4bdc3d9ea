import { formatBytes } from '../../../src/model/size.ts';
import type { Volume } from '../../../src/model/volume.ts';
import { createForm, growForm, backupForm, salvageForm, type Form } from '../../state/form.ts';
import { selectedVolume } from '../../state/order.ts';
import { close, open } from '../../state/reduce.ts';
import type { Request } from '../../state/request.ts';
import type { State } from '../../state/state.ts';
import { beginOperation } from '../begin.ts';
import type { Binding } from '../binding.ts';
import type { KeyName } from '../key.ts';
import { only, type Outcome } from '../key-outcome.ts';
import * as reasons from '../reasons.ts';

const onVolume = ['overview', 'volume'] as const;

/** A key that asks for an operation on the selected volume. */
function acting(
  key: KeyName,
  label: string,
  description: string,
  rank: number,
  request: Exclude<Request['kind'], 'create' | 'grow-logical' | 'compression' | 'salvage' | 'backup'>,
): Binding {
  return {
    keys: [key],
    label,
    description,
    views: onVolume,
    rank,
    disabledBecause: (state) => reasons.against(state, request),
    press: (state) => begin(state, (volume) => ({ kind: request, name: volume.name })),
  };
}

/** A key that asks in a form what an operation on the selected volume needs to know. */
function asking(
  key: KeyName,
  label: string,
  description: string,
  rank: number,
  {
    against,
    form,
  }: {
    readonly against: (state: State) => string | undefined;
    readonly form: (volume: Volume) => Form;
  },
): Binding {
  return {
    keys: [key],
    label,
    description,
    views: onVolume,
    rank,
    disabledBecause: against,
    press: (state) => {
      const volume = selectedVolume(state);
      return only(volume === undefined ? state : open(state, { kind: 'form', form: form(volume) }));
    },
  };
}

function begin(state: State, make: (volume: Volume) => Request): Outcome {
  const volume = selectedVolume(state);
  if (volume === undefined) return only(state);
  return beginOperation(state, make(volume));
}

/** The keys that change a volume. */
export const operationKeys: readonly Binding[] = [
  acting('s', 'start', 'Start a stopped volume.', 5, 'start'),
  acting('S', 'stop', 'Stop a volume that nobody uses.', 6, 'stop'),
  acting(
    'r',
    'recover',
    'Bring it back to normal by whatever is safe: start it, wait for its recovery.',
    2,
    'recover',
  ),
  {
    keys: ['f'],
    label: 'rebuild',
    description:
      'Forced rebuild of a read-only volume, which can lose data. First shows how to copy the data off.',
    views: onVolume,
    rank: 3,
    disabledBecause: reasons.againstRebuild,
    press: (state) => {
      const { name = '' } = selectedVolume(state) ?? {};
      return only(open(state, { kind: 'advice', name, advice: undefined, scroll: 0 }), {
        kind: 'advise',
        name,
      });
    },
  },
  {
    keys: ['enter'],
    label: 'go on to the rebuild',
    description: 'The data is copied off or not needed: show the plan of the forced rebuild.',
    views: ['advice'],
    rank: 1,
    disabledBecause: reasons.againstRebuild,
    press: (state) => {
      const volume = selectedVolume(state);
      if (volume === undefined) return only(state);
      return beginOperation(close(state), { kind: 'rebuild', name: volume.name });
    },
  },
  {
    ...acting(
      'R',
      'try the rebuild',
      'Rehearse its forced rebuild on a throw-away overlay: shows what it would give, and writes nothing to it.',
      12,
      'rehearse',
    ),
    views: [...onVolume, 'advice'],
  },
  acting(
    'c',
    'clean up',
    'Finish or undo what was cut off, and remove what a failed create left.',
    3,
    'cleanup',
  ),
  asking('g', 'grow', 'Give it a larger logical size.', 8, {
    against: (state) => reasons.against(state, 'grow-logical'),
    form: ({ name, sizes: { logicalBytes } }) =>
      growForm(name, logicalBytes === null ? 'unknown' : formatBytes(logicalBytes)),
  }),
  acting('G', 'grow physical', 'Grow it to all of its storage.', 9, 'grow-physical'),
  asking(
    'o',
    'salvage',
    'Copy its data off, while it runs, or off its rehearsal: to a directory, or as an image.',
    12,
    {
      against: reasons.againstCopying,
      form: (volume) => salvageForm(volume.name, reasons.originOfCopy(volume)),
    },
  ),
  asking('B', 'back up', 'Copy it to a directory as a new generation, from a snapshot if it is in use.', 13, {
    against: (state) => reasons.against(state, 'backup'),
    form: ({ name }) => backupForm(name),
  }),
  acting('t', 'reclaim', 'Give back what its filesystems do not use; brings back a full one.', 9, 'reclaim'),
  {
    keys: ['C'],
    label: 'compression',
    description: 'Switch compression on or off.',
    views: onVolume,
    rank: 10,
    disabledBecause: reasons.againstCompression,
    press: (state) =>
      begin(state, (volume) => {
        const value = reasons.isCompressing(volume) === true ? 'off' : 'on';
        return { kind: 'compression', name: volume.name, value };
      }),
  },
  {
    keys: ['n'],
    label: 'new',
    description: 'Make a new volume on a device.',
    views: ['overview'],
    rank: 7,
    disabledBecause: reasons.againstCreating,
    press: (state) => only(open(state, { kind: 'form', form: createForm(state.host.usualStack) })),
  },
  acting('D', 'remove', 'Remove the volume for good, with its data.', 11, 'remove'),
];
