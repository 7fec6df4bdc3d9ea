import type { Options } from '../getopt.ts';
import {
  notModelled,
  fail,
  requireChanges,
  succeed,
  type Answer,
  type ProgramCall,
} from '../program-call.ts';
import { readConfig } from './config.ts';
import {
  changeWritePolicy,
  growLogical,
  growPhysical,
  modify,
  setActivated,
  setCompression,
  setDeduplication,
} from './change.ts';
import { beginManagerJob, endManagerJob, jobEndsAt } from './job.ts';
import { createVolume, importVolume, removeVolume } from './lifecycle.ts';
import { lockFile } from './lock.ts';
import { findUsageError, isForAll, names, parseWords } from './options.ts';
import {
  managerExitCodes,
  isEnabled,
  ManagerFailure,
  ManagerHangs,
  ManagerKilled,
  ManagerSession,
} from './session.ts';
import { announceReady, startVolume, stopVolume } from './start-stop.ts';
import { printStatus } from './status.ts';
import type { World } from '../../world/world.ts';

/** `vdo` 6.2.11, the classic manager, as recorded; what no recording shows follows its sources. */
export function vdo(call: ProgramCall): Answer {
  const [verb = '', ...words] = call.args;
  if (!call.isRoot && verb !== 'status')
    return fail(
      managerExitCodes.user,
      `vdo: ERROR - You must be root to use the "${verb}" command\n`,
      quickMs,
    );
  if (verb === 'version') return succeed('VDO version: 6.2.11.5\n', quickMs);
  const options = parseWords(call, words);
  const usage = findUsageError(call, verb, options);
  if (usage !== undefined) return fail(managerExitCodes.arguments, usage, quickMs);
  if (verb === 'list') return list(call, options);
  // `vdo status` may change things unasked, so even a command that only looks may call it.
  if (verb !== 'status' && !onlyExplains(call.world, options)) requireChanges(call);
  return waitForLock(call) ?? work(call, verb, options);
}

/** Whether `vdo` only says what to do, because a create or an import was cut off, and it is not forced. */
function onlyExplains(world: World, options: Options): boolean {
  const states = names(options).map((name) => readConfig(world)?.get(name)?.get('_operationState'));
  const isCutOff = states.some((state) => state === 'beginCreate' || state === 'beginImport');
  return isCutOff && !options.flags.has('--force');
}

const quickMs = 800;
const lockPatienceMs = 20_000;

/** Only one `vdo` works at a time. Another waits for it, but not forever. */
function waitForLock({ world, waitedMs }: ProgramCall): Answer | undefined {
  if (world.managerJob === undefined) return undefined;
  const patienceMs = lockPatienceMs - waitedMs;
  if (patienceMs <= 0)
    return fail(managerExitCodes.unspecific, `vdo: ERROR - Could not lock file ${lockFile}\n`);
  const endsAt = jobEndsAt(world) ?? Infinity;
  return { ...succeed(), askAgainAfterMs: Math.min(patienceMs, Math.max(1, endsAt - world.now)) };
}

type Work = (session: ManagerSession, name: string, options: Options) => void;

const works: Readonly<Partial<Record<string, Work>>> = {
  create: createVolume,
  import: importVolume,
  remove: (session, name, { flags }) => {
    removeVolume(session, name, { force: flags.has('--force') });
  },
  start(session, name, { flags }) {
    if (!isEnabled(session.volume(name), 'activated'))
      throw new ManagerFailure(managerExitCodes.state, `VDO volume ${name} not activated`, 'call');
    startVolume(session, name, { forceRebuild: flags.has('--forceRebuild') });
    announceReady(session, name, 'started');
  },
  stop: (session, name, { flags }) => {
    stopVolume(session, name, { force: flags.has('--force') });
  },
  growLogical,
  growPhysical,
  changeWritePolicy,
  modify,
  activate: (session, name) => {
    setActivated(session, name, 'enabled');
  },
  deactivate: (session, name) => {
    setActivated(session, name, 'disabled');
  },
  enableCompression: (session, name) => {
    setCompression(session, name, 'enabled');
  },
  disableCompression: (session, name) => {
    setCompression(session, name, 'disabled');
  },
  enableDeduplication: (session, name) => {
    setDeduplication(session, name, 'enabled');
  },
  disableDeduplication: (session, name) => {
    setDeduplication(session, name, 'disabled');
  },
};

/** A shell's exit code for SIGKILL. */
const exitKilled = 137;

const makesVolumes = ['create', 'import'];

function work(call: ProgramCall, verb: string, options: Options): Answer {
  const config = readConfig(call.world);
  if (config === undefined)
    return fail(managerExitCodes.state, 'vdo: ERROR - Bad configuration file\n', quickMs);
  const session = new ManagerSession(call, config);
  const named = names(options);
  const chosen = named.length > 0 ? named : [...config.keys()];
  if (named.length > 1 || (isForAll(options) && makesVolumes.includes(verb)))
    return notModelled(call, 'these volumes');
  let code = 0;
  try {
    if (verb === 'status') printStatus(session, chosen);
    else code = workOnEach(session, verb, chosen, options);
    session.passMoment();
  } catch (error) {
    if (error instanceof ManagerKilled) return fail(exitKilled, '');
    if (error instanceof ManagerHangs) session.durationMs = Infinity;
    else if (error instanceof ManagerFailure) code = reportFailure(session, error);
    else throw error;
  }
  return toAnswer(session, code);
}

/** Works on every volume, even after a failure of one. The last failure counts. */
function workOnEach(
  session: ManagerSession,
  verb: string,
  chosen: readonly string[],
  options: Options,
): number {
  const action = works[verb] ?? notModelled(session.call, `vdo ${verb}`);
  let failure: ManagerFailure | undefined;
  for (const name of chosen) {
    try {
      if (!makesVolumes.includes(verb)) session.volume(name);
      action(session, name, options);
    } catch (error) {
      if (!(error instanceof ManagerFailure)) throw error;
      failure = error;
    }
  }
  return failure === undefined ? 0 : reportFailure(session, failure);
}

function reportFailure(session: ManagerSession, { code, message }: ManagerFailure): number {
  session.error(message);
  return code;
}

/** Holds the lock from now until the end of `vdo`. A `vdo` that is killed leaves what it has begun. */
function toAnswer(session: ManagerSession, code: number): Answer {
  const { world, args } = session.call;
  const { durationMs, stdout, stderr, whenKilled } = session;
  const at = Number.isFinite(durationMs) ? { at: world.now + durationMs } : {};
  const { pid } = beginManagerJob(world, args, { ...session.job, ...at });
  return {
    ...{ code, stdout, stderr, durationMs },
    whenKilled(later: World) {
      endManagerJob(later, pid);
      whenKilled?.(later);
    },
  };
}

/** Every running target that LVM does not own, whoever made it. `vdo` asks LVM, which reads every device. */
function list({ world }: ProgramCall, options: Options): Answer {
  const asksLvm = !world.notInstalled.includes('lvs');
  if (asksLvm && world.dmDevices.some(({ suspended }) => suspended))
    return { ...succeed(), durationMs: Infinity };
  const running = world.dmDevices
    .filter(({ live, uuid }) => live?.[0]?.target === 'vdo' && !uuid.startsWith('LVM-'))
    .map(({ name }) => name);
  const config = isForAll(options) ? readConfig(world) : new Map<string, unknown>();
  if (config === undefined)
    return fail(managerExitCodes.state, 'vdo: ERROR - Bad configuration file\n', quickMs);
  const all = [...new Set([...running, ...config.keys()])].sort();
  return succeed(`${all.join('\n')}\n`, quickMs);
}
