import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findBuild } from '../builds.ts';
import { requireDocumented } from '../manual/documented.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A copy of the built program, and a directory where its simulated host is kept. */
export interface Program {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs it to its end, without a terminal. */
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** Runs shell text in which `vdoctl` is the program. */
  shell(line: string, env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** Resets the simulated host to the beginning of its story. */
  reset(): void;
  remove(): void;
}

/**
 * @param speed simulated seconds per real second. Time limits are simulated too: a quarter of an hour must be more than
 * a call takes on a busy machine.
 */
export async function buildProgram(speed = 40): Promise<Program> {
  const directory = mkdtempSync(path.join(tmpdir(), 'vdoctl-cli-'));
  const file = path.join(directory, 'vdoctl');
  copyFileSync(await findBuild('src/entry/main.ts'), file);
  const state = path.join(directory, 'state');
  const env: NodeJS.ProcessEnv = {
    PATH: `${directory}:${path.dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: '/nonexistent',
    XDG_STATE_HOME: state,
    VDOCTL_SIMULATED_SPEED: String(speed),
    TERM: 'xterm-256color',
  };
  return {
    file,
    env,
    async run(args, more = {}) {
      const ended = await runToEnd(process.execPath, [file, ...args], { ...env, ...more });
      if (ended.code !== null) requireDocumented(args, ended.code);
      return ended;
    },
    shell: (line, more = {}) => runToEnd('bash', ['-c', line], { ...env, ...more }),
    reset() {
      rmSync(state, { recursive: true, force: true });
    },
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function runToEnd(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}
