import fs from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Command } from '../../model/command.ts';
import { makeDirectories } from '../disk/directories.ts';

/** What a command printed. */
export interface Printed {
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
  /** Called once, when nobody waits for more. */
  take(): Printed;
}

interface Pipes {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  kill(): boolean;
}

const maximumLength = 64 * 1024 * 1024;

/**
 * A command that changes something may outlive us, and a write to a pipe that nobody reads would kill it in the middle
 * of its work: it writes to files. The others are read as they print.
 */
export function makeOutput(command: Command, directory: string): Output {
  if (command.effect === 'looks') return makePipes();
  try {
    return makeFiles(directory);
  } catch {
    // Without a place for files (a full disk, say) the command still has to be run.
    return makePipes();
  }
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

function makeFiles(directory: string): Output {
  makeDirectories(directory, 0o700);
  const own = fs.mkdtempSync(path.join(directory, 'output-'));
  try {
    const stdout = fs.openSync(path.join(own, 'stdout'), 'wx+', 0o600);
    const stderr = fs.openSync(path.join(own, 'stderr'), 'wx+', 0o600);
    return {
      stdout,
      stderr,
      gather: () => undefined,
      take() {
        const texts = { stdout: readAll(stdout), stderr: readAll(stderr) };
        const isCut = [stdout, stderr].some((descriptor) => fs.fstatSync(descriptor).size > maximumLength);
        fs.closeSync(stdout);
        fs.closeSync(stderr);
        return { ...texts, isCut };
      },
    };
  } finally {
    // They live on without names for as long as somebody has them open.
    fs.rmSync(own, { recursive: true });
  }
}

function readAll(descriptor: number): string {
  const bytes = Buffer.alloc(Math.min(fs.fstatSync(descriptor).size, maximumLength));
  return bytes.toString('utf8', 0, fs.readSync(descriptor, bytes, 0, bytes.length, 0));
}
