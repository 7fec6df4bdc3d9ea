import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { findCommand } from '../../src/cli/commands.ts';
import { parseArguments } from '../../src/cli/arguments.ts';

/** Every call of vdoctl that README and the pages about other tools name can be made as it stands there. */

const files = ['README.md', 'docs/coming-from.md'];

/** What stands between backticks and begins with `vdoctl`; the words `COMMAND` and `…` stand for any. */
function listCalls(text: string): readonly string[] {
  const prose = text.replace(/^```[^]*?^```/gm, '');
  const calls = [...prose.matchAll(/`(?:npx )?vdoctl ([^`]+)`/g)].map(([, words = '']) => words);
  const alone = calls.map((words) => words.replace(/ \\?\|.*/, ''));
  return [...new Set(alone)].filter((words) => !/COMMAND|…|\[|^--simulate$/.test(words));
}

const calls = files.flatMap((file) => listCalls(readFileSync(file, 'utf8')).map((call) => ({ file, call })));

test('there are some in each', () => {
  for (const file of files) expect(calls.filter((each) => each.file === file).length).toBeGreaterThan(10);
});

test.each(calls)('$file: vdoctl $call', async ({ call }) => {
  const words = Array.from(call.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? '');
  // One word only names the command.
  const command = words.length === 1 ? findCommand(words[0] ?? '') : (await parseArguments(words)).command;
  expect(words).toContain(command?.name);
});
