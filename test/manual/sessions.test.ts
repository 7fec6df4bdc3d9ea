import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/cli/arguments.ts';
import { findCommand } from '../../src/cli/commands.ts';
import { buildProgram, type Program } from '../cli/program.ts';
import { listCalls, readDisplays, readScript, readSession, type Exchange } from './page-reader.ts';
import { forgetMoments, Player } from './player.ts';

const pages = readdirSync('man').map((name) => ({
  name,
  displays: readDisplays(readFileSync(`man/${name}`, 'utf8')),
}));
/** Sessions that need a program not everybody has are played where the program is installed. */
const needsMore = /\| jq /;

const sessions = pages.flatMap(({ name, displays }) =>
  displays
    .filter((display) => readSession(display) !== undefined && !needsMore.test(display))
    .map((display) => ({ name, display, displays, first: display.split('\n')[0] ?? '' })),
);

/** A session that changes something plays on a fast host; one that only looks must see the host as it is at first. */
function isSlow(display: string): boolean {
  return listCalls(display).some((call) => findCommand(call.split(' ')[1] ?? '')?.effect !== 'looks');
}

let fast: Program;
let asLife: Program;
beforeAll(async () => {
  // Not so fast that one volume has recovered before a busy machine gets to another.
  [fast, asLife] = await Promise.all([buildProgram(5), buildProgram(1)]);
});
afterAll(() => {
  fast.remove();
  asLife.remove();
});

describe.concurrent('what a page shows is what is printed', () => {
  test.each(sessions)('$name: $first', async ({ display, displays }) => {
    const player = new Player(isSlow(display) ? fast : asLife);
    player.write(displays);
    const shown = readSession(display) ?? [];
    expect(forgetMoments(await player.play(display))).toEqual(forgetMoments(shown));
  });

  test('README.md, but for how far a recovery is', async () => {
    const readme = readFileSync('README.md', 'utf8');
    const display = /^```text\n(# vdoctl list\n.*?)^```/ms.exec(readme)?.[1] ?? '';
    const forgetProgress = (exchanges: readonly Exchange[]): readonly Exchange[] =>
      forgetMoments(exchanges).map(({ typed, printed }) => ({
        typed,
        printed: printed.replaceAll(/^(backups: [[rs].*)?\n/gm, ''),
      }));
    const shown = readSession(display) ?? [];
    expect(shown.map(({ typed }) => typed)).toContain('vdoctl recover mail');
    // At real speed: the list has to find vg/pool at its 30 %, or near it.
    expect(forgetProgress(await new Player(asLife).play(display))).toEqual(forgetProgress(shown));
  });

  test('README.md: what doctor finds', async () => {
    const readme = readFileSync('README.md', 'utf8');
    const display = /^```text\n(# vdoctl doctor .*?)^```/ms.exec(readme)?.[1] ?? '';
    const shown = readSession(display) ?? [];
    expect(shown.length).toBeGreaterThan(0);
    expect(await new Player(asLife).play(display)).toEqual(shown);
  });

  test('there is a session and a script in vdoctl-recover(8)', () => {
    const { displays = [] } = pages.find(({ name }) => name === 'vdoctl-recover.8') ?? {};
    expect(displays.filter((display) => readSession(display) !== undefined).length).toBeGreaterThan(2);
    expect(displays.some((display) => readScript(display) !== undefined)).toBe(true);
  });
});

describe('every call that a page shows can be made', () => {
  const calls = pages.flatMap(({ name, displays }) =>
    displays.flatMap(listCalls).map((call) => ({ name, call })),
  );
  test.each(calls)('$name: $call', async ({ call }) => {
    const words = Array.from(call.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? '');
    const { command } = await parseArguments(words.slice(1));
    expect(command.name).toBe(words.find((word, index) => index > 0 && !word.startsWith('-')));
  });
});
