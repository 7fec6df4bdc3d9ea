import { expect, test } from 'vitest';

import { keepInLog, mostLogged } from '../../src/host/log.ts';
import { looking, type CommandResult, type LoggedCommand } from '../../src/model/command.ts';

test('a log keeps no output, and of the commands the latest', () => {
  const log: LoggedCommand[] = [];
  const results = Array.from({ length: mostLogged + 5 }, (_, index): CommandResult => ({
    command: looking('dmsetup', [String(index)]),
    outcome: { kind: 'exited', code: 0 },
    stdout: 'much',
    stderr: 'more',
    startedAt: index,
    durationMs: 1,
  }));
  for (const result of results) keepInLog(log, result);
  expect(log).toHaveLength(mostLogged);
  expect(log[0]).toEqual({
    command: results[5]?.command,
    outcome: results[5]?.outcome,
    startedAt: 5,
    durationMs: 1,
  });
  expect(log.at(-1)?.startedAt).toBe(mostLogged + 4);
});
