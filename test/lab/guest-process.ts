import type { LabError, OutputSoFar } from './errors.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ExecResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Measured in the guest, from start to end. */
  readonly ms: number;
}

export interface ExitReport {
  readonly code: number | null;
  readonly signal: string | null;
  readonly ms: number;
}

export type AgentRequest =
  | { readonly op: 'write'; readonly data: string }
  | { readonly op: 'end' }
  | { readonly op: 'kill'; readonly signal: string }
  | ({ readonly op: 'resize' } & TerminalSize);

/** A command that runs in the guest. Its output is kept; `wait` returns all of it. */
export class GuestProcess {
  readonly argv: readonly string[];
  pid: number | undefined;
  readonly #ask: (request: AgentRequest) => void;
  readonly #chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  readonly #listeners = new Set<(chunk: Buffer) => void>();
  readonly #ended: Promise<ExitReport>;
  #resolve: (report: ExitReport) => void = () => {};
  #reject: (error: Error) => void = () => {};
  #running = true;

  constructor(argv: readonly string[], ask: (request: AgentRequest) => void) {
    this.argv = argv;
    this.#ask = ask;
    this.#ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // If nobody waits for the process, its death in a reset is no error of the test.
    this.#ended.catch(() => {});
  }

  get running(): boolean {
    return this.#running;
  }

  /** The output so far. Under a terminal everything is in stdout. */
  output(): OutputSoFar {
    return {
      stdout: Buffer.concat(this.#chunks.stdout).toString(),
      stderr: Buffer.concat(this.#chunks.stderr).toString(),
    };
  }

  onOutput(listener: (chunk: Buffer) => void): void {
    this.#listeners.add(listener);
  }

  write(text: string | Uint8Array): void {
    this.#ask({ op: 'write', data: Buffer.from(text).toString('base64') });
  }

  endInput(): void {
    this.#ask({ op: 'end' });
  }

  /** Signals the command's process group; under a terminal, the command and not the terminal. */
  kill(signal: NodeJS.Signals): void {
    this.#ask({ op: 'kill', signal });
  }

  resize(size: TerminalSize): void {
    this.#ask({ op: 'resize', ...size });
  }

  /** Resolves when the command ends; rejects with GuestGoneError if the machine restarts first. */
  async wait(): Promise<ExecResult> {
    const { code, signal, ms } = await this.#ended;
    return { code, signal, ms, ...this.output() };
  }

  takeOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this.#chunks[stream].push(chunk);
    for (const listener of this.#listeners) listener(chunk);
  }

  end(report: ExitReport): void {
    this.#running = false;
    this.#resolve(report);
  }

  fail(error: LabError): void {
    this.#running = false;
    this.#reject(error);
  }
}
