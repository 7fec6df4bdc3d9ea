import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildProgram, type Program } from '../cli/program.ts';
import { readDisplays, readSession } from '../manual/page-reader.ts';
import { forgetMoments, Player } from '../manual/player.ts';

vi.setConfig({ testTimeout: 120_000 });

const pages = readdirSync('man');
/** A directory of manual pages, laid out as installed. */
const root = mkdtempSync(path.join(tmpdir(), 'vdoctl-man-'));
beforeAll(() => {
  for (const page of pages) {
    const directory = path.join(root, `man${page.slice(-1)}`);
    mkdirSync(directory, { recursive: true });
    copyFileSync(`man/${page}`, path.join(directory, page));
  }
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const env = {
  ...process.env,
  MANPATH: root,
  LC_ALL: 'C.UTF-8',
  MANWIDTH: '80',
  PAGER: 'cat',
  MANPAGER: 'cat',
};

describe.each(pages)('%s', (page) => {
  test('mandoc has nothing to complain of, not even of style', () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'all', `man/${page}`], {
      env,
      encoding: 'utf8',
    });
    // mandoc looks for the pages of others where they would be installed.
    const isOwn = (line: string): boolean => !/^$|referenced manual not found/.test(line);
    expect(stdout.split('\n').filter(isOwn)).toEqual([]);
  });

  test('groff warns of nothing', () => {
    const { stderr, status } = spawnSync('groff', ['-mandoc', '-Tutf8', '-ww', '-z', `man/${page}`], {
      encoding: 'utf8',
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  test('man shows it, with each line that is to be copied as it is', () => {
    const name = page.replace(/\.\d$/, '');
    const shown = execFileSync('man', [name], { env, encoding: 'utf8' });
    expect(shown).toContain(`${name.toUpperCase()}(${page.slice(-1)})`);
    const lines = shown.split('\n').map((line) => line.trim());
    const displays = readDisplays(readFileSync(`man/${page}`, 'utf8'));
    for (const line of displays.flatMap((display) => display.split('\n')))
      expect(lines).toContain(line.trim());
  });
});

describe.concurrent('what a page shows with jq is what is printed', () => {
  let program: Program;
  beforeAll(async () => {
    program = await buildProgram(5);
  });
  afterAll(() => {
    program.remove();
  });

  const sessions = pages.flatMap((name) =>
    readDisplays(readFileSync(`man/${name}`, 'utf8'))
      .filter((display) => readSession(display) !== undefined && display.includes('| jq '))
      .map((display) => ({ name, display, first: display.split('\n')[0] ?? '' })),
  );
  test.each(sessions)('$name: $first', async ({ display }) => {
    const printed = await new Player(program).play(display);
    expect(forgetMoments(printed)).toEqual(forgetMoments(readSession(display) ?? []));
  });
});
