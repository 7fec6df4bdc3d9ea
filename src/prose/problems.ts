import { formatCommand } from '../model/command.ts';
import { disarm } from '../model/disarm.ts';
import { exitCodeOf, type ExitCode } from '../model/exit-code.ts';
import { isDmName } from '../model/names.ts';
import type {
  InUseProblem,
  NoSuchDeviceProblem,
  NoSuchVolumeProblem,
  Problem,
  ReadOnlyProblem,
} from '../model/problem.ts';
import { formatUsers } from '../stacks/volume-users.ts';
import { describeExpectation } from './expectations.ts';
import { describeNotWhole } from './not-whole.ts';
import { describeUnseen } from './missing.ts';
import { describeReached } from './progress.ts';
import { describeRefusal } from './refusals.ts';
import { describeShortfall } from './shortfalls.ts';

/** A problem as a person reads it: what happened, why, and what to do next. */
export interface Prose {
  readonly exitCode: ExitCode;
  readonly what: string;
  readonly next?: string;
}

interface Words {
  readonly what: string;
  readonly next?: string;
  /** Nothing was changed: {@link describeProblem} says so, {@link describeCause} does not. */
  readonly isUntouched?: true;
}

/** The one place where a problem becomes words. */
export function describeProblem(problem: Problem): Prose {
  const { what, next, isUntouched } = putInWords(problem);
  return {
    exitCode: exitCodeOf(problem),
    what: disarm(isUntouched === true ? `${what}; nothing was changed` : what),
    ...(next === undefined ? {} : { next: disarm(next) }),
  };
}

/** The cause of a failure after something was already done: for the journal, and within the message on that work. */
export function describeCause(problem: Problem): string {
  return disarm(putInWords(problem).what);
}

function putInWords(problem: Problem): Words {
  return (describers[problem.kind] as (each: Problem) => Words)(problem);
}

function sayKernel(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `the kernel said: ${line}`);
}

/** As many as a person can take in at once. */
const mostCommands = 4;

function showPath(path: string): string {
  return /^\S+$/.test(path) ? path : JSON.stringify(path);
}

function adviseOnName({ name, nearest, storageOf, isUnrecorded }: NoSuchVolumeProblem): string {
  if (storageOf !== undefined) return `it is the storage of ${storageOf}: vdoctl status ${storageOf}`;
  if (nearest !== undefined) return `did you mean ${nearest}?`;
  if (isUnrecorded === true) return 'vdoctl history lists the operations on every volume';
  return isDmName(name)
    ? `to take over a stopped volume from its storage device: vdoctl adopt ${name} --device DEVICE`
    : 'vdoctl list shows every volume';
}

type Describers = { readonly [K in Problem['kind']]: (problem: Extract<Problem, { kind: K }>) => Words };

const describers: Describers = {
  usage: ({ message, next = 'vdoctl --help' }) => ({ what: message, next }),
  'no-such-volume': (problem) => ({
    what: `there is no volume ${problem.name}${problem.isUnrecorded === true ? ', and no operation on it is recorded' : ''}${problem.known.length === 0 ? '' : ` (there are: ${problem.known.slice(0, 8).join(', ')})`}`,
    next: adviseOnName(problem),
  }),
  'no-such-device': ({ device, because, storageOf, why }) => ({
    what: `${device === '' ? 'the storage device' : showPath(device)}: ${describeAbsence(because, storageOf, why)}`,
    next: 'list the block devices: lsblk',
  }),
  'not-root': ({ doing }) => ({
    what: `only root may ${doing}`,
    next: 'run it with sudo',
  }),
  'not-by-the-deadline': ({ name, waitedFor, state, next }) => ({
    what: `${name}: timed out waiting for ${waitedFor}: ${state}`,
    next:
      next ?? `vdoctl wait ${name} --for ${/^(statistics|index)$/.test(waitedFor) ? waitedFor : 'normal'}`,
  }),
  'read-only': describeReadOnly,
  'in-use': (problem) => ({
    what: `${problem.name} is in use: ${formatUsers(problem)}`,
    isUntouched: true,
    next: `unmount or stop what uses it${adviseUnmount(problem)}, then try again`,
  }),
  refused: (problem) => {
    const { reason, next } = describeRefusal(problem);
    return {
      what: `${problem.name}: ${reason}`,
      isUntouched: true,
      ...(next === undefined ? {} : { next }),
    };
  },
  'first-block-wiped': ({ name, device }) => ({
    what: `${name}: the first block of its storage ${device} was wiped; do not start it by any means: newer kernels format a device that begins with zeros`,
    isUntouched: true,
    next: `vdoctl repair-geometry ${name}`,
  }),
  'cut-off': ({ name, operation, known }) => ({
    what: `${name}: an earlier operation (${operation}) was cut off and is not settled (${known})`,
    isUntouched: true,
    next: `vdoctl cleanup ${name}`,
  }),
  'tool-failed': ({ command, how, said, notInstalled, kernelSaid = [] }) => ({
    what: [`${command}: ${how}`, said, ...sayKernel(kernelSaid)].filter((part) => part !== '').join(': '),
    next: adviseOnFailure(notInstalled, kernelSaid),
  }),
  'not-seen': (problem) => ({
    what:
      problem.asked === null && problem.isSeen !== true
        ? describeUnseen(problem)
        : `${problem.name}: ${describeUnseen(problem)}`,
    isUntouched: true,
    next: '--verbose shows every command run',
  }),
  'not-understood': ({ tool, line, reason }) => ({
    what: `vdoctl does not understand the output of ${tool} (${reason}): ${JSON.stringify(line)}`,
    next: '--verbose shows every command run',
  }),
  'not-whole': describeNotWhole,
  'not-written': ({ path, reason }) => ({
    what: `${showPath(path)} cannot be written: ${reason}`,
    next: 'free space there or make it writable, then try again',
  }),
  'not-confirmed': ({ name, doing, typed }) => ({
    what:
      typed === undefined
        ? `not confirmed: ${doing} ${name} needs confirmation`
        : `not confirmed: expected ${name}, but ${JSON.stringify(typed)} was typed`,
    isUntouched: true,
    next: "run it on a terminal and type the volume's name, or give --yes",
  }),
  'not-as-promised': ({ name, promised, found, kernelSaid = [] }) => ({
    what: [
      `${name}: every command succeeded, but the result is wrong: expected: ${describeExpectation(promised)}; found: ${describeShortfall(found)}`,
      ...sayKernel(kernelSaid),
    ].join(': '),
    next: `vdoctl status ${name}`,
  }),
  locked: ({ name, holder }) => ({
    what: `another vdoctl is working on ${name}${holder === '' ? '' : `: ${holder}`}`,
    next: 'wait until it has finished, then try again',
  }),
  interrupted: ({ name, state }) => ({
    what: `interrupted; ${name}: ${state}`,
    next: `vdoctl status ${name}`,
  }),
  stopped: ({ cause, reached, stays }) => ({
    what: [
      `${putInWords(cause).what}${reached === null ? '' : `, ${describeReached(reached)}`}`,
      ...(stays === '' ? [] : [stays]),
    ].join('; '),
    next: 'run the same command again: it continues from there',
  }),
  'put-back': ({ name, cause, stays }) => ({
    what: `${putInWords(cause).what}; the steps already taken on ${name} were undone${stays === '' ? '' : `, but ${stays}`}`,
    next: putInWords(cause).next ?? `vdoctl status ${name}`,
  }),
  'not-up': ({ name, operation, cause }) => ({
    what: `${putInWords(cause).what}; the rest of the ${operation} is done, and nothing of it needs cleanup`,
    next: `vdoctl recover ${name} starts it, or says what it needs`,
  }),
  'left-down': ({ name, operation, at, why }) => ({
    what: `${name} has been down since a ${operation} that began at ${at}${why === null ? ' and was cut off' : `: ${why}`}; nothing of it needs cleanup`,
    next: `vdoctl recover ${name}; to leave it down: vdoctl cleanup ${name} --dismiss`,
  }),
  'half-done': ({ name, cause, left, finish, settledBy }) => {
    const { what } = putInWords(cause);
    const byHand = finish.length === 0 ? '' : `; by hand, in this order: ${finish.join(' ; ')}`;
    return {
      what: `${name}: ${what}. Left half-done: ${left.join('; ')}`,
      next: `vdoctl ${settledBy} ${name} ${settledBy === 'cleanup' ? 'settles it' : 'continues from there'}${byHand}`,
    };
  },
};

