import * as z from 'zod/mini';
import { changing, looking } from '../../model/command.ts';
import { pathsSchema } from '../../model/account-schema.ts';
import type { Host } from '../host.ts';
import type { SumsQuestion, SumsReading } from '../sums.ts';
import type { WorkerOptions } from '../worker.ts';
import { askWorker } from './ask-worker.ts';
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

/** Has the program itself sum the files, in a process of its own. */
export function sumFiles(
  run: Host['run'],
  program: string,
  question: SumsQuestion,
  options: WorkerOptions,
): Promise<SumsReading> {
  const make = question.kind === 'write' ? changing : looking;
  return askWorker(run, { program, word: sumsWord, question, make, answer: factsSchema }, options);
}
