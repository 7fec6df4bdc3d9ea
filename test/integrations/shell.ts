import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findBuild } from '../builds.ts';

/** Directories for shells; the first in the PATH holds a `vdoctl` that prints its words instead of acting. */
export class ShellRoom {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'vdoctl-shells-'));
  readonly env: NodeJS.ProcessEnv;

  constructor() {
    this.env = {
      PATH: `${this.directory}:${path.dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: this.directory,
      ZDOTDIR: this.directory,
      XDG_STATE_HOME: path.join(this.directory, 'state'),
      XDG_CONFIG_HOME: path.join(this.directory, 'config'),
      XDG_DATA_HOME: path.join(this.directory, 'data'),
      TERM: 'xterm',
    };
  }

  /** Writes the `vdoctl` of the shells: asked for names, it calls the built program on the simulated host. */
  async build(): Promise<void> {
    const program = path.join(this.directory, 'vdoctl.cjs');
    copyFileSync(await findBuild('src/entry/main.ts'), program);
    this.addProgram('vdoctl', [
      `[ "$1" != __complete ] || { shift; exec '${process.execPath}' '${program}' __complete --simulate "$@"; }`,
      `[ -z "$REALLY" ] || exec '${process.execPath}' '${program}' "$@"`,
      `printf 'BEGIN'; printf '<%s>' "$@"; printf 'END\\n'`,
    ]);
  }

  addProgram(name: string, lines: readonly string[]): void {
    const file = path.join(this.directory, name);
    writeFileSync(file, `#!/bin/sh\n${lines.join('\n')}\n`);
    chmodSync(file, 0o755);
  }

  /** Writes a file below the room's directory. */
  write(name: string, text: string): string {
    const file = path.join(this.directory, name);
    writeFileSync(file, text);
    return file;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** For the settings of a shell: its prompt shows when it takes input. */
export const setPrompt = "PS1='READY> '\n";

/** An interactive shell on a terminal of its own. */
export class Shell {
  readonly #child: ChildProcessWithoutNullStreams;
  #output = '';
  #heard: () => void = () => undefined;

  constructor(room: ShellRoom, command: string) {
    const child = spawn('script', ['--quiet', '--command', command, '/dev/null'], { env: room.env });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      this.#heard();
    });
    this.#child = child;
  }

  /** Waits until the shell takes input. */
  async ready(): Promise<void> {
    await this.#hear(/READY> /);
  }

  /** Types a line, keys included, and returns the words of the resulting call of vdoctl. */
  async type(keys: string): Promise<readonly string[]> {
    this.#output = '';
    this.#child.stdin.write(`${keys}\n`);
    const [, words = ''] = await this.#hear(/BEGIN(.*?)END/s);
    return Array.from(words.matchAll(/<([^>]*)>/g), ([, word = '']) => word);
  }

  /** Types a line that itself calls no vdoctl. */
  async prepare(line: string): Promise<void> {
    await this.type(`${line}; vdoctl prepared`);
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  async #hear(what: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = what.exec(this.#output);
      if (found !== null) return found;
      await new Promise<void>((resolve) => (this.#heard = resolve));
    }
  }
}
