import { describe, expect, test } from 'vitest';

import { parseArguments } from '../../src/cli/arguments.ts';
import { commands, globalOptions } from '../../src/cli/commands.ts';
import { limitLooks } from '../../src/cli/settings/limit-looks.ts';
import { loadSettings, settingsPath, type LoadedSettings } from '../../src/cli/settings/load.ts';
import type { Environment } from '../../src/cli/terminal.ts';
import type { Files } from '../../src/host/host.ts';
import { changing, looking } from '../../src/model/command.ts';
import {
  defaultSettings,
  environmentName,
  formatSetting,
  parseSetting,
  settingSpecs,
} from '../../src/model/settings.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { createFakeFiles, problemOf, type Entry } from './fakes.ts';

async function load(
  entry: Entry | undefined,
  environment: Environment = {},
  argv: readonly string[] = ['config'],
): Promise<LoadedSettings> {
  const files = createFakeFiles(entry === undefined ? {} : { [settingsPath]: entry });
  return loadSettings(files, environment, await parseArguments(argv));
}

async function complaintOf(
  text: Entry,
  environment?: Environment,
  argv?: readonly string[],
): Promise<string> {
  const problem = await problemOf(load(text, environment, argv));
  if (problem.kind !== 'usage') throw new Error(problem.kind);
  return problem.message;
}

describe('the table of settings', () => {
  test.each(settingSpecs.map((spec) => [spec.key, spec] as const))(
    '%s: its default is a value of it, and is shown as it is written',
    (key, spec) => {
      const parsed = parseSetting(spec, spec.default);
      expect(parsed).toEqual({ kind: 'value', value: defaultSettings[key] });
      expect(formatSetting(key, defaultSettings[key])).toBe(spec.default);
    },
  );

  test('names the flags that override settings, and no others', () => {
    const options = [...globalOptions, ...commands.flatMap((command) => command.options)];
    const overriding = options.flatMap(({ name, setting }) =>
      setting === undefined ? [] : [`${setting} --${name}`],
    );
    const named = settingSpecs.flatMap(({ key, flag }) =>
      flag === undefined || flag === '--no-color' ? [] : [`${key} ${flag}`],
    );
    expect([...new Set(overriding)].sort()).toEqual(named.sort());
  });
});

/** A line for each setting; expanded, they stand for more values than fit into any memory. */
const bomb = settingSpecs
  .map(
    ({ key }, at) =>
      `${key}: &a${String(at)} [${Array(10)
        .fill(at === 0 ? 'x' : `*a${String(at - 1)}`)
        .join()}]\n`,
  )
  .join('');

