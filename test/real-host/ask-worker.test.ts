import * as z from 'zod/mini';
import { describe, expect, test } from 'vitest';

import { askWorker } from '../../src/host/real/ask-worker.ts';
import { looking, type CommandOutcome } from '../../src/model/command.ts';

const answer = z.strictObject({ files: z.number() });

/** Asks a worker that prints these lines and ends so. */
async function ask(lines: readonly string[], outcome: CommandOutcome, stderr = '') {
  const told: number[] = [];
  const reading = await askWorker(
    (command, { onLine } = {}) => {
      for (const line of lines) onLine?.(line);
      const stdout = lines.map((line) => `${line}\n`).join('');
      return Promise.resolve({ command, outcome, stdout, stderr, startedAt: 0, durationMs: 0 });
    },
    { program: '/vdoctl', word: '--work', question: { path: '/a' }, make: looking, answer },
    { timeLimitMs: 1000, onProgress: (bytes) => told.push(bytes) },
  );
  return { reading, told };
}

const ended: CommandOutcome = { kind: 'exited', code: 0 };

describe('a worker that is asked', () => {
  test('tells how far it is, and answers with its last line', async () => {
    expect(await ask(['{"bytesSoFar":5}', 'odd', '{"files":2}'], ended)).toEqual({
      reading: { kind: 'read', files: 2 },
      told: [5],
    });
  });

  test.each<[CommandOutcome, string]>([
    [{ kind: 'aborted' }, 'stopped'],
    [{ kind: 'timed-out', pid: 7, ended: false }, 'no-answer'],
  ])('%j is no answer, whatever was printed until then', async (outcome, kind) => {
    expect((await ask(['{"files":2}'], outcome)).reading).toEqual({ kind });
  });

  test.each([
    [['{"failed":"ENOENT"}'], '', 'ENOENT'],
    [['{"files":"two"}'], 'a stack trace', 'a stack trace'],
    [[], '', 'exited'],
  ])('%j and %j say why there is none', async (lines, stderr, reason) => {
    expect((await ask(lines, ended, stderr)).reading).toEqual({ kind: 'failed', reason });
  });
});
