import '../../src/cli/handlers/adopt.ts';
import '../../src/cli/handlers/list.ts';
import '../../src/cli/handlers/recover.ts';
import '../../src/cli/handlers/start.ts';
import '../../src/cli/handlers/status.ts';
import '../../src/cli/handlers/stop.ts';
import '../../src/cli/handlers/wait.ts';

// What a call loads late is loaded before: simulated time must not pass meanwhile.
import { run } from '../../src/cli/run.ts';
import type { Terminal, TextStream } from '../../src/cli/terminal.ts';
import type { Host } from '../../src/host/host.ts';
import { addRootDisk } from '../../src/host/simulated/arrange.ts';
import * as happen from '../../src/host/simulated/happen.ts';
import { createSimulatedHost, type SimulatedHost } from '../../src/host/simulated/simulated-host.ts';
import { createMemoryStore } from '../../src/host/simulated/store.ts';
import type { CommandResult } from '../../src/model/command.ts';
import { makeSimulatedVolume } from './simulated-volume.ts';
import type { Outcome, RunningCall, TestVolume, VolumeOptions, World } from './world.ts';

const pollMs = 50;
const usualLimitMs = 60_000;

/** The simulated host: vdoctl runs in this process, and time passes only where somebody sleeps. */
export interface SimulatorWorld extends World {
  readonly host: SimulatedHost;
}

/** The host of a scenario that plays nowhere else, to arrange what no other host can be brought to. */
export function simulatedHostOf(world: World): SimulatedHost {
  if (world.kind !== 'simulator') throw new Error('this plays on the simulated host only');
  return (world as SimulatorWorld).host;
}

export function createSimulatorWorld(): SimulatorWorld {
  const store = createMemoryStore();
  const host = createSimulatedHost({ store });
  host.change(addRootDisk);
  const nobody = createSimulatedHost({ store, identity: { isRoot: false, user: 'nobody' } });
  const volumes: TestVolume[] = [];
  return {
    kind: 'simulator',
    host,
    vdoctl: async (...args) => (await begin(host, args)).wait(),
    vdoctlAsNobody: async (...args) => (await begin(nobody, args)).wait(),
    begin: (...args) => begin(host, args),
    until: (what, isSo, timeLimitMs) => waitUntil(host, what, isSo, timeLimitMs),
    makeVolume(options: VolumeOptions) {
      const volume = makeSimulatedVolume(host, volumes.length + 1, options);
      volumes.push(volume);
      return Promise.resolve(volume);
    },
    cutPower() {
      host.change(happen.cutPower);
      return Promise.resolve();
    },
    failNext(program, words) {
      const fault = { outcome: { kind: 'exited', code: 1 }, stderr: `${words}\n` } as const;
      host.failNext(({ file }) => file === program, fault);
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

/** Resolves when the call does something, or has ended: what it has to load until then takes none of the host's time. */
async function begin(host: SimulatedHost, args: readonly string[]): Promise<RunningCall> {
  const interrupted = new AbortController();
  const printed = { stdout: '', stderr: '', all: '' };
  const stream = (name: 'stdout' | 'stderr'): TextStream => ({
    isTerminal: false,
    columns: 80,
    write: (text) => {
      printed[name] += text;
      printed.all += text;
    },
  });
  const terminal: Terminal = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    canAsk: false,
    color: false,
    ask: () => Promise.reject(new Error('there is nobody to ask')),
    interrupted: interrupted.signal,
  };
  const startedAt = host.clock.now();
  let ended: Promise<Outcome> | undefined;
  await new Promise<void>((resolve) => {
    ended = run(args, () => watchHost(host, resolve), terminal).then((code): Outcome => {
      resolve();
      const { stdout, stderr } = printed;
      return { code, stdout, stderr, ms: host.clock.now() - startedAt };
    });
  });
  const outcome = ended ?? Promise.reject(new Error('it was not started'));
  return {
    output: () => printed.all,
    signal(name) {
      if (name === 'SIGKILL') throw new Error('this process cannot be killed without the tests');
      interrupted.abort(name);
      return Promise.resolve();
    },
    wait: () => outcome,
  };
}

/** The host as one call of vdoctl sees it: with a log of its own. */
function watchHost(host: SimulatedHost, whenRun: () => void): Host {
  const log: CommandResult[] = [];
  const { kind, identity, clock, files } = host;
  return {
    kind,
    identity,
    clock,
    files,
    log,
    run: async (command, options) => {
      whenRun();
      const result = await host.run(command, options);
      log.push(result);
      return result;
    },
    readMetadata: (areas) => host.readMetadata(areas),
    lock: (name) => host.lock(name),
  };
}

function describeHost({ world }: SimulatedHost): string {
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
    .filter(({ path }) => path.startsWith('/etc/vdoctl/'))
    .map(({ path, text }) => `${path}: ${text}`);
  const disks = world.disks.flatMap(({ name, contents }) =>
    contents.flatMap(({ atBytes, vdo }) =>
      vdo === undefined ? [] : [`${name}+${String(atBytes)}: ${vdo.state}`],
    ),
  );
  return [...devices, ...mounts, ...remembered, ...disks].join('\n');
}