describe('the file', () => {
  test('that is not there is looked for once, and nothing is loaded to read it', async () => {
    const asked: string[] = [];
    const readText: Files['readText'] = (path) => {
      asked.push(path);
      return { kind: 'missing' };
    };
    const call = await parseArguments(['list']);
    const loaded = await loadSettings({ readText } as Files, {}, call);
    expect({ asked, file: loaded.file }).toEqual({ asked: [settingsPath], file: 'missing' });
    expect(loaded.values).toEqual(defaultSettings);
  });

  test('sets what it names, and says in which line', async () => {
    const { values, sources, file } = await load(
      '# ours\n---\nspace-warning: 70\n\nspace-critical: "85%"\ntimeout: 1h\ncolours: never\ncheck-stopped: ok\n',
    );
    expect(file).toBe('read');
    expect(values).toEqual({
      ...defaultSettings,
      'space-warning': 70,
      'space-critical': 85,
      timeout: 3_600_000,
      colours: 'never',
      'check-stopped': 'ok',
    });
    expect(sources['space-critical']).toEqual({ from: 'file', where: `${settingsPath}:5` });
    expect(sources.refresh).toEqual({ from: 'default', where: null });
  });

  test('may say a value once and mean it twice', async () => {
    const { values } = await load('timeout: &long 1h\ncheck-timeout: *long\n');
    expect([values.timeout, values['check-timeout']]).toEqual([3_600_000, 3_600_000]);
  });

  test('may have a time as a plain number of seconds', async () => {
    const { values } = await load('timeout: 90\nstalled-after: 1h30m\n');
    expect([values.timeout, values['stalled-after']]).toEqual([90_000, 5_400_000]);
  });

  test('of very many lines is refused at its first that is off, without a look at each pair', async () => {
    const text = Array.from({ length: 50_000 }, (_, at) => `key${String(at)}: 1\n`).join('');
    expect(await complaintOf(text)).toContain(':1: there is no setting "key0"');
  });

  test.each(['', '# nothing\n', '{}\n', '---\n...\n'])('%j sets nothing', async (text) => {
    expect((await load(text)).values).toEqual(defaultSettings);
  });

  test.each<readonly [text: string, line: number, says: RegExp]>([
    [
      'timeout: 1h\nspace-warnin: 80\n',
      2,
      /no setting "space-warnin" \(did you mean space-warning\?\); the settings are timeout, /,
    ],
    ['a: 1\n\ntimeout: 1h\nb: 2\n', 1, /"a"/],
    ['timeout: 1h\n\ntimeout: 2h\n', 3, /unique/],
    ['timeout: 15x\n', 1, /timeout takes a time such as 90s, 15m or 1h30m, not "15x": x is no unit/],
    ['timeout: -15\n', 1, /not "-15": it is negative/],
    ['\ntimeout:\n', 2, /timeout takes a time .*, not null/],
    ['timeout: 8000h\n', 1, /timeout takes/],
    ['refresh: 1ms\n', 1, /refresh takes a time such as 90s, 15m or 1h30m from 0.2s to 3600s, not "1ms"/],
    ['space-warning: 0\n', 1, /a percentage from 1 to 100, such as 80, not 0/],
    ['space-warning: 101%\n', 1, /not "101%"/],
    ['space-warning: 80.5\n', 1, /not 80.5/],
    ['colours: sometimes\n', 1, /colours takes one of auto, always, never, not "sometimes"/],
    ['history-count: -1\n', 1, /history-count takes a whole number of operations from 1 to 1000000, not -1/],
    ['history-count: many\n', 1, /history-count takes a whole number/],
    ['history-days: [1]\n', 1, /history-days takes .* not \[1\]/],
    ['- timeout\n', 1, /KEY: VALUE/],
    ['timeout\n', 1, /KEY: VALUE/],
    ['timeout: "1h\n', 2, /not YAML with a line KEY: VALUE for each setting \(.*quote/i],
    ['timeout: 1h\nrefresh 1s\n', 2, /not YAML/],
    ['timeout: 1h\n\tcolours: never\n', 2, /./],
    ['timeout: 1h\n---\ncolours: never\n', 2, /./],
    ['__proto__: 1\n', 1, /__proto__/],
    ['timeout: 1h\n? [a]\n: 1\n', 2, /not the name of a setting/],
    ['timeout: 1h\ncolours: !x never\n', 2, /tag/i],
    ['refresh: 1s\ntimeout: *none\n', 2, /timeout: the alias \*none is undefined/],
    ['timeout: *later\nlook-timeout: &later 5s\n', 1, /the alias \*later is undefined/],
    ['timeout: &own [*own]\n', 1, /timeout takes a time .*, not \[\*own\]/],
    ['timeout: &all [1h, 1h]\nrefresh: *all\n', 1, /timeout takes/],
    ['<<: *none\n', 1, /there is no setting "<<"/],
    [bomb, 1, /timeout takes a time .*, not \[x,x,/],
    [`timeout: ${'['.repeat(20_000)}`, 1, /not YAML/],
    [`#${' '.repeat(2 ** 20)}`, 1, /too large \(1048577 characters\)/],
  ])('%j is refused with its line', async (text, line, says) => {
    const message = await complaintOf(text);
    expect(message.split(': ')[0]).toBe(`${settingsPath}:${String(line)}`);
    expect(message).toMatch(says);
    expect(message).not.toContain('\n');
  });

  test('that only root may read holds for root', async () => {
    expect(await load({ forbidden: true })).toMatchObject({ values: defaultSettings, file: 'not-permitted' });
  });

  test('that cannot be read is refused', async () => {
    const readText = () => ({ kind: 'failed', reason: 'EIO' }) as const;
    const call = await parseArguments(['list']);
    expect(await problemOf(loadSettings({ readText } as unknown as Files, {}, call))).toEqual({
      kind: 'usage',
      message: `${settingsPath} cannot be read: EIO`,
      next: 'vdoctl config --help',
    });
  });
});

describe('a setting', () => {
  test('is taken from the flag, else the environment, else the file', async () => {
    const argv = ['wait', 'x', '--for', 'normal'];
    const file = 'timeout: 3m\n';
    const environment = { VDOCTL_TIMEOUT: '2m' };
    const withFlag = await load(file, environment, [...argv, '--timeout', '1m']);
    expect([withFlag.values.timeout, withFlag.sources.timeout]).toEqual([
      60_000,
      { from: 'flag', where: '--timeout' },
    ]);
    const without = await load(file, environment, argv);
    expect([without.values.timeout, without.sources.timeout]).toEqual([
      120_000,
      { from: 'environment', where: 'VDOCTL_TIMEOUT' },
    ]);
    expect((await load(file, {}, argv)).values.timeout).toBe(180_000);
    expect((await load(file, { VDOCTL_TIMEOUT: '' }, argv)).values.timeout).toBe(180_000);
  });

  test('colours: NO_COLOR means never, unless VDOCTL_COLOURS says otherwise; --no-color always does', async () => {
    const colours = async (environment: Environment, argv?: readonly string[]): Promise<unknown> =>
      (await load('colours: always\n', environment, argv)).values.colours;
    expect(await colours({})).toBe('always');
    expect(await colours({ NO_COLOR: '1' })).toBe('never');
    expect(await colours({ NO_COLOR: '' })).toBe('always');
    expect(await colours({ NO_COLOR: '1', VDOCTL_COLOURS: 'auto' })).toBe('auto');
    expect(await colours({ VDOCTL_COLOURS: 'always' }, ['config', '--no-color'])).toBe('never');
  });

  test.each(settingSpecs.map((spec) => [environmentName(spec)]))(
    '%s that is off is refused by name',
    async (name) => {
      expect(await complaintOf('', { [name]: 'x' })).toMatch(
        new RegExp(`^${name} takes .*, not "x"(?:: .*)?$`),
      );
    },
  );

  test('a warning above the critical threshold is refused, with the places of both', async () => {
    expect(await complaintOf('space-warning: 97\n')).toBe(
      `space-warning (97, ${settingsPath}:1) is above space-critical (95, the default)`,
    );
  });
});

test('look-timeout holds for what only looks, unless it has a limit of its own', async () => {
  const host = createDmHost();
  const limited = limitLooks(host, 99_000);
  const commandsRun = [
    looking('dmsetup', ['table']),
    looking('udevadm', ['settle'], 35_000),
    changing('dmsetup', ['table']),
  ];
  for (const command of commandsRun) await limited.run(command);
  expect(limited.log.map(({ command }) => command.timeLimitMs)).toEqual([99_000, 35_000, 60_000]);
});
