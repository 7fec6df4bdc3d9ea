import { suggest } from '../../model/nearest.ts';
import { environmentName, settingSpecs } from '../../model/settings.ts';
import type { Environment } from '../terminal.ts';

/** Read where the simulated host is made. */
const ofSimulation = ['VDOCTL_SIMULATED_USER', 'VDOCTL_SIMULATED_SPEED', 'VDOCTL_SIMULATED_GENERATION'];

/** A sentence for each variable with our prefix that nothing reads, but for those of the lab, which no host has. */
export function describeUnknownVariables(environment: Environment): readonly string[] {
  const known = [...settingSpecs.map(environmentName), ...ofSimulation];
  return Object.keys(environment)
    .filter((name) => /^VDOCTL_(?!LAB_)/.test(name) && !known.includes(name))
    .map((name) => {
      const word = name.slice(prefix.length);
      const words = known.map((each) => each.slice(prefix.length));
      return `the environment variable ${name} is none of vdoctl's, and does nothing${suggest(word, words, prefix)}`;
    });
}

const prefix = 'VDOCTL_';
