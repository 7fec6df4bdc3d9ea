import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseArguments } from '../../src/cli/arguments.ts';
import { commands, globalOptions } from '../../src/cli/commands.ts';
import { readPlainCall, type GivenCall } from '../../src/cli/plain-call.ts';
import { parseWithYargs } from '../../src/cli/yargs.ts';

const flags = [...new Set([...globalOptions, ...commands.flatMap(({ options }) => options)])]
  .filter(({ type }) => type === 'flag')
  .map(({ name }) => `--${name}`);
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
const odd = ['-v', '--js', '--json=yes', '--timeout', '--', '', 'a b', '"x"', '-', '--no-json', '__proto__'];

/** What a call was given, however the value is spelled. */
function normalize({ command, values }: GivenCall) {
  const isSet = (value: unknown): boolean => value === true || (Array.isArray(value) && value.includes(true));
  const set = flags.filter((flag) => isSet(values[flag.slice('--'.length)]));
  return { name: command.name, set, words: [values['words'] ?? []].flat() };
}

test('a plain call is what yargs makes of it', () => {
  const rest = fc.array(fc.constantFrom(...flags, ...words, ...names, ...odd), { maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom(...names, ...words, ...odd), rest, (name, others) => {
      const plain = readPlainCall([name, ...others]);
      if (plain !== undefined) expect(normalize(parseWithYargs([name, ...others]))).toEqual(normalize(plain));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [['list', '--json'], true],
  [['status', 'my-vdo', 'vg/pool', '--json', '--verbose'], true],
  [['stop', '/dev/mapper/my-vdo'], true],
  [['set', 'my-vdo', 'compression=on'], true],
  [['list', 'extra'], false],
  [['stop'], false],
  [['status', '-v'], false],
  [['--json', 'list'], false],
  [['wait', 'my-vdo'], false],
  [['lst'], false],
])('%j is plain: %s', (argv, isPlain) => {
  expect(readPlainCall(argv) !== undefined).toBe(isPlain);
});

test('either way an option that was not given is left to its setting, or has its default', async () => {
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
