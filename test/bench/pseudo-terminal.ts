import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/**
 * Ink begins each frame with this (synchronized update): the terminal holds back output until the whole frame is there.
 */
const frameBegins = '\u001b[?2026h';
interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What the program has written so far. */
export interface Written {
  readonly frames: number;
  readonly bytes: number;
}

/** A program in a pseudo-terminal, by script(1) of util-linux. */
export class PseudoTerminal {
  readonly #script: ChildProcess;
  readonly #ended: Promise<number | null>;
  readonly #listeners = new Set<() => void>();
  #frame = '';
  #frames = 0;
  #bytes = 0;

  constructor(words: readonly string[], { columns, rows }: Size) {
    const quoted = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
    const command = `stty cols ${String(columns)} rows ${String(rows)}; exec ${quoted}`;
    this.#script = spawn('script', ['-qefc', command, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    });
    this.#ended = new Promise((resolve, reject) => {
      this.#script.once('error', reject);
      this.#script.once('exit', resolve);
    });
    this.#script.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#take(text);
    });
  }

  get written(): Written {
    return { frames: this.#frames, bytes: this.#bytes };
  }

  /** The last frame, as far as it has arrived: the lines that changed, without colours. */
  get frame(): string {
    return stripVTControlCharacters(this.#frame);
  }

  press(keys: string): void {
    this.#script.stdin?.write(keys);
  }

  /** Resolves as soon as the program has written a frame for which `isSo` is true. */
  until(what: string, isSo: (frame: string) => boolean, limitMs = 60_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!isSo(this.frame)) return;
        clearTimeout(timer);
        this.#listeners.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#listeners.delete(look);
        reject(new Error(`not so in ${String(limitMs)} ms: ${what}\n${this.frame}`));
      }, limitMs);
      this.#listeners.add(look);
      look();
    });
  }

  /** The pid of the program itself: the shell that script(1) starts execs it. */
  get pid(): number {
    const own = String(this.#script.pid);
    const [child] = fs.readFileSync(`/proc/${own}/task/${own}/children`, 'utf8').trim().split(' ');
    if (child === undefined || child === '') throw new Error('the program does not run');
    return Number(child);
  }

  /** Resolves with the program's exit code. */
  end(): Promise<number | null> {
    return this.#ended;
  }

  kill(): void {
    this.#script.kill('SIGKILL');
  }

  #take(text: string): void {
    this.#bytes += Buffer.byteLength(text);
    const frames = (this.#frame + text).split(frameBegins);
    this.#frames += frames.length - 1;
    this.#frame = frames.at(-1) ?? '';
    for (const listener of this.#listeners) listener();
  }
}
