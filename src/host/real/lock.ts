import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Failure } from '../../model/problem.ts';
import { makeDirectories } from '../disk/directories.ts';
import type { LockResult } from '../host.ts';

export interface LockPlace {
  readonly directory: string;
  /** Where flock(1) is searched. */
  readonly searchPath: string;
}

/**
 * Takes a flock(2) that lives as long as this process keeps the file open. Node has no flock of its own, but a lock
 * belongs to the open file, not to the process: flock(1) takes it on the descriptor that it inherits and ends, and
 * the kernel keeps it for us until we close the file or die.
 */
export async function takeLock(
  name: string,
  holder: string,
  { directory, searchPath }: LockPlace,
): Promise<LockResult> {
  makeDirectories(directory, 0o700);
  const file = path.join(directory, `${nameFile(name)}.lock`);
  const descriptor = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
  const exitCode = await lockDescriptor(descriptor, { searchPath, patienceMs: 0 });
  if (exitCode === 0) {
    try {
      fs.ftruncateSync(descriptor);
      fs.writeSync(descriptor, holder, 0);
    } catch {
      // On a full disk nobody is told who holds it; it is held all the same.
    }
    return {
      kind: 'held',
      release: () => {
        try {
          fs.ftruncateSync(descriptor);
        } finally {
          fs.closeSync(descriptor);
        }
      },
    };
  }
  const text = exitCode === conflict ? await readHolder(file) : '';
  fs.closeSync(descriptor);
  if (exitCode === conflict) return { kind: 'taken', holder: text };
  return failToLock(file, exitCode);
}

/**
 * The same on a file that is another program's: nothing is written to it. What waits is flock(1), for so long at the
 * most.
 */
export async function takeFileLock(
  file: string,
  patienceMs: number,
  searchPath: string,
): Promise<LockResult> {
  makeDirectories(path.dirname(file), 0o755);
  const descriptor = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o644);
  const exitCode = await lockDescriptor(descriptor, { searchPath, patienceMs });
  if (exitCode === 0) {
    return {
      kind: 'held',
      release: () => {
        fs.closeSync(descriptor);
      },
    };
  }
  fs.closeSync(descriptor);
  return exitCode === conflict ? { kind: 'taken', holder: '' } : failToLock(file, exitCode);
}

function failToLock(file: string, exitCode: number | string): never {
  const how = typeof exitCode === 'number' ? `exit code ${String(exitCode)}` : exitCode;
  throw new Failure({ kind: 'tool-failed', command: `flock ${file}`, how, said: '' });
}

/** Who took it a moment ago has yet to write who it is. */
async function readHolder(file: string): Promise<string> {
  for (let tries = 0; tries < 10; tries += 1) {
    await setTimeout(100);
    const text = fs.readFileSync(file, 'utf8');
    if (text !== '') return text;
  }
  return '';
}

/** A volume group and a pool together can have a name that is too long for a file. */
function nameFile(name: string): string {
  const encoded = encodeURIComponent(name);
  if (encoded.length <= 200) return encoded;
  return `${encoded.slice(0, 120)}-${createHash('sha256').update(name).digest('hex')}`;
}

const conflict = 75;

/** flock(1)'s exit code, or why it has none. */
async function lockDescriptor(
  descriptor: number,
  { searchPath, patienceMs }: { readonly searchPath: string; readonly patienceMs: number },
): Promise<number | string> {
  const patience = patienceMs === 0 ? ['--nonblock'] : ['--timeout', String(patienceMs / 1000)];
  const child = spawn('flock', [...patience, '--conflict-exit-code', String(conflict), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
    env: { PATH: searchPath, LC_ALL: 'C' },
  });
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return code ?? `ended by ${String(signal)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
