import { describe, expect, test } from 'vitest';

import { generationOf, type GenerationName } from '../../src/simulator/world/generation.ts';
import { scenarios } from './all.ts';
import type { Scenario } from './scenario.ts';
import { createSimulatorWorld } from './simulator-world.ts';

/** Whether a host of this generation has all that the scenario needs. */
function canHappen({ on, stacks = [] }: Scenario, generation: GenerationName): boolean {
  const has = generationOf({ generation }).stacks;
  return (on?.includes('simulator') ?? true) && stacks.every((stack) => has.includes(stack));
}

/** Every scenario that can happen on a simulated host of the generation. */
export function playAllOn(generation: GenerationName): void {
  describe(`on the simulated host, ${generation}`, () => {
    const own = scenarios.filter((scenario) => canHappen(scenario, generation));
    test.each(own)('$name', async ({ play }) => {
      const world = createSimulatorWorld(generation);
      await play(world);
      await world.close();
    });
  });
  test('most of them can happen', () => {
    expect(scenarios.filter((scenario) => canHappen(scenario, generation)).length).toBeGreaterThan(
      scenarios.length / 2,
    );
  });
}
