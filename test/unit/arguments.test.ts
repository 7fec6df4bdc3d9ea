import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseArguments } from '../../src/cli/arguments.ts';
import { commands, globalOptions } from '../../src/cli/commands.ts';
import { describeWrongCall } from '../../src/cli/wrong-call.ts';

const options = [...globalOptions, ...commands.flatMap(({ options: own }) => own)];
const flags = options.filter(({ type }) => type === 'flag').map(({ name }) => `--${name}`);
const valued = ['--timeout', '--timeout=5m', '-o', '--for', '--for=index', '--stack=dm', '--device=/dev/vdb'];
const words = [
  'my-vdo',
  'vg/pool',
  '/dev/mapper/x',
  '6',
  '0x1f',
  '1e3',
  '4.50',
  'true',
  'false',
  'a.b',
  'a=b',
];
const names = commands.map(({ name }) => name);
const odd = [
  '-v',
  '-qx',
  '--js',
  '--json=yes',
  '-5',
  '',
  'a b',
  '"x"',
  '--no-json',
  '__proto__',
  '--__proto__',
];

test('yargs finds something wrong with the calls that its parser does not make sense of, and with no others', async () => {
  const rest = fc.array(fc.constantFrom(...flags, ...valued, ...words, ...names, ...odd), { maxLength: 5 });
  const call = fc
    .tuple(fc.constantFrom(...names, ...words, ...odd), rest)
    .map(([first, more]) => [first, ...more]);
  await fc.assert(
    fc.asyncProperty(call, async (argv) => {
      const failure: unknown = await parseArguments(argv).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) expect(describeWrongCall(argv)).toBe('');
      else expect(failure).not.toMatchObject({ problem: { kind: 'usage', message: '' } });
      if (failure !== undefined) expect(failure).toMatchObject({ problem: { kind: 'usage' } });
    }),
    { numRuns: 300 },
  );
});

test.each([
  [['lst'], 'unknown command: lst; did you mean list?'],
  [['frobnicate', '--json'], 'unknown command: frobnicate'],
  [['list', 'extra'], 'unknown argument: extra'],
  [['wait', 'x', '--bogus'], 'unknown argument: bogus; missing required argument: for'],
])('%j: in one sentence, all that is wrong', (argv, says) => {
  expect(describeWrongCall(argv)).toBe(says);
});

test.each([
  [['--json', 'list'], 'list', ['json']],
  [['list', '-qv', '--json'], 'list', ['json', 'quiet', 'verbose']],
  [['metrics', '-o', 'status'], 'metrics', []],
  [['-o', 'status', 'metrics'], 'metrics', []],
  [['status', '--', 'a'], 'status', []],
])('%j is %s', async (argv, name, set) => {
  const { command, flags: given } = await parseArguments(argv);
  expect([command.name, [...given].sort()]).toEqual([name, set]);
});

test('an option that was not given is left to its setting, or has its default', async () => {
  for (const argv of [
    ['start', 'my-vdo'],
    ['start', 'my-vdo', '-q'],
  ])
    expect((await parseArguments(argv)).durations).toEqual(new Map());
  const { texts } = await parseArguments(['create', 'my-vdo', '--device', '/dev/vdb']);
  expect(texts.get('compression')).toBe('on');
});

test.each(['status', 'check', 'recover', 'stop', 'cleanup'])(
  'a lone dash or an empty word is no name: %s would mean every volume',
  async (command) => {
    for (const word of ['-', ''])
      await expect(parseArguments([command, word])).rejects.toMatchObject({ problem: { kind: 'usage' } });
  },
);
