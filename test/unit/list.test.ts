import { describe, expect, test } from 'vitest';

import { chooseColumns } from '../../src/cli/choose-columns.ts';
import { columns } from '../../src/cli/columns.ts';
import { formatFields, formatTable } from '../../src/cli/format/table.ts';
import { makeStyle } from '../../src/cli/format/style.ts';
import { asLines } from '../../src/cli/print.ts';
import { runCall } from '../../src/cli/run.ts';
import type { Volume } from '../../src/model/volume.ts';
import { tellStory } from '../../src/simulator/stories.ts';
import { createTestHost } from '../simulated/test-host.ts';
import { createDiskHost, createDmHost } from '../simulated/worlds.ts';
import { makeVolume } from './builders.ts';
import { callAt, callOn } from './call.ts';
import { makeTerminal } from './terminal.ts';
import '../../src/cli/handlers/list.ts';

/** The fields of each line but the titles. */
const fields = (stdout: string): string[][] =>
  stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/));

async function draw(volumes: readonly Volume[], wish: string | undefined, room: number): Promise<string> {
  const drawing = { style: makeStyle('plain'), room, tellBytes: String };
  return asLines((await formatTable(volumes, chooseColumns(wish), drawing)).lines);
}

describe('list', () => {
  test('each field is one word, in a column of its own', async () => {
    const { stdout } = await callOn(createTestHost({ story: tellStory }), 'list');
    const rows = fields(stdout);
    expect(rows.map((row) => row.length)).toEqual([12, 12, 12, 12, 12]);
    expect(rows[4]?.slice(0, 8)).toEqual([
      'vg/pool',
      'lvm',
      'running',
      'recovering',
      '30%',
      '240G',
      '-',
      '-',
    ]);
    expect(rows[3]?.slice(5, 8)).toEqual(['200G', '93%', '13.7G']);
  });

  test('columns that are asked for stand in the order asked for', async () => {
    const { stdout } = await callOn(createTestHost({ story: tellStory }), 'list', '-o', 'FREE,name,logical');
    expect(stdout).toMatch(/^ FREE {2}NAME {5}LOGICAL\n 294G {2}archive {4}1\.46T\n/);
  });

  test('-o + adds columns to those that are shown anyway, and none twice', async () => {
    const titles = async (wish: string): Promise<string> =>
      ((await callOn(createDmHost(), 'list', '-o', wish)).stdout.split('\n')[0] ?? '').replaceAll(/ +/g, ' ');
    expect(await titles('+logical,free')).toBe(
      'NAME STACK STATE MODE DONE SIZE USED FREE SAVED INDEX USED BY ALERTS LOGICAL',
    );
  });

  test('-o help names every column with a sentence, and looks at nothing', async () => {
    const host = createDmHost();
    const { code, stdout } = await callOn(host, 'list', '-o', 'help');
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(columns.length);
    for (const { name, description } of columns) {
      expect(stdout).toMatch(new RegExp(`^${name} +\\S`, 'm'));
      expect(description).toMatch(/\.$/);
    }
    expect(host.log).toEqual([]);
  });

  test('names: only these, each once, in their order; of an unknown one an error beside the others', async () => {
    const host = createTestHost({ story: tellStory });
    const { code, stdout, stderr } = await callOn(host, 'list', 'vg/home', 'nosuch', 'mail', 'vg/pool');
    expect(code).toBe(3);
    expect(fields(stdout).map(([name]) => name)).toEqual(['vg/pool', 'mail']);
    expect(stderr).toContain('there is no volume nosuch');
    const json = await callOn(host, 'list', 'mail', 'nosuch', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: 'list',
      volumes: [{ name: 'mail' }],
      errors: [{ name: 'nosuch', exitCode: 3, problem: 'no-such-volume' }],
    });
    expect(json.code).toBe(3);
    expect(await callOn(host, 'list', 'nosuch')).toMatchObject({ code: 3, stdout: '' });
  });

  test('without names, the document has no errors', async () => {
    expect(JSON.parse((await callOn(createDmHost(), 'list', '--json')).stdout)).not.toHaveProperty('errors');
  });
});

describe('a field', () => {
  test('is one word, whatever is in it', async () => {
    const mounts = ['/srv/my data', '/b\u2003c'].map((path) => ({
      path,
      device: '/dev/mapper/v',
      type: 'xfs',
      readOnly: false,
    }));
    const drawn = await draw([{ ...makeVolume(), name: 'v', mounts }], 'used-by,name', Infinity);
    expect(fields(drawn)).toEqual([[String.raw`/srv/my\u0020data,/b\u2003c`, 'v']]);
  });

  test.each(columns.map((column) => [column.name, column] as const))(
    '%s is - where nothing is known',
    async (name) => {
      const bare = {
        ...makeVolume(),
        name: 'v',
        ...{ state: 'stopped', mode: null, onDisk: null, recovery: null, index: null, compression: null },
        ...{ counters: null, mounts: [], holders: [], logicalVolumes: [], alerts: [], lastBackup: null },
        storage: { path: '', disks: [], present: false },
        sizes: {
          ...{ logicalBytes: null, physicalBytes: null, usedBytes: null, availableBytes: null },
          ...{ usedPercent: null, savingPercent: null, slabBytes: null },
        },
      } as Volume;
      const told: Readonly<Record<string, string>> = { name: 'v', stack: bare.stack, state: 'stopped' };
      expect(
        fields(await draw([bare], name, Infinity))
          .flat()
          .filter(Boolean),
      ).toEqual([told[name] ?? '-']);
    },
  );
});

