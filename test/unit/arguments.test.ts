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
  [['lst'], 'unknown command: lst (did you mean list?)'],
  [['stauts', 'mail'], 'unknown command: stauts (did you mean status?)'],
  [['stauts', 'list'], 'unknown command: stauts (did you mean status?)'],
  [['rm', 'mail'], 'unknown command: rm (did you mean remove?)'],
  [['growLogical', 'mail'], 'unknown command: growLogical (did you mean grow?)'],
  [['frobnicate', '--json'], 'unknown command: frobnicate'],
  [['--json'], 'a command is missing'],
  [['--jsno'], 'unknown option: --jsno (did you mean --json?); a command is missing'],
  [['--jsno', 'list'], 'unknown option: --jsno (did you mean --json?)'],
  [['grow', 'x', '--logcal=1G'], 'unknown option: --logcal (did you mean --logical?)'],
  [['config', 'extra'], 'unknown argument: extra'],
  [['list', '-x'], 'unknown option: -x'],
  [['wait', 'x', '--bogus'], 'unknown option: --bogus; the option --for is missing'],
])('%j: in one sentence, all that is wrong', (argv, says) => {
  expect(describeWrongCall(argv)).toBe(says);
});

test.each([
  [['--json', 'list'], 'list', ['json']],
  [['list', '-qv', '--json'], 'list', ['json', 'quiet', 'verbose']],
  [['metrics', '-o', 'status'], 'metrics', []],
  [['-o', 'status', 'metrics'], 'metrics', []],
  [['list', '--sort', '-free', '-Honame,free', 'my-vdo'], 'list', ['noheadings']],
  [['list', '-qHoname'], 'list', ['noheadings', 'quiet']],
  [['status', '--', 'a'], 'status', []],
])('%j is %s', async (argv, name, set) => {
  const { command, flags: given } = await parseArguments(argv);
  expect([command.name, [...given].sort()]).toEqual([name, set]);
});

test.each([
  [['create', 'x', '--device', '/dev/vdb', '--logical', '5G'], 'logical-size', 5 * 1024 ** 3],
  [['create', 'x', '--device', '/dev/vdb', '--logical-size', '5G'], 'logical-size', 5 * 1024 ** 3],
  [['grow', 'x', '--logical-size=5G'], 'logical', 5 * 1024 ** 3],
  [['grow', 'x', '--logical', '5G'], 'logical', 5 * 1024 ** 3],
])('%j: either spelling is the same option', async (argv, name, bytes) => {
  const { sizes } = await parseArguments(argv);
  expect(sizes).toEqual(new Map([[name, { bytes, isMore: false }]]));
});

test('both spellings at once are one option too many', async () => {
  await expect(
    parseArguments(['grow', 'x', '--logical', '5G', '--logical-size', '6G']),
  ).rejects.toMatchObject({ problem: { message: '--logical is given more than once' } });
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
