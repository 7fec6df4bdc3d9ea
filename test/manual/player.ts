import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Program } from '../cli/program.ts';
import { readScript, readSession, type Exchange } from './page-reader.ts';

/** Plays the sessions of a page, on a fresh simulated host of its own. */
export class Player {
  readonly #program: Program;
  readonly #directory: string;

  /** @param program calls of `vdoctl` in a session run this, with `--simulate` */
  constructor(program: Program) {
    this.#program = program;
    this.#directory = mkdtempSync(path.join(path.dirname(program.file), 'session-'));
    const bin = path.join(this.#directory, 'bin');
    mkdirSync(bin, { recursive: true });
    const vdoctl = path.join(bin, 'vdoctl');
    writeFileSync(vdoctl, `#!/bin/sh\nexec '${process.execPath}' '${program.file}' "$@" --simulate\n`);
    chmodSync(vdoctl, 0o755);
  }

  /** Puts the scripts of a page where its sessions call them. */
  write(displays: readonly string[]): void {
    for (const display of displays) {
      const script = readScript(display);
      if (script !== undefined) writeFileSync(path.join(this.#directory, script.name), script.text);
    }
  }

  /** Types a session's lines in one shell, once. Returns what each printed, stdout and stderr together. */
  async play(display: string): Promise<readonly Exchange[]> {
    const session = readSession(display);
    if (session === undefined) throw new Error(`no session: ${display}`);
    const mark = '<<another>>';
    const lines = session.map(
      ({ typed }) => `(exit "$status")\n${typed}\nstatus=$?\nprintf '%s\\n' '${mark}'`,
    );
    const script = ['exec 2>&1', `cd '${this.#directory}'`, 'PATH=$PWD/bin:$PATH', 'status=0', ...lines];
    // Each simulated call reads its files and writes them anew: a session is typed slowly enough for that.
    const env = { XDG_STATE_HOME: path.join(this.#directory, 'state') };
    const { stdout } = await this.#program.shell(script.join('\n'), env);
    const printed = stdout.split(`${mark}\n`);
    return session.map(({ typed }, index) => ({ typed, printed: printed[index] ?? '' }));
  }
}

/** Blanks the percentages of recoveries: they depend on the moment of the look. */
export function forgetMoments(exchanges: readonly Exchange[]): readonly Exchange[] {
  return exchanges.map(({ typed, printed }) => ({
    typed,
    printed: printed
      .replaceAll(/recovering( +)\d\d%/g, 'recovering$1NN%')
      .replaceAll(/\d{4}-\d\d-\d\dT\d{6}Z/g, 'TIME'),
  }));
}
