import { bootScenarios } from './boot.ts';
import { crashScenarios } from './crash.ts';
import { crowdScenarios } from './crowd.ts';
import { failingScenarios } from './failing.ts';
import { interruptionScenarios } from './interruptions.ts';
import { lifecycleScenarios } from './lifecycle.ts';
import { managerCleanupScenarios } from './manager-cleanup.ts';
import { managerScenarios } from './manager.ts';
import { memoryScenarios } from './memory.ts';
import { rebuildScenarios } from './rebuild.ts';
import { refusalScenarios } from './refusals.ts';
import type { Scenario } from './scenario.ts';
import { renameScenarios } from './rename.ts';
import { severalScenarios } from './several.ts';
import { simulatorScenarios } from './simulator-only.ts';
import { suspendedScenarios } from './suspended.ts';
import { tunableScenarios } from './tunables.ts';

/** Every scenario, in the order of play. */
export const scenarios: readonly Scenario[] = [
  ...crashScenarios,
  ...interruptionScenarios,
  ...crowdScenarios,
  ...rebuildScenarios,
  ...failingScenarios,
  ...suspendedScenarios,
  ...refusalScenarios,
  ...managerScenarios,
  ...managerCleanupScenarios,
  ...lifecycleScenarios,
  ...tunableScenarios,
  ...memoryScenarios,
  ...renameScenarios,
  ...bootScenarios,
  ...severalScenarios,
  ...simulatorScenarios,
];
