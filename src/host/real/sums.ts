import process from 'node:process';
import * as z from 'zod/mini';
import { changing, looking, type Command, type CommandResult } from '../../model/command.ts';
import { pathsSchema } from '../../model/account-schema.ts';
import type { RunOptions } from '../host.ts';
import type { SumsOptions, SumsQuestion, SumsReading } from '../sums.ts';
import { sumsWord } from './sums-word.ts';

const factsSchema = z.strictObject({
  files: z.number(),
  bytes: z.number(),
  filesRead: z.number(),
  unreadable: pathsSchema,
  differing: pathsSchema,
  missing: pathsSchema,
  more: pathsSchema,
});
const lineSchema = z.union([
  factsSchema,
  z.strictObject({ bytesSoFar: z.number() }),
  z.strictObject({ failed: z.string() }),
]);

type RunCommand = (command: Command, options?: RunOptions) => Promise<CommandResult>;

/** Has the program itself sum the files, in a process of its own. */
export async function sumFiles(
  run: RunCommand,
  program: string,
  question: SumsQuestion,
  { timeLimitMs, signal, onProgress }: SumsOptions,
): Promise<SumsReading> {
  const make = question.kind === 'write' ? changing : looking;
  const command = make(process.execPath, [program, sumsWord, JSON.stringify(question)], timeLimitMs);
  const result = await run(command, {
    ifStopped: 'killed',
    ...(signal === undefined ? {} : { signal }),
    onLine: (text) => {
      const line = parseLine(text);
      if (line !== undefined && 'bytesSoFar' in line) onProgress?.(line.bytesSoFar);
    },
  });
  if (result.outcome.kind === 'aborted') return { kind: 'stopped' };
  if (result.outcome.kind === 'timed-out') return { kind: 'no-answer' };
  const last = parseLine(result.stdout.trimEnd().split('\n').at(-1) ?? '');
  if (last !== undefined && 'files' in last) return { kind: 'read', ...last };
  const why = last !== undefined && 'failed' in last ? last.failed : result.stderr.trim().slice(0, 300);
  return { kind: 'failed', reason: why === '' ? result.outcome.kind : why };
}

function parseLine(text: string): z.infer<typeof lineSchema> | undefined {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
