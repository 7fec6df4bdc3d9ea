import { test } from 'vitest';
import { createSimulatorWorld } from '../scenarios/simulator-world.ts';
import { ansibleScenarios } from './ansible-scenarios.ts';

test.each(ansibleScenarios)('$name', { timeout: 600_000 }, async ({ play }) => {
  const world = createSimulatorWorld();
  await play(world);
  await world.close();
});
