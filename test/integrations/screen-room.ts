import path from 'node:path';
import { findStatePath } from '../../src/simulator/make-host.ts';
import { createFileStore } from '../../src/simulator/world/store.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { buildProgram, type Ended, type Program } from '../cli/program.ts';
import type { Size } from '../ui/session.ts';
import { TmuxWindow } from './tmux.ts';

export interface Opening {
  readonly size?: Size;
  readonly story: (now: number) => World;
  /** Simulated seconds per real second. */
  readonly speed?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** The command that runs in the terminal instead of the screen. */
  readonly words?: readonly string[];
}

export interface Opened {
  readonly window: TmuxWindow;
  /** Runs the program on the same host, beside the screen, without a terminal. */
  readonly run: (...args: readonly string[]) => Promise<Ended>;
  /** Lets simulated time pass at once, in milliseconds. */
  readonly pass: (ms: number) => void;
}

export const usualSize: Size = { columns: 80, rows: 24 };

/** The window stays open and shows the exit code: tmux itself at times misses how the screen ended. */
const tellingItsEnd = '"$@"; echo "exit code $?"; read -r _';

/** The built program, simulated hosts for it, and terminals to run it in. */
export class ScreenRoom {
  readonly program: Program;
  readonly #windows: TmuxWindow[] = [];

  private constructor(program: Program) {
    this.program = program;
  }

  static async build(): Promise<ScreenRoom> {
    return new ScreenRoom(await buildProgram());
  }

  /** Opens the screen in a terminal, on a fresh simulated host of its own. */
  open({ size = usualSize, story, speed = 1, env = {}, words }: Opening): Opened {
    const { program } = this;
    const home = path.join(path.dirname(program.file), `host-${String(this.#windows.length)}`);
    const whole = { ...program.env, XDG_STATE_HOME: home, VDOCTL_SIMULATED_SPEED: String(speed), ...env };
    createFileStore(findStatePath(whole)).write(story(Date.now()));
    const window = new TmuxWindow(
      words ?? ['/bin/sh', '-c', tellingItsEnd, 'sh', process.execPath, program.file, '--simulate'],
      size,
      {
        ...whole,
        // What tmux calls its terminal.
        TERM: 'tmux-256color',
        LC_ALL: 'C.UTF-8',
      },
    );
    this.#windows.push(window);
    const same = { XDG_STATE_HOME: home, VDOCTL_SIMULATED_SPEED: String(speed) };
    const pass = (ms: number): void => {
      const store = createFileStore(findStatePath(whole));
      store.alone(() => {
        const world = store.read();
        if (world !== undefined) store.write({ ...world, savedAt: world.savedAt - ms / speed });
      });
    };
    return { window, run: (...args) => program.run([...args, '--simulate'], same), pass };
  }

  /** Closes every terminal, whatever runs in it. */
  closeAll(): void {
    for (const window of this.#windows) window.close();
  }

  remove(): void {
    this.closeAll();
    this.program.remove();
  }
}
