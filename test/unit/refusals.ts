import { startDmVolume } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { World } from '../../src/simulator/world/world.ts';
import type { Problem } from '../../src/model/problem.ts';

/** A state of the host in which an operation is refused. */
export interface Refusal {
  readonly what: string;
  readonly arrange: (world: World) => void;
  readonly kind: Problem['kind'];
  /** Matches the words for a person. */
  readonly says: RegExp;
}

export const cloneRuns: Refusal = {
  what: 'a clone of it runs',
  arrange: (world) => {
    happen.cloneDisk(world, 'vdb', 'vdc');
    startDmVolume(world, 'clone', '/dev/vdc');
  },
  kind: 'refused',
  says: /a clone of the storage of the running volume clone/,
};
