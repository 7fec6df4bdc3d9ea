import { createSimulatedHost, type SimulatedHost } from './simulated-host.ts';
import { createFileStore, createMemoryStore, ownPid, realTime } from './store.ts';
import { tellStory } from './stories.ts';

type Environment = Readonly<Partial<Record<string, string>>>;

/** The simulated host of `--simulate`: kept in the user's state directory, its clock goes on between calls. */
export function makeSimulatedHost(environment: Environment): SimulatedHost {
  const speed = Number(environment['VDOCTL_SIMULATED_SPEED'] ?? 1);
  return createSimulatedHost({
    store: createFileStore(findStatePath(environment)),
    story: tellStory,
    speed: speed > 0 ? speed : 1,
    pid: ownPid,
    realTime,
  });
}

/** The host of `demo`: the same story from its beginning, in memory, and faster than life. */
export function makeDemoHost(): SimulatedHost {
  return createSimulatedHost({ store: createMemoryStore(), story: tellStory, speed: 3, realTime });
}

/** Where the simulated host is kept; removing the file begins the story anew. */
export function findStatePath(environment: Environment): string {
  const state = environment['XDG_STATE_HOME'] ?? `${environment['HOME'] ?? '/tmp'}/.local/state`;
  return `${state}/vdoctl/simulated-host.json`;
}
