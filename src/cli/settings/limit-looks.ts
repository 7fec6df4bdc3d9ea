import type { Host } from '../../host/host.ts';
import { usualLookLimitMs } from '../../model/command.ts';

/** The same host, with another way to run commands. */
export function withRun(host: Host, run: Host['run']): Host {
  return {
    kind: host.kind,
    identity: host.identity,
    clock: host.clock,
    files: host.files,
    get log() {
      return host.log;
    },
    run,
    isInstalled: (program) => host.isInstalled(program),
    readMetadata: (areas, limitMs) => host.readMetadata(areas, limitMs),
    scanStorage: (pieces, options) => host.scanStorage(pieces, options),
    readTree: (question, options) => host.readTree(question, options),
    sumFiles: (question, options) => host.sumFiles(question, options),
    lock: (name) => host.lock(name),
    lockFile: (path, patienceMs) => host.lockFile(path, patienceMs),
  };
}

/** The same host, with another time limit for commands that only look; a command with a limit of its own keeps it. */
export function limitLooks(host: Host, timeLimitMs: number): Host {
  if (timeLimitMs === usualLookLimitMs) return host;
  return withRun(host, (command, options) => {
    const isUsual = command.effect === 'looks' && command.timeLimitMs === usualLookLimitMs;
    return host.run(isUsual ? { ...command, timeLimitMs } : command, options);
  });
}
