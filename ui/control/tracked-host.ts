import type { Host } from '../../src/host/host.ts';
import { formatCommand, succeeded, type CommandResult } from '../../src/model/command.ts';
import { describeCommandOutcome } from '../../src/stacks/tool-result.ts';
import type { CommandLine, Waiting } from '../state/state.ts';

/** A host that knows which commands are under way, and how the latest ones ended. */
export interface TrackedHost extends Host {
  /** The command that has been under way for the longest. */
  oldestRunning(): Waiting | undefined;
  /** The latest commands, oldest first. Without their output, which would fill the memory in a long night. */
  latestCommands(): readonly CommandLine[];
}

/** Of those that look, and of those that change something: the many looks never push a change out. */
const mostKept = 500;
const mostSaid = 400;

export function trackCommands(host: Host): TrackedHost {
  const running = new Set<Waiting>();
  let count = 0;
  const latest = { looks: [] as readonly CommandLine[], changes: [] as readonly CommandLine[] };
  const track = async <T>(command: string, work: () => Promise<T>): Promise<T> => {
    const mark = { command, sinceMs: host.clock.now() };
    running.add(mark);
    try {
      return await work();
    } finally {
      running.delete(mark);
    }
  };
  return {
    kind: host.kind,
    identity: host.identity,
    clock: host.clock,
    files: host.files,
    get log() {
      return host.log;
    },
    run: async (command, options) => {
      const result = await track(formatCommand(command), () => host.run(command, options));
      const { effect } = command;
      count += 1;
      latest[effect] = [...latest[effect].slice(1 - mostKept), describeCommand(count, result)];
      return result;
    },
    isInstalled: (program) => host.isInstalled(program),
    readMetadata: (areas, limitMs) =>
      track('reading the super blocks', () => host.readMetadata(areas, limitMs)),
    scanStorage: (pieces, options) =>
      track('reading the storage for errors', () => host.scanStorage(pieces, options)),
    readTree: (question, options) =>
      track(`reading every file below ${question.path}`, () => host.readTree(question, options)),
    sumFiles: (question, options) =>
      track(`summing every file below ${question.directory}`, () => host.sumFiles(question, options)),
    lock: (name) => host.lock(name),
    lockFile: (path, patienceMs) => host.lockFile(path, patienceMs),
    oldestRunning: () => [...running][0],
    latestCommands: () => [...latest.looks, ...latest.changes].toSorted((one, other) => one.id - other.id),
  };
}

function describeCommand(id: number, result: CommandResult): CommandLine {
  return {
    id,
    effect: result.command.effect,
    command: formatCommand(result.command),
    startedAtMs: result.startedAt,
    durationMs: result.durationMs,
    how: describeCommandOutcome(result),
    ok: succeeded(result),
    said: result.stderr.trim().slice(-mostSaid),
  };
}
