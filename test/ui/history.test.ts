import { beforeEach, describe, expect, test, vi } from 'vitest';

import type { KnownOperation } from '../../src/model/operation.ts';
import { tellStory } from '../../src/simulator/stories.ts';
import { press } from '../../ui/keys/press.ts';
import { mostOperations } from '../../ui/state/history.ts';
import { open, reduce } from '../../ui/state/reduce.ts';
import { viewOf, type State } from '../../ui/state/state.ts';
import { linesOf } from '../../ui/views/lines.ts';
import { openWindow } from '../../ui/views/window.ts';
import { makeTheme } from '../../ui/theme/theme.ts';
import { select } from './scenes.ts';
import { keys, openSession, useManualTimers } from './session.ts';
import { commandOperation, doneOperation, seeing } from './states.ts';
import { at, fine, stopped, views } from './views-of.ts';

const rowsOf = (state: State): string[] =>
  linesOf(state).map((line) => line.map(({ text }) => text).join(''));

function numbered(id: number, known = doneOperation('archive')): KnownOperation {
  const { operation } = known;
  const begun = { ...operation.begun, id: String(id), user: `user${String(id)}` };
  return { ...known, operation: { ...operation, begun } };
}

const history = (...operations: readonly KnownOperation[]) => ({ operations, missing: [] });

describe('the history', () => {
  const asked = press(seeing([fine, stopped]), 'h');
  const read = reduce(asked.state, {
    kind: 'history',
    volume: undefined,
    history: history(numbered(1), numbered(2), numbered(3)),
  });

  test('is read of all volumes from the list, and of one from its view', () => {
    expect(asked.effects).toEqual([{ kind: 'read-history', volume: undefined }]);
    expect(rowsOf(asked.state).join()).toContain('Reading the journal');
    const own = press(open(seeing([fine, stopped]), views.volume), 'h');
    expect(own.effects).toEqual([{ kind: 'read-history', volume: 'archive' }]);
    expect(viewOf(own.state)).toMatchObject({ kind: 'history', volume: 'archive' });
    // What is read for another list is none of this one.
    const event = { kind: 'history', volume: undefined, history: history(numbered(1)) } as const;
    expect(viewOf(reduce(own.state, event))).toMatchObject({ history: undefined });
  });

  test('is for root only, as on the command line', () => {
    const { state, effects } = press(seeing([fine], { host: { isRoot: false } }), 'h');
    expect([effects, state.hint]).toEqual([[], 'history: only root may read the history']);
  });

  test('has the newest on top: when, what, how it ended, who', () => {
    const rows = rowsOf(read);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(/^▸✓ 2026-11-20 21:00:00 {2}stop +archive +done, by user3$/);
    expect(rows[2]).toMatch(/by user1$/);
  });

  test('tells each way to end by sign and words', () => {
    const states = ['put-back', 'goes-on', 'not-up', 'stopped', 'half-done', 'cut-off', 'under-way'] as const;
    const all = states.map((state, index) => numbered(index, { ...doneOperation('archive'), state }));
    const shown = reduce(asked.state, { kind: 'history', volume: undefined, history: history(...all) });
    expect(rowsOf(shown).map((row) => row.slice(1, 2))).toEqual(['▸', '✖', '✖', '!', '!', '▸', '!']);
    expect(rowsOf(shown).join('\n')).toContain('failed, and undone');
  });

  test('says when there is none, when there are older ones, and what could not be read', () => {
    const say = (parts: Partial<ReturnType<typeof history>>): string => {
      const told = { ...history(), ...parts };
      return rowsOf(reduce(asked.state, { kind: 'history', volume: undefined, history: told })).join('\n');
    };
    expect(say({})).toContain('No operation was recorded yet.');
    const many = Array.from({ length: mostOperations }, (_, index) => numbered(index));
    expect(say({ operations: many })).toContain('Older ones: vdoctl history');
    expect(say({ operations: many.slice(1) })).not.toContain('Older ones');
    const missing = [{ source: 'journal', what: 'the operation in /x', why: 'torn' }] as const;
    const told = reduce(asked.state, {
      kind: 'history',
      volume: undefined,
      history: { operations: [], missing },
    });
    expect(rowsOf(told).join('\n')).toContain('not seen: the operation in /x: torn');
  });

  test('keeps the chosen operation when newer ones come, and opens that one', () => {
    const chosen = press(read, 'j').state;
    const more = reduce(chosen, {
      kind: 'history',
      volume: undefined,
      history: history(numbered(1), numbered(2), numbered(3), numbered(4)),
    });
    expect(rowsOf(more)[2]).toMatch(/^▸.*by user2$/);
    const opened = press(more, 'enter').state;
    expect(viewOf(opened)).toMatchObject({ kind: 'record', known: { operation: { begun: { id: '2' } } } });
    expect(viewOf(press(opened, 'escape').state).kind).toBe('history');
    expect(press(asked.state, 'enter').state.hint).toBe('open: there is no operation');
  });

  test('goes through by line, by page and to the ends, with the chosen row in sight', () => {
    const all = Array.from({ length: 60 }, (_, index) => numbered(index));
    const long = reduce(press(seeing([fine], { size: { columns: 60, rows: 15 } }), 'h').state, {
      kind: 'history',
      volume: undefined,
      history: history(...all),
    });
    const seen = (state: State): string => {
      const rows = openWindow(state).lines.map((line) => line.map(({ text }) => text).join(''));
      return rows.find((row) => row.startsWith('▸'))?.trimEnd() ?? 'out of sight';
    };
    const after = (...pressed: readonly string[]): string =>
      seen(pressed.reduce((state, key) => press(state, key).state, long));
    expect(after()).toMatch(/user59$/);
    expect(after('j', 'j', 'k')).toMatch(/user58$/);
    expect(after('page-down')).toMatch(/user49$/);
    expect(after('end')).toMatch(/user0$/);
    expect(after('end', 'j')).toMatch(/user0$/);
    expect(after('end', 'page-up')).toMatch(/user10$/);
    expect(after('end', 'home')).toMatch(/user59$/);
    expect(after('k')).toMatch(/user59$/);
  });
});

