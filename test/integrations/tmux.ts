import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Driven } from '../ui/scenes.ts';
import type { Size } from '../ui/session.ts';

const pollMs = 50;
const patienceMs = 30_000;

/** A window of tmux(1) without the user's settings: a real terminal for a real program. */
export class TmuxWindow implements Driven {
  readonly #socket = `vdoctl-test-${randomUUID()}`;

  constructor(words: readonly string[], { columns, rows }: Size, env: NodeJS.ProcessEnv) {
    const given = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value ?? ''}`]);
    const size = ['-x', String(columns), '-y', String(rows)];
    // The window does not inherit the rest of this process's environment, which may hold a NO_COLOR. tmux itself needs
    // the PATH.
    const options = { env: { PATH: env['PATH'], LC_ALL: 'C.UTF-8' } };
    const start = ['-u', '-L', this.#socket, '-f', '/dev/null', 'new-session', '-d', ...size, ...given];
    execFileSync('tmux', [...start, '--', 'env', '-u', 'TMUX', ...words], options);
    this.#tell('set-option', '-g', 'status', 'off');
    this.#tell('resize-window', ...size);
  }

  #tell(...words: readonly string[]): string {
    return execFileSync('tmux', ['-u', '-L', this.#socket, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** The text in the window. */
  text(): string {
    return this.#tell('capture-pane', '-p').trimEnd();
  }

  /** The same, with the colours that the program set. */
  colored(): string {
    return this.#tell('capture-pane', '-p', '-e');
  }

  /** A variable that tmux knows of the window, such as `alternate_on`, `cursor_flag`, `pane_pid`. */
  ask(variable: string): string {
    return this.#tell('display-message', '-p', `#{${variable}}`).trim();
  }

  /** Types each key. `until` waits for what that shows. */
  press(...keys: readonly string[]): Promise<void> {
    for (const key of keys)
      this.#tell('send-keys', '-H', ...Array.from(Buffer.from(key), (byte) => byte.toString(16)));
    return Promise.resolve();
  }

  /** Resizes the terminal at once; the screen hears of it later. */
  resize({ columns, rows }: Size): void {
    this.#tell('resize-window', '-x', String(columns), '-y', String(rows));
  }

  async until(what: string | RegExp | ((text: string) => boolean)): Promise<void> {
    const limit = Date.now() + patienceMs;
    for (;;) {
      const text = this.text();
      const isSo =
        typeof what === 'function'
          ? what(text)
          : typeof what === 'string'
            ? text.includes(what)
            : what.test(text);
      if (isSo) return;
      if (Date.now() > limit) throw new Error(`it does not come to ${String(what)}, but shows:\n${text}`);
      await sleep(pollMs);
    }
  }

  /** Closes the terminal: the program in it gets a SIGHUP. */
  close(): void {
    try {
      this.#tell('kill-server');
    } catch {
      // Already closed.
    }
  }
}
