import '../../src/cli/handlers/adopt.ts';
import '../../src/cli/handlers/check.ts';
import '../../src/cli/handlers/cleanup.ts';
import '../../src/cli/handlers/create.ts';
import '../../src/cli/handlers/grow.ts';
import '../../src/cli/handlers/history.ts';
import '../../src/cli/handlers/list.ts';
import '../../src/cli/handlers/metrics.ts';
import '../../src/cli/handlers/recover.ts';
import '../../src/cli/handlers/remove.ts';
import '../../src/cli/handlers/set.ts';
import '../../src/cli/handlers/start.ts';
import '../../src/cli/handlers/status.ts';
import '../../src/cli/handlers/stop.ts';
import '../../src/cli/handlers/wait.ts';
import '../../src/cli/live-lines.ts';
import '../../src/cli/tell-failure.ts';
import '../../src/journal/schema.ts';
import '../../src/parse/disk.ts';
import '../../src/parse/lvm-report.ts';
import '../../src/parse/vdoconf.ts';
import '../../src/stacks/dm/memory.ts';

// Loads early what a call would load late: simulated time must not pass for loading.
import type { Host } from '../../src/host/host.ts';
import { addRootDisk } from '../../src/simulator/arrange.ts';
import { generationOf, type GenerationName } from '../../src/simulator/world/generation.ts';
import * as happen from '../simulated/levers.ts';
import { createTestHost, type TestHost } from '../simulated/test-host.ts';
import { createMemoryStore } from '../../src/simulator/world/store.ts';
import type { Kill } from './kill.ts';
import { beginCall, type SimulatedCall } from './simulated-call.ts';
import { enlargeSimulated, makeSimulatedDevice } from './simulated-device.ts';
import { makeSimulatedVolume, takeSimulatedVolume } from './simulated-volume.ts';
import type { Outcome, TestVolume, VolumeOptions, World } from './world.ts';

const pollMs = 50;
const usualLimitMs = 60_000;

/** The simulated host: vdoctl runs in this process, and time passes only where somebody sleeps. */
export interface SimulatorWorld extends World {
  readonly host: TestHost;
  /**
   * Runs vdoctl and kills it at that moment, with exit code 137; a call that ends earlier has its own exit code. A
   * scenario can therefore go through every moment, until a call is no longer killed.
   */
  vdoctlKilled(kill: Kill, ...args: string[]): Promise<Outcome>;
}

/** The host of a scenario that plays nowhere else, to bring about what no other host can be brought to. */
export function simulatedHostOf(world: World): TestHost {
  if (world.kind !== 'simulator') throw new Error('this plays on the simulated host only');
  return (world as SimulatorWorld).host;
}

/** A freshly booted host of this generation. */
export function createSimulatorWorld(generation: GenerationName = 'linux-6.12'): SimulatorWorld {
  const store = createMemoryStore();
  const host = createTestHost({ store });
  host.change((world) => {
    world.generation = generation;
    addRootDisk(world);
  });
  const { stacks } = generationOf(host.world);
  const nobody = createTestHost({ store, identity: { isRoot: false, user: 'nobody' } });
  const volumes: TestVolume[] = [];
  const calls: SimulatedCall[] = [];
  const begin = async (on: TestHost, args: readonly string[], kill?: Kill): Promise<SimulatedCall> => {
    const call = await beginCall(on, args, kill);
    calls.push(call);
    return call;
  };
  return {
    kind: 'simulator',
    host,
    vdoctl: async (...args) => (await begin(host, args)).wait(),
    vdoctlAsNobody: async (...args) => (await begin(nobody, args)).wait(),
    vdoctlKilled: async (kill, ...args) => (await begin(host, args, kill)).wait(),
    begin: (...args) => begin(host, args),
    until: (what, isSo, timeLimitMs) => waitUntil(host, what, isSo, timeLimitMs),
    makeVolume(options: VolumeOptions) {
      if (!stacks.includes(options.stack)) throw new Error(`${generation} has no stack ${options.stack}`);
      const volume = makeSimulatedVolume(host, volumes.length + 1, options);
      volumes.push(volume);
      return Promise.resolve(volume);
    },
    takeVolume: (taken) => Promise.resolve(takeSimulatedVolume(host, taken)),
    makeDevice: (options) => Promise.resolve(makeSimulatedDevice(host, options)),
    enlarge: (device, bytes) => enlargeSimulated(host, device, bytes),
    cutPower() {
      for (const call of calls) call.kill();
      host.change(happen.cutPower);
      return Promise.resolve();
    },
    failNext(program, words) {
      const fault = { outcome: { kind: 'exited', code: 1 }, stderr: `${words}\n` } as const;
      host.failNext(program, fault);
      return Promise.resolve();
    },
    snapshot: () => Promise.resolve(describeHost(host)),
    close: () => Promise.resolve(),
  };
}

async function waitUntil(
  { clock }: Host,
  what: string,
  isSo: () => Promise<boolean> | boolean,
  timeLimitMs = usualLimitMs,
): Promise<void> {
  const giveUpAt = clock.now() + timeLimitMs;
  while (!(await isSo())) {
    if (clock.now() >= giveUpAt) throw new Error(`not so in ${String(timeLimitMs)} ms: ${what}`);
    await clock.sleep(pollMs);
  }
}

function describeHost({ world }: TestHost): string {
  const devices = world.dmDevices.map(({ name, live, suspended, readOnly }) => {
    const lines = (live ?? []).map((line) =>
      [line.start, line.sectors, line.target, line.parameters].join(' '),
    );
    return [`${name}${suspended ? ' suspended' : ''}${readOnly ? ' read-only' : ''}:`, ...lines].join('\n  ');
  });
  const mounts = world.mounts.map(
    ({ source, path, namespace }) => `${source} on ${path} in ${String(namespace)}`,
  );
  const remembered = world.files
    .filter(({ path }) => path.startsWith('/etc/'))
    .map(({ path, text }) => `${path}: ${text}`);
  const disks = world.disks.flatMap(({ name, contents }) =>
    contents.flatMap(({ atBytes, vdo }) =>
      vdo === undefined ? [] : [`${name}+${String(atBytes)}: ${vdo.state}`],
    ),
  );
  return [...devices, ...mounts, ...remembered, ...disks].join('\n');
}
