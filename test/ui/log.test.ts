import { describe, expect, test } from 'vitest';

import { looking, untearable, type Command } from '../../src/model/command.ts';
import { createTestHost } from '../simulated/test-host.ts';
import { tellStory } from '../../src/simulator/stories.ts';
import { trackCommands } from '../../ui/control/tracked-host.ts';
import { press } from '../../ui/keys/press.ts';
import { open, reduce } from '../../ui/state/reduce.ts';
import { viewOf, type CommandLine, type State } from '../../ui/state/state.ts';
import { type } from '../../ui/state/typed.ts';
import { infoLine } from '../../ui/views/footer.ts';
import { linesOf } from '../../ui/views/lines.ts';
import { epoch, seeing } from './states.ts';
import { fine, views } from './views-of.ts';

const textOf = (state: State): string =>
  linesOf(state)
    .map((line) => line.map(({ text }) => text).join(''))
    .join('\n');

function commandOf(id: number, effect: Command['effect'], command: string): CommandLine {
  const ended = { durationMs: 5, how: 'exit code 0', ok: true, said: '' };
  return { id, effect, command, startedAtMs: epoch, ...ended };
}

const commands = [
  commandOf(1, 'looks', 'dmsetup status'),
  commandOf(2, 'changes', 'dmsetup remove mail'),
  commandOf(3, 'looks', 'vdostats --verbose'),
  { ...commandOf(4, 'changes', 'lvchange -ay vg/pool'), ok: false, how: 'exit code 5', said: 'no such LV' },
];
const log = open({ ...seeing([fine]), commands }, views.log);

describe('the log', () => {
  test('shows what was changed, newest first; the looks only when asked for', () => {
    expect(textOf(log)).toBe(
      [
        '▸✖ 21:00:00 lvchange -ay vg/pool (exit code 5, 5 ms)',
        '            no such LV',
        ' ✓ 21:00:00 dmsetup remove mail (exit code 0, 5 ms)',
      ].join('\n'),
    );
    const all = press(log, 'a').state;
    expect(textOf(all)).toContain('vdostats');
    expect(textOf(press(all, 'a').state)).toBe(textOf(log));
  });

  test('says how to see the looks where nothing was changed', () => {
    const quiet = { ...log, commands: commands.filter(({ effect }) => effect === 'looks') };
    expect(textOf(quiet)).toContain('No command has changed anything yet. a shows');
    expect(textOf(press({ ...log, commands: [] }, 'a').state)).toContain('No command was run yet.');
  });

  test('is filtered by what the commands are and said; Enter keeps the filter, Esc takes it off, then goes back', () => {
    const typing = type(press(log, '/').state, 'NO SUCH');
    expect(viewOf(typing).kind).toBe('log-filter');
    expect(textOf(typing)).toContain('lvchange');
    expect(textOf(typing)).not.toContain('dmsetup');
    const kept = press(typing, 'enter').state;
    expect(infoLine(kept).map(({ text }) => text)).toEqual([
      'only commands that match "NO SUCH"; Esc shows all',
    ]);
    const off = press(kept, 'escape').state;
    expect([viewOf(off), viewOf(press(off, 'escape').state)]).toEqual([views.log, views.overview]);
    expect(viewOf(press(typing, 'escape').state)).toEqual(views.log);
    expect(textOf(type(press(log, '/').state, 'nothing'))).toContain('No command matches "nothing".');
    // The filter of the volumes is another one.
    expect(kept.filter).toBe('');
  });

  test('gives the chosen command to the clipboard, which stays chosen as others come', () => {
    const chosen = press(log, 'j').state;
    const more = reduce(chosen, {
      kind: 'commands',
      commands: [...commands, commandOf(5, 'changes', 'sync')],
    });
    const { state, effects } = press(more, 'y');
    expect(effects).toEqual([{ kind: 'copy', text: 'dmsetup remove mail' }]);
    expect(state.hint).toBe('given to the terminal to copy: dmsetup remove mail');
    expect(press({ ...log, commands: [] }, 'y').effects).toEqual([]);
  });
});

test('many looks never push a change out, and the order is that of their ends', async () => {
  const host = trackCommands(createTestHost({ story: tellStory }));
  await host.run(looking('dmsetup', ['version']));
  await host.run(untearable('dmsetup', ['remove', 'nothing']));
  for (let run = 0; run < 600; run++) await host.run(looking('dmsetup', ['version']));
  const latest = host.latestCommands();
  expect(latest.filter(({ effect }) => effect === 'changes').map(({ command }) => command)).toEqual([
    'dmsetup remove nothing',
  ]);
  expect(latest).toHaveLength(501);
  expect(latest.map(({ id }) => id)).toEqual(
    latest.map(({ id }) => id).toSorted((one, other) => one - other),
  );
});
