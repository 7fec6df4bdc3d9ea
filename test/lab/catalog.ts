import { ansibleScenarios } from '../integrations/ansible-scenarios.ts';
import { scenarios } from '../scenarios/all.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { KernelName } from './kernels.ts';
import type { LabWorld } from './lab-world.ts';
import { backupScenarios } from './scenarios/backup.ts';
import { cutOffScenarios } from './scenarios/cut-off.ts';
import { doctorScenarios } from './scenarios/doctor.ts';
import { firstBlockScenarios } from './scenarios/first-block.ts';
import { hangingScenarios } from './scenarios/hanging.ts';
import { killedScenarios } from './scenarios/killed.ts';
import { layoutScenarios } from './scenarios/lvm-layouts.ts';
import { thinFullScenarios } from './scenarios/thin-full.ts';
import { preflightScenarios } from './scenarios/preflight.ts';
import { reclaimScenarios } from './scenarios/reclaim.ts';
import { cutOffRehearsals } from './scenarios/rehearse-cut-off.ts';
import { rehearseScenarios } from './scenarios/rehearse.ts';
import { salvageScenarios } from './scenarios/salvage.ts';
import { screenScenarios } from './scenarios/screen.ts';
import { systemdScenarios } from './scenarios/systemd.ts';
import { terminalScenarios } from './scenarios/terminal.ts';
import { timingScenarios } from './scenarios/timing.ts';
import { slowRecoveries } from './scenarios/slow-recovery.ts';

/** A scenario that no simulator could show: it may use the machine itself. */
export interface LabScenario extends Pick<Scenario, 'name' | 'traps' | 'assertsTimes'> {
  /** The one kernel on which it makes sense. Default: any. */
  readonly kernel?: KernelName;
  readonly play: (world: LabWorld) => Promise<void>;
}

/** Every scenario that plays on the lab: those written once for both worlds, then the lab's own. */
export const labScenarios: readonly LabScenario[] = [
  ...scenarios.filter(({ on }) => on?.includes('lab') ?? true),
  ...slowRecoveries,
  ...timingScenarios,
  ...killedScenarios,
  ...cutOffScenarios,
  ...firstBlockScenarios,
  ...doctorScenarios,
  ...layoutScenarios,
  ...rehearseScenarios,
  ...cutOffRehearsals,
  ...salvageScenarios,
  ...backupScenarios,
  ...reclaimScenarios,
  ...thinFullScenarios,
  ...preflightScenarios,
  ...hangingScenarios,
  ...terminalScenarios,
  ...screenScenarios,
  ...ansibleScenarios,
  ...systemdScenarios,
];
