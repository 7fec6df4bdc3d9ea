import process from 'node:process';
import * as z from 'zod/mini';
import { looking, type Command, type CommandResult } from '../../model/command.ts';
import { treeFactsSchema } from '../../model/account-schema.ts';
import type { RunOptions } from '../host.ts';
import type { TreeOptions, TreeQuestion, TreeReading } from '../tree.ts';
import { treeWord } from './tree-word.ts';

const lineSchema = z.union([
  treeFactsSchema,
  z.strictObject({ bytesSoFar: z.number() }),
  z.strictObject({ failed: z.string() }),
]);

type Line = z.infer<typeof lineSchema>;

type RunCommand = (command: Command, options?: RunOptions) => Promise<CommandResult>;

/** Has the program itself read the tree, in a process of its own. */
export async function readTree(
  run: RunCommand,
  program: string,
  question: TreeQuestion,
  { timeLimitMs, signal, onProgress }: TreeOptions,
): Promise<TreeReading> {
  const command = looking(process.execPath, [program, treeWord, JSON.stringify(question)], timeLimitMs);
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

function parseLine(text: string): Line | undefined {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
