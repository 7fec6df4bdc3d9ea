import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { parseArguments } from '../../src/cli/arguments.ts';
import { commands, globalOptions } from '../../src/cli/commands.ts';
import { buildProgram, type Program } from './program.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => {
  program.remove();
});

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
/** The words of a text, however it is wrapped. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

function expectNarrow(text: string): void {
  // Lines of examples are never broken: people copy them.
  const tooLong = text.split('\n').filter((line) => line.length > 80 && !line.startsWith('  vdoctl '));
  expect(tooLong).toEqual([]);
}

test.each([['--version'], ['list', '--version'], ['--version', 'nonsense']])(
  '%j: the version',
  async (...args) => {
    expect(await program.run(args)).toEqual({ code: 0, stdout: `vdoctl ${version}\n`, stderr: '' });
  },
);

describe('the help', () => {
  test.each([['--help'], ['-h'], ['help']])(
    '%s names every command and option, in 80 columns',
    async (word) => {
      const { code, stdout, stderr } = await program.run([word]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const { name, summary } of commands) {
        expect(stdout).toMatch(new RegExp(`^ {2}${name}( |$)`, 'm'));
        expect(flat(stdout)).toContain(summary);
      }
      for (const { name, description } of globalOptions) {
        expect(stdout).toContain(`--${name}`);
        expect(flat(stdout)).toContain(description);
      }
      expectNarrow(stdout);
    },
  );

  test.each(commands.map((command) => [command.name, command] as const))(
    'of %s: what it does, each option and each example',
    async (name, { summary, description, positional, options, examples }) => {
      const answers = await Promise.all(
        [
          [name, '--help'],
          ['--help', name],
          [name, '-h'],
          ['help', name],
        ].map((args) => program.run(args)),
      );
      const [{ code, stdout, stderr } = { code: 1, stdout: '', stderr: '' }] = answers;
      expect(new Set(answers.map((answer) => answer.stdout)).size).toBe(1);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.startsWith(`Usage: vdoctl ${name}`)).toBe(true);
      for (const text of [`${summary}.`, ...description, positional?.description ?? ''])
        expect(flat(stdout)).toContain(text);
      for (const option of [...options, ...globalOptions]) {
        expect(stdout).toContain(`--${option.name}`);
        expect(flat(stdout)).toContain(option.description);
      }
      for (const option of options)
        if (option.default !== undefined) expect(flat(stdout)).toContain(`Default: ${option.default}.`);
      for (const example of examples) expect(stdout).toContain(`  ${example}\n`);
      expectNarrow(stdout);
    },
  );

  test('is what a call without words gets, on stderr, with 2', async () => {
    const { stdout: help } = await program.run(['--help']);
    expect(await program.run([])).toEqual({ code: 2, stdout: '', stderr: help });
  });

  test('among other flags behind one dash is help, too', async () => {
    const { stdout: help } = await program.run(['list', '--help']);
    expect(await program.run(['list', '-qh'])).toEqual({ code: 0, stdout: help, stderr: '' });
  });

  test('behind -- is no help', async () => {
    expect((await program.run(['stop', '--simulate', '--', '--help'])).code).toBe(2);
  });
});

describe('examples', () => {
  const examples = commands.flatMap((command) =>
    command.examples.map((example) => ({ name: command.name, example })),
  );

  test.each(examples)('$example can be called', async ({ name, example }) => {
    const [line = ''] = example.split(/ [|>] /);
    const [program, ...args] = line.split(' ');
    expect(program).toBe('vdoctl');
    expect((await parseArguments(args)).command.name).toBe(name);
  });

  test.each(commands.map(({ name, examples: own }) => [name, own.length]))(
    'there is one for %s',
    (_name, count) => {
      expect(count).toBeGreaterThan(0);
    },
  );
});