describe('an operation of the history', () => {
  const said = 'device-mapper: remove ioctl failed\nCommand failed.';
  const record = (known: KnownOperation, size = { columns: 80, rows: 24 }): State =>
    open(seeing([fine], { size }), { kind: 'record', known, chosen: undefined, scroll: 0 });

  test('has its steps, and each command with its exit code and what it printed', () => {
    const text = rowsOf(record(commandOperation('archive', said))).join('\n');
    expect(text).toContain('▸✓  stop archive: done');
    expect(text).toContain('began 2026-11-20 21:00:00, by root on stor1');
    expect(text).toMatch(/why: device-mapper/);
    expect(text).toMatch(/ ✓ device-mapper.*: done in 0 ms/s);
    expect(text).toMatch(/✖ 21:00:00 dmsetup remove .*\(exit code 1, 12\s+ms\)/s);
    expect(text).toContain('\n      device-mapper: remove ioctl failed\n      Command failed.');
  });

  test('that was cut off shows the step without an end, what was not reached, and who settled it', () => {
    const { operation } = commandOperation('archive', 'Stop it');
    const cut = { ...operation, steps: operation.steps.slice(0, 1), ended: undefined };
    const settled = { record: 'settled', at: operation.begun.at, by: '2', how: 'undone' } as const;
    const text = rowsOf(record({ operation: { ...cut, settled }, state: 'cut-off' })).join('\n');
    expect(text).toContain('stop archive: cut off');
    expect(text).toContain('? Stop it: begun; no end was recorded');
    expect(text).toContain('undone by cleanup 2026-11-20 21:00:00');
    const unreached = rowsOf(record({ operation: { ...cut, steps: [] }, state: 'cut-off' })).join('\n');
    expect(unreached).toContain('· Stop archive');
  });

  test('goes on while it is open', () => {
    const { operation } = doneOperation('archive');
    const running = record({ operation, state: 'under-way' });
    const done = reduce(running, {
      kind: 'history',
      volume: undefined,
      history: history({ operation, state: 'done' }),
    });
    expect(rowsOf(running)[0]).toContain('under way');
    expect(rowsOf(done)[0]).toContain('stop archive: done');
  });

  test('gives the chosen command to the clipboard, and none where none is chosen', () => {
    const state = record(commandOperation('archive', 'it'));
    expect(press(state, 'y').state.hint).toBe('copy: no command is chosen');
    const chosen = press(state, 'j').state;
    expect(press(chosen, 'y').effects).toEqual([{ kind: 'copy', text: 'dmsetup remove it' }]);
  });

  test('longer than the screen, is scrolled through line by line', () => {
    const output = Array.from({ length: 40 }, (_, index) => `line ${String(index)}`).join('\n');
    let state = record(commandOperation('archive', 'it', output), { columns: 60, rows: 15 });
    const seen = new Set<string>();
    for (let pressed = 0; pressed < 60; pressed++) {
      for (const line of openWindow(state).lines)
        seen.add(
          line
            .map(({ text }) => text)
            .join('')
            .trim(),
        );
      state = press(state, 'j').state;
    }
    for (let index = 0; index < 40; index++) expect(seen).toContain(`line ${String(index)}`);
  });

  test('is put into words for a screen reader', () => {
    const words: State = {
      ...at('history'),
      theme: makeTheme({ background: 'dark', reader: 'screen-reader' }),
    };
    expect(rowsOf(words)[0]).toBe('selected: 2026-11-20 21:00:00, stop archive, done, by root');
  });
});

describe('on a simulated host', () => {
  beforeEach(() => {
    useManualTimers();
    return () => vi.useRealTimers();
  });

  test('the history of an operation that was just done is there, with its commands', async () => {
    const session = await openSession({ story: tellStory });
    await session.until('mail');
    await session.press('h');
    await session.until('No operation was recorded yet');
    await session.press(keys.escape);
    await select(session, 'backups');
    await session.press('r');
    await session.until('The plan:');
    await session.press(keys.enter);
    await session.until('verified');
    await session.press(keys.enter, 'h');
    await session.until(/▸✓ 2026-11-20 \d\d:\d\d:\d\d {2}start +backups +done, by root/);
    await session.press(keys.enter, 'j', 'y');
    await session.until('dmsetup create backups');
    // eslint-disable-next-line no-control-regex -- that is what is meant
    const copied = /\u001b\]52;c;([^\u0007]*)\u0007/.exec(session.terminal.takeBytes());
    expect(Buffer.from(copied?.[1] ?? '', 'base64').toString()).toMatch(/^(dmsetup|udevadm) /);
    session.interrupting.abort('SIGTERM');
  });
});
