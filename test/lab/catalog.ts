import { readdirSync } from 'node:fs';
import type { Scenario } from '../scenarios/scenario.ts';
import type { LabWorld } from './lab-world.ts';

/** A scenario that a simulator could not show: it may use the machine itself. */
export interface LabScenario extends Omit<Scenario, 'on' | 'play'> {
  readonly play: (world: LabWorld) => Promise<void>;
}

/** Every scenario that plays on the lab: those written once for both worlds, then the lab's own. */
export async function listScenarios(): Promise<LabScenario[]> {
  const found: LabScenario[] = [];
  for (const directory of ['../scenarios/', './scenarios/']) {
    const url = new URL(directory, import.meta.url);
    for (const file of readdirSync(url).sort()) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      const exported = (await import(new URL(file, url).href)) as Record<string, unknown>;
      for (const value of Object.values(exported)) {
        if (!Array.isArray(value)) continue;
        found.push(...value.filter(isScenario).filter(playsHere));
      }
    }
  }
  return found;
}

function isScenario(value: unknown): value is Scenario & LabScenario {
  return typeof value === 'object' && value !== null && 'name' in value && 'play' in value;
}

function playsHere({ on }: Scenario): boolean {
  return on?.includes('lab') ?? true;
}
