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
  /** Whether it printed more than is kept. */
  readonly isCut: boolean;
}

/** Where the output of one command goes. */
export interface Output {
  /** As they are passed to the child: pipes, or file descriptors. */
  readonly stdout: 'pipe' | number;
  readonly stderr: 'pipe' | number;
  gather(child: Pipes): void;
  /** Called once, after the last output. */
  take(): CommandOutput;
}

interface Pipes {
  readonly stdout?: Readable | null;
  readonly stderr?: Readable | null;
  kill(): boolean;
}

const maximumLength = 64 * 1024 * 1024;
/** How much is kept of output that is reported line by line. */
const endLength = 64 * 1024;

/**
 * A command that changes something may outlive vdoctl, and writing to a pipe without a reader would kill it in the
 * middle of its work: so it writes to files. The other commands, and those that end with vdoctl, are read from pipes.
 */
export function makeOutput(
  { effect }: Command,
  directory: string,
  { ifStopped, onLine }: Pick<RunOptions, 'ifStopped' | 'onLine'>,
): Output {
  const makeOwn = (): Output => (onLine === undefined ? makePipes() : makeToldPipes(onLine));
  if (effect === 'looks') return makeOwn();
  // A command that changes something is not ended because it prints too much.
  if (ifStopped === 'killed') return makeToldPipes(onLine ?? (() => undefined));
  try {
    return makeFiles(directory, onLine);
  } catch {
    // Without a directory for files, or room in it (a full disk, for example), the command still has to run.
    return makeOwn();
  }
}

/** Reports the lines and keeps the end, however long the command prints. */
function makeToldPipes(onLine: (line: string) => void): Output {
  const printed = { stdout: '', stderr: '' };
  const cutters = { stdout: new LineCutter(onLine, uptimeMs), stderr: new LineCutter(onLine, uptimeMs) };
  return {
    stdout: 'pipe',
    stderr: 'pipe',
    gather(child) {
      listen(child, (name, text) => {
        cutters[name].push(text);
        printed[name] = (printed[name] + text).slice(-endLength);
      });
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
      listen(child, (name, text) => {
        isCut ||= printed.stdout.length + printed.stderr.length + text.length > maximumLength;
        if (isCut) child.kill();
        else printed[name] += text;
      });
    },
    take: () => ({ ...printed, isCut }),
  };
}

function listen(child: Pipes, take: (name: 'stdout' | 'stderr', text: string) => void): void {
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      take(name, text);
    });
  }
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

/** A file without a name, which exists as long as somebody has it open. */
function openNameless(directory: string): number {
  made += 1;
  const name = path.join(directory, `output-${String(process.pid)}-${String(made)}`);
  // A leftover of a cut-off process that had the same number.
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

/** More than any command of vdoctl is known to print while it changes something. */
const room = Buffer.alloc(64 * 1024);

/** Proves that there is room: a command that cannot print may fail because of that. */
function proveRoom(descriptor: number): void {
  // Written without moving the file position: the command begins at 0.
  if (fs.writeSync(descriptor, room, 0, room.length, 0) < room.length) throw new Error('there is no room');
  fs.ftruncateSync(descriptor);
}

function readAll(descriptor: number): string {
  const bytes = Buffer.alloc(Math.min(fs.fstatSync(descriptor).size, maximumLength));
  return bytes.toString('utf8', 0, fs.readSync(descriptor, bytes, 0, bytes.length, 0));
}