function adviseOnFailure(notInstalled: string | undefined, kernelSaid: readonly string[]): string {
  if (notInstalled !== undefined) return `install ${notInstalled}, then try again`;
  return kernelSaid.some((line) => line.includes('old format'))
    ? 'boot the older kernel, stop the volume cleanly there, then come back; a forced rebuild would destroy mappings'
    : 'check the kernel log (dmesg); --verbose shows every command run';
}

function describeAbsence(because: NoSuchDeviceProblem['because'], storageOf?: string, why = ''): string {
  if (because === 'cannot-be-looked-at') return why;
  if (because === 'not-a-block-device') return 'not a block device';
  return storageOf === undefined ? 'no such file' : `the storage of ${storageOf} is missing`;
}

/**
 * Advice to unmount in other mount namespaces. It never advises to end the processes there: the namespace may be a
 * whole container's.
 */
function adviseUnmount({ elsewhere = [] }: InUseProblem): string {
  if (elsewhere.length === 0) return '';
  const commands = elsewhere.map(({ pid, path }) =>
    formatCommand({ file: 'nsenter', args: ['-t', pid, '-m', 'umount', path] }),
  );
  return ` (in another mount namespace: ${commands.slice(0, mostCommands).join(' ; ')})`;
}

function describeReadOnly({ name, because, detail }: ReadOnlyProblem): Words {
  const { why, next } = readOnlyReasons[because](name, detail ?? '');
  return { what: `${name} is read-only: ${why}`, next };
}

type ReadOnlyReason = (name: string, detail: string) => { readonly why: string; readonly next: string };

const rebuild = (name: string): string => `vdoctl recover ${name} --force-rebuild`;

const readOnlyReasons: Readonly<Record<ReadOnlyProblem['because'], ReadOnlyReason>> = {
  'disk-says-read-only': (name) => ({
    why: 'its disk says so too, so a restart does not help; it needs a forced rebuild, which can lose data. Reads still work',
    next: `copy the data off before it is stopped: vdoctl salvage ${name} --to PATH; then: ${rebuild(name)}`,
  }),
  'will-come-up-read-only': (name) => ({
    why: 'it is stopped, and its disk says that it will start read-only; it needs a forced rebuild, which can lose data',
    next: `image its storage (ddrescue), then: ${rebuild(name)}. Started without it, it may show old data as if it were good`,
  }),
  'rebuild-is-pending': (name) => ({
    why: 'a forced rebuild is pending on its disk; the next start runs it, and it can lose data',
    next: rebuild(name),
  }),
  'went-read-only-while-waiting': (name) => ({
    why: 'an error in its storage or its metadata ended the attempt',
    next: `check the kernel log (dmesg) and repair the storage; then vdoctl recover ${name} says what is needed`,
  }),
  'storage-fails': (name, detail) => ({
    why: `its storage fails${detail === '' ? '' : ` (${detail})`}`,
    next: `repair the storage first; then vdoctl recover ${name} says whether a restart is enough`,
  }),
};
