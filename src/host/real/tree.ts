import { looking } from '../../model/command.ts';
import { treeFactsSchema } from '../../model/account-schema.ts';
import type { Host } from '../host.ts';
import type { TreeQuestion, TreeReading } from '../tree.ts';
import type { WorkerOptions } from '../worker.ts';
import { askWorker } from './ask-worker.ts';
import { treeWord } from './tree-word.ts';

/** Has the program itself read the tree, in a process of its own. */
export function readTree(
  run: Host['run'],
  program: string,
  question: TreeQuestion,
  options: WorkerOptions,
): Promise<TreeReading> {
  const errand = { program, word: treeWord, question, make: looking, answer: treeFactsSchema };
  return askWorker(run, errand, options);
}
