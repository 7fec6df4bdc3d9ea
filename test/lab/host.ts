import { execFile, spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { existsSync, mkdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { LabError } from './errors.ts';

const execute = promisify(execFile);

export function findCacheDirectory(): string {
  const chosen = process.env['VDOCTL_LAB_CACHE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  const caches = process.env['XDG_CACHE_HOME'];
  return join(caches !== undefined && caches !== '' ? caches : join(homedir(), '.cache'), 'vdoctl-lab');
}

export function reportProgress(line: string): void {
  process.stderr.write(`lab: ${line}\n`);
}

export interface HostCommand {
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs?: number;
}

/** Runs a tool of the host and returns its stdout. A failure carries what the tool said. */
export async function runOnHost(command: HostCommand): Promise<string> {
  const [file, ...args] = command.argv;
  try {
    const { stdout } = await execute(file, args, {
      env: { ...process.env, LC_ALL: 'C', ...command.env },
      cwd: command.cwd,
      timeout: command.timeoutMs ?? 600_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new LabError(`${command.argv.join(' ')} failed: ${said.slice(-3000) || String(error)}`, {
      cause: error,
    });
  }
}

/** Installs the Debian packages of missing programs on the host. */
export async function installMissing(programs: Readonly<Record<string, string>>): Promise<void> {
  const missing = Object.entries(programs).filter(([path]) => !existsSync(path));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))];
  reportProgress(`installing on this host: ${packages.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runOnHost({ argv: ['apt-get', 'update', '-q'], env });
  await runOnHost({ argv: ['apt-get', 'install', '-q', '-y', '--no-install-recommends', ...packages], env });
}

/**
 * Runs `work` while holding a lock that other processes respect. If this process dies, the kernel drops the lock, since
 * the holder ends with its stdin.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const holder = spawn('flock', [path, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    holder.once('error', reject);
    holder.once('exit', (code) => {
      reject(new LabError(`flock ${path} ended with ${String(code)}`));
    });
    holder.stdout.once('data', () => {
      resolve();
    });
  });
  try {
    return await work();
  } finally {
    holder.stdin.end();
  }
}
