import { Failure } from '../model/problem.ts';
import { refuse } from '../model/refuse.ts';
import { generationNames, isGenerationName, type GenerationName } from './world/generation.ts';
import { createSimulatedHost, type SimulatedHost } from './simulated-host.ts';
import { createFileStore, createMemoryStore, ownPid, realTime } from './world/store.ts';
import { tellScreenStory, tellStory } from './stories.ts';

type Environment = Readonly<Partial<Record<string, string>>>;

/**
 * The simulated host of `--simulate`. A file in the user's state directory keeps it, and its clock goes on between
 * calls. VDOCTL_SIMULATED_USER shows it to another user than root. VDOCTL_SIMULATED_GENERATION names another kernel
 * with its tools (`kvdo-6.2`, `kvdo-8.2`, `linux-7.3`); each has a host of its own.
 *
 * @throws Failure when there is no such generation.
 */
export function makeSimulatedHost(environment: Environment): SimulatedHost {
  const user = environment['VDOCTL_SIMULATED_USER'] ?? 'root';
  const speed = Number(environment['VDOCTL_SIMULATED_SPEED'] ?? 1);
  return createSimulatedHost({
    store: createFileStore(findStatePath(environment)),
    story: (now) => tellStory(now, findGeneration(environment)),
    speed: speed > 0 ? speed : 1,
    pid: ownPid,
    identity: { user, isRoot: user === 'root' },
    realTime,
  });
}

function findGeneration(environment: Environment): GenerationName | undefined {
  const name = environment['VDOCTL_SIMULATED_GENERATION'] ?? '';
  if (name === '' || isGenerationName(name)) return name === '' ? undefined : name;
  const message = `VDOCTL_SIMULATED_GENERATION: there is no generation ${name}`;
  throw new Failure({ kind: 'usage', message, next: `use one of ${generationNames.join(', ')}` });
}

/** The host of `demo`, in memory: for the story, faster than real time, or for the screen. */
export function makeDemoHost(shown: 'story' | 'screen'): SimulatedHost {
  const store = createMemoryStore();
  return shown === 'story'
    ? createSimulatedHost({ store, story: (now) => tellStory(now), speed: 3, realTime })
    : createSimulatedHost({ store, story: tellScreenStory, speed: 1, realTime });
}

/**
 * The file that keeps the simulated host; removing it begins the story anew. As the XDG base directory specification
 * demands, a relative XDG_STATE_HOME is ignored.
 *
 * @throws Failure `refused` if the environment names no directory of the user's own: a shared place would not do.
 */
export function findStatePath(environment: Environment): string {
  const { XDG_STATE_HOME: given = '', HOME: home = '' } = environment;
  const own = home.startsWith('/') ? `${home}/.local/state` : undefined;
  const state = given.startsWith('/') ? given : own;
  if (state === undefined) refuse('the simulated host', 'simulated-host-homeless', {});
  const generation = findGeneration(environment);
  return `${state}/vdoctl/simulated-host${generation === undefined ? '' : `-${generation}`}.json`;
}