describe('a terminal', () => {
  const onTerminal = (width: number, ...words: readonly string[]) => {
    const shown = { stdout: '' };
    const stdout = { isTerminal: true, columns: width, write: (text: string) => (shown.stdout += text) };
    return callAt({ stdout }, createTestHost({ story: tellStory }), 'list', ...words).then(
      ({ code, stderr }) => ({ code, stderr, ...shown }),
    );
  };

  test('of 80 columns has room for what is free, and stderr names what it has no room for', async () => {
    const { stdout, stderr } = await onTerminal(80, 'archive', 'backups', 'mail', 'media');
    expect(stdout).toMatch(/^NAME +STACK +STATE +MODE +USED +FREE +USED BY +ALERTS\n/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stderr).toBe('no room for SIZE, SAVED, INDEX; -o COLUMNS chooses what is shown\n');
    expect((await onTerminal(80, '--quiet')).stderr).toBe('');
  });

  test('shows how far a recovery is while there is one', async () => {
    expect((await onTerminal(80)).stdout).toMatch(/^NAME +STATE +MODE +DONE +USED +FREE +USED BY +ALERTS\n/);
  });

  test('shows every column that is asked for, however narrow it is', async () => {
    const { stdout, stderr } = await onTerminal(20, '-o', 'name,index,saved,used-by');
    expect([stdout.split('\n')[0], stderr]).toEqual(['NAME     INDEX    SAVED  USED BY', '']);
    expect((await onTerminal(20, '-o', '+index')).stdout).toMatch(/^NAME.* INDEX .*ALERTS\n/);
  });

  test('that is wide enough shows them all, and nothing is said', async () => {
    const { stdout, stderr } = await onTerminal(110);
    expect([stdout, stderr]).toEqual([
      (await callOn(createTestHost({ story: tellStory }), 'list')).stdout,
      '',
    ]);
  });
});

describe('for scripts', () => {
  /** Calls without a look at each character: there are tabs. */
  const call = async (...words: readonly string[]): Promise<string> => {
    const { terminal, printed } = makeTerminal({ color: true });
    await runCall(['list', ...words], () => createTestHost({ story: tellStory }), terminal);
    return printed.stdout;
  };

  test('-H: a line each, tabs between, no titles, whatever the colours', async () => {
    const rows = (await call('-H')).trimEnd().split('\n');
    const told = rows.map((line) => line.split('\t'));
    expect(told.map((row) => row.length)).toEqual([12, 12, 12, 12, 12]);
    expect(told[4]?.slice(0, 7)).toEqual(['vg/pool', 'lvm', 'running', 'recovering', '30%', '240G', '-']);
    expect(rows.join('')).not.toContain('\u001b');
    expect(await callOn(createDiskHost(), 'list', '-H')).toMatchObject({ code: 0, stdout: '' });
  });

  test('-H: what is in a field adds none', () => {
    const volume = { ...makeVolume(), name: 'a\tb\nc d' };
    const text = formatFields([volume], chooseColumns('name,stack'), String);
    expect(text).toBe(`${String.raw`a\tb\nc\u0020d`}\tdm\n`);
  });

  test.each([
    [
      ['--sort', 'free'],
      ['media', 'archive', 'backups', 'mail', 'vg/pool'],
    ],
    [
      ['--sort', '-free'],
      ['archive', 'media', 'backups', 'mail', 'vg/pool'],
    ],
    [['--sort=-name'], ['vg/pool', 'media', 'mail', 'backups', 'archive']],
    [
      ['--sort', '-alerts'],
      ['mail', 'backups', 'media', 'vg/pool', 'archive'],
    ],
    [
      ['--sort', 'SEVERITY', 'media', 'archive', 'mail'],
      ['media', 'mail', 'archive'],
    ],
    [
      ['mail', 'archive'],
      ['mail', 'archive'],
    ],
  ])('%j', async (words, names) => {
    expect(await call('-Honame', ...words)).toBe(names.map((name) => `${name}\n`).join(''));
  });

  test.each([
    [['--bytes'], '107374182400\t-\n'],
    [['--units', 'B'], '107374182400B\t-\n'],
    [['--units', 'k'], '104857600.00K\t-\n'],
    [['--units=M'], '102400.00M\t-\n'],
    [['--units', 'g'], '100.00G\t-\n'],
    [['--units', 'T'], '0.10T\t-\n'],
    [['--units', 'h'], '100G\t-\n'],
  ])('%j', async (words, line) => {
    expect(await call('backups', '-H', '-o', 'size,free', ...words)).toBe(line);
  });
});
