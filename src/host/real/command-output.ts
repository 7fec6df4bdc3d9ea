import fs from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Command } from '../../model/command.ts';
import { makeDirectories } from '../disk/directories.ts';
import type { RunOptions } from '../host.ts';
import { FileFollower } from './file-follower.ts';
import { LineCutter } from './line-cutter.ts';
import { uptimeMs } from './uptime.ts';

/** What a command printed. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Whether it printed more than that. */
  readonly isCut: boolean;
}

/** Where the output of one command goes. */
export interface Output {
  /** As the child is given them: pipes, or descriptors of files. */
  readonly stdout: 'pipe' | number;
  readonly stderr: 'pipe' | number;
  gather(child: Pipes): void;
  /** Called once, when the wait for more is over. */
  take(): CommandOutput;
}

interface Pipes {
  readonly stdout?: Readable | null;
  readonly stderr?: Readable | null;
  kill(): boolean;
}

const maximumLength = 64 * 1024 * 1024;
/** What is kept of an output that is told line by line. */
const endLength = 64 * 1024;

/**
 * A command that changes something may outlive us, and a write to a pipe that nobody reads would kill it in the middle
 * of its work: it writes to files. The others, and those that are ended with us, are read as they print.
 */
export function makeOutput(
  { effect }: Command,
  directory: string,
  { ifStopped, onLine }: Pick<RunOptions, 'ifStopped' | 'onLine'>,
): Output {
  const makeOwn = (): Output => (onLine === undefined ? makePipes() : makeToldPipes(onLine));
  if (effect === 'looks') return makeOwn();
  // A command that changes something is not ended for printing too much.
  if (ifStopped === 'killed') return makeToldPipes(onLine ?? (() => undefined));
  try {
    return makeFiles(directory, onLine);
  } catch {
    // Without a place for files, or room in them (a full disk, say), the command still has to be run.
    return makeOwn();
  }
}

/** However long it prints, its lines are told, and its end is kept. */
function makeToldPipes(onLine: (line: string) => void): Output {
  const printed = { stdout: '', stderr: '' };
  const cutters = { stdout: new LineCutter(onLine, uptimeMs), stderr: new LineCutter(onLine, uptimeMs) };
  return {
    stdout: 'pipe',
    stderr: 'pipe',
    gather(child) {
      for (const name of ['stdout', 'stderr'] as const) {
        child[name]?.setEncoding('utf8').on('data', (text: string) => {
          cutters[name].push(text);
          printed[name] = (printed[name] + text).slice(-endLength);
        });
      }
    },
    take() {
      for (const cutter of Object.values(cutters)) cutter.end();
      return { ...printed, isCut: false };
    },
  };
}

function makePipes(): Output {
  const printed = { stdout: '', stderr: '' };
  let isCut = false;
  return {
    stdout: 'pipe',
    stderr: 'pipe',
    gather(child) {
      for (const name of ['stdout', 'stderr'] as const) {
        child[name]?.setEncoding('utf8').on('data', (text: string) => {
          isCut ||= printed.stdout.length + printed.stderr.length + text.length > maximumLength;
          if (isCut) child.kill();
          else printed[name] += text;
        });
      }
    },
    take: () => ({ ...printed, isCut }),
  };
}

function makeFiles(directory: string, onLine: RunOptions['onLine']): Output {
  makeDirectories(directory, 0o700);
  const stdout = openNameless(directory);
  let stderr: number;
  try {
    stderr = openNameless(directory);
  } catch (error) {
    fs.closeSync(stdout);
    throw error;
  }
  const followers =
    onLine === undefined
      ? []
      : [stdout, stderr].map((each) => new FileFollower(each, new LineCutter(onLine, uptimeMs)));
  return {
    stdout,
    stderr,
    gather: () => undefined,
    take() {
      for (const follower of followers) follower.end();
      const texts = { stdout: readAll(stdout), stderr: readAll(stderr) };
      const isCut = [stdout, stderr].some((descriptor) => fs.fstatSync(descriptor).size > maximumLength);
      fs.closeSync(stdout);
      fs.closeSync(stderr);
      return { ...texts, isCut };
    },
  };
}

let made = 0;

/** A file that lives on without a name for as long as somebody has it open. */
function openNameless(directory: string): number {
  made += 1;
  const name = path.join(directory, `output-${String(process.pid)}-${String(made)}`);
  // One of a process that had our number and was cut off.
  fs.rmSync(name, { force: true });
  const descriptor = fs.openSync(name, 'wx+', 0o600);
  try {
    fs.unlinkSync(name);
    proveRoom(descriptor);
    return descriptor;
  } catch (error) {
    fs.closeSync(descriptor);
    throw error;
  }
}

/** More than any command of ours is known to print while it changes something. */
const room = Buffer.alloc(64 * 1024);

/** A command that cannot print may take that for its failure. */
function proveRoom(descriptor: number): void {
  // Without moving to where it was written: the command begins at 0.
  if (fs.writeSync(descriptor, room, 0, room.length, 0) < room.length) throw new Error('there is no room');
  fs.ftruncateSync(descriptor);
}

function readAll(descriptor: number): string {
  const bytes = Buffer.alloc(Math.min(fs.fstatSync(descriptor).size, maximumLength));
  return bytes.toString('utf8', 0, fs.readSync(descriptor, bytes, 0, bytes.length, 0));
}
