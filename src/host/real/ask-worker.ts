import process from 'node:process';
import * as z from 'zod/mini';
import type { Command, CommandResult, PlannedCommand } from '../../model/command.ts';
import type { RunOptions } from '../host.ts';
import type { Unanswered, WorkerOptions } from '../worker.ts';

type RunCommand = (command: Command, options?: RunOptions) => Promise<CommandResult>;

/** What a worker is asked, and how its answer is read. */
export interface Errand<T> {
  /** The program's own file. */
  readonly program: string;
  /** The first argument, which tells the program to do only this. */
  readonly word: string;
  readonly question: object;
  /** Whether it only looks, or changes something. */
  readonly make: (file: string, args: readonly string[], timeLimitMs: number) => PlannedCommand;
  /** Of the last line that it prints. */
  readonly answer: z.ZodMiniType<T>;
}

const progressSchema = z.strictObject({ bytesSoFar: z.number() });
const failureSchema = z.strictObject({ failed: z.string() });

/**
 * Has the program itself read files, in a process of its own: a read from a device that hangs cannot be ended. It prints
 * lines of JSON: how far it is, then the answer, or why there is none.
 */
export async function askWorker<T extends object>(
  run: RunCommand,
  { program, word, question, make, answer }: Errand<T>,
  { timeLimitMs, signal, onProgress }: WorkerOptions,
): Promise<({ readonly kind: 'read' } & T) | Unanswered> {
  const command = make(process.execPath, [program, word, JSON.stringify(question)], timeLimitMs);
  const result = await run(command, {
    ifStopped: 'killed',
    ...(signal === undefined ? {} : { signal }),
    onLine: (text) => {
      const line = parseLine(text, progressSchema);
      if (line !== undefined) onProgress?.(line.bytesSoFar);
    },
  });
  if (result.outcome.kind === 'aborted') return { kind: 'stopped' };
  if (result.outcome.kind === 'timed-out') return { kind: 'no-answer' };
  const last = result.stdout.trimEnd().split('\n').at(-1) ?? '';
  const found = parseLine(last, answer);
  if (found !== undefined) return { kind: 'read', ...found };
  const why = parseLine(last, failureSchema)?.failed ?? result.stderr.trim().slice(0, 300);
  return { kind: 'failed', reason: why === '' ? result.outcome.kind : why };
}

function parseLine<T>(text: string, schema: z.ZodMiniType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
