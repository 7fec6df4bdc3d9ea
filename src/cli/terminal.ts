import type { Printed } from './print.ts';

/**
 * What the program is connected to. Only the entry point makes one, so everything else can be tried without a terminal.
 */
export interface Terminal {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Whether a person can be asked: stdin is a terminal, and so is stderr, where the question appears. */
  readonly canAsk: boolean;
  readonly color: boolean;
  /** Reads one line after showing a question; undefined when the input ends or the question is aborted. */
  ask(question: Printed, signal: AbortSignal): Promise<string | undefined>;
  readonly environment: Environment;
  /** Aborted by SIGINT, SIGTERM or SIGHUP, with the signal's name as reason. */
  readonly interrupted: AbortSignal;
}

/** The environment variables. */
export type Environment = Readonly<Partial<Record<string, string>>>;

export interface TextStream {
  readonly isTerminal: boolean;
  /** The width of the terminal; 80 without one. */
  readonly columns: number;
  /** The height of the terminal; absent without one. */
  readonly rows?: number;
  /** Whether its reader went away, such as `| head`; absent where none can. */
  readonly isGone?: boolean;
  write(text: Printed): void;
}
