import type { Availabilities } from '../../src/model/availability.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { Volume } from '../../src/model/volume.ts';
import type { Effect } from '../../ui/keys/key-outcome.ts';
import { press } from '../../ui/keys/press.ts';
import { reduce } from '../../ui/state/reduce.ts';
import type { State } from '../../ui/state/state.ts';
import { pictureOf } from './states.ts';
import { at } from './views-of.ts';

/** What a key makes the screen do. */
export const effectsOf = (state: State, key: string): readonly Effect[] => press(state, key).effects;

/** The screen with one volume, on which only the given operations differ from the usual. */
export function refusing(volume: Volume, own: Partial<Availabilities>): State {
  const picture = pictureOf([volume]);
  const operations = { ...picture.operations.get(volume.name), ...own } as Availabilities;
  return reduce(at('overview', [volume]), {
    kind: 'looked',
    picture: { ...picture, operations: new Map([[volume.name, operations]]) },
    commands: [],
  });
}

export const cutOff: Problem = {
  kind: 'cut-off',
  name: 'archive',
  operation: 'stop',
  known: 'begun by root',
};
export const used: Problem = {
  kind: 'in-use',
  name: 'archive',
  mounts: ['/srv (xfs, /dev/mapper/archive)'],
  devices: [],
  processes: [],
};
