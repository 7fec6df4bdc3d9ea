import { describe, expect, test } from 'vitest';

import { labelOf } from '../../ui/keys/binding.ts';
import { nameKeys, showKey, type InkKey } from '../../ui/keys/key.ts';
import { shownJob } from '../../ui/state/jobs.ts';
import type { Effect } from '../../ui/keys/key-outcome.ts';
import { findBinding, press } from '../../ui/keys/press.ts';
import { bindings } from '../../ui/keys/table.ts';
import { open } from '../../ui/state/reduce.ts';
import { viewOf, type State } from '../../ui/state/state.ts';
import { type } from '../../ui/state/typed.ts';
import { linesOf } from '../../ui/views/lines.ts';
import { planOf, seeing } from './states.ts';
import { at, fine, jobOf, views } from './views-of.ts';

const effectsOf = (state: State, key: string): readonly Effect[] => press(state, key).effects;

describe('a plan', () => {
  const risky = jobOf({ plan: planOf('archive', { confirm: 'may-lose-data' }) });

  test('that loses nothing is followed at Enter', () => {
    expect(effectsOf(at('job'), 'enter')).toEqual([{ kind: 'answer', job: 1, answer: 'yes' }]);
  });

  test('that may lose data is followed once the name is typed, and only that name', () => {
    const asked = at('job', [fine], risky);
    for (const typed of ['', 'archiv', 'ARCHIVE', 'archives', 'yes', 'mail']) {
      const outcome = press(type(asked, typed), 'enter');
      const why = typed === '' ? 'type archive first' : `expected archive, but "${typed}" was typed`;
      expect([outcome.effects, outcome.state.hint], typed).toEqual([[], `do it: ${why}`]);
    }
    expect(effectsOf(type(asked, 'archive'), 'enter')).toEqual([{ kind: 'answer', job: 1, answer: 'yes' }]);
  });

  test('takes letters as text where a name is typed, and as keys where none is', () => {
    for (const key of ['l', '?', 'j', ' ', 'q'])
      expect(findBinding(at('job', [fine], risky), key), key).toBeUndefined();
    expect(findBinding(at('job'), 'l')).toBeDefined();
    // A plan that is longer than the screen can still be scrolled to its end.
    expect(findBinding(at('job', [fine], risky), 'down')).toBeDefined();
  });

  test('is turned down by Esc and by Ctrl-C', () => {
    for (const key of ['escape', 'ctrl-c'])
      expect(effectsOf(at('job', [fine], risky), key), key).toEqual([
        { kind: 'answer', job: 1, answer: 'no' },
      ]);
  });

  test('while it is followed: Ctrl-C asks, Enter goes on, Ctrl-C again stops after the step', () => {
    const running = at('job', [fine], jobOf({ phase: 'running' }));
    expect(effectsOf(running, 'enter')).toEqual([]);
    const asked = press(running, 'ctrl-c');
    expect([asked.effects, shownJob(asked.state)?.stop]).toEqual([[], 'asked']);
    expect(shownJob(press(asked.state, 'enter').state)?.stop).toBe('no');
    const ordered = press(asked.state, 'ctrl-c');
    expect([ordered.effects, shownJob(ordered.state)?.stop]).toEqual([[{ kind: 'stop', job: 1 }], 'ordered']);
    expect(effectsOf(ordered.state, 'ctrl-c')).toEqual([]);
  });

  test('that is over is left by Enter, Esc and Ctrl-C, and looked after at once', () => {
    for (const key of ['enter', 'escape', 'ctrl-c']) {
      const { state, effects } = press(at('job', [fine], jobOf({ phase: 'over' })), key);
      expect([viewOf(state).kind, state.jobs, effects], key).toEqual(['overview', [], [{ kind: 'look' }]]);
    }
  });

  test('of a form: done, it takes the form with it; failed, one is back in the form', () => {
    const done = (exitCode: 0 | 8): State => {
      const result = { exitCode, what: '', next: undefined };
      return {
        ...at('job', [fine], jobOf({ phase: 'over', result })),
        views: [views.overview, views.form, views.job],
      };
    };
    expect(viewOf(press(done(0), 'enter').state).kind).toBe('overview');
    expect(viewOf(press(done(8), 'enter').state).kind).toBe('form');
  });
});

describe('scrolling', () => {
  const long = open(seeing([fine], { size: { columns: 60, rows: 15 } }), views.help);
  const scrollOf = (state: State): number => {
    const view = viewOf(state);
    return 'scroll' in view ? view.scroll : NaN;
  };
  const after = (state: State, ...keys: readonly string[]): State =>
    keys.reduce((before, key) => press(before, key).state, state);

  test('by line, by page, to the ends, and not beyond', () => {
    const body = 15 - 1 - 3;
    const most = linesOf(long).length - body;
    expect(scrollOf(after(long, 'k'))).toBe(0);
    expect(scrollOf(after(long, 'j', 'down'))).toBe(2);
    expect(scrollOf(after(long, ' '))).toBe(body - 1);
    expect(scrollOf(after(long, 'page-down', 'b'))).toBe(0);
    expect(scrollOf(after(long, 'end'))).toBe(most);
    expect(scrollOf(after(long, '>', 'j'))).toBe(most);
    expect(scrollOf(after(long, 'end', 'home'))).toBe(0);
    expect(scrollOf(after(long, 'end', '<'))).toBe(0);
  });
});

describe('what Ink tells of a key', () => {
  const none: InkKey = {
    upArrow: false,
    downArrow: false,
    leftArrow: false,
    rightArrow: false,
    pageUp: false,
    pageDown: false,
    home: false,
    end: false,
    return: false,
    escape: false,
    tab: false,
    shift: false,
    ctrl: false,
    meta: false,
    backspace: false,
    delete: false,
  };
  test.each<[string, Partial<InkKey>, readonly string[]]>([
    ['', { upArrow: true }, ['up']],
    ['\r', { return: true }, ['enter']],
    ['', { escape: true, meta: true }, ['escape']],
    ['', { tab: true }, ['tab']],
    ['', { tab: true, shift: true }, ['back-tab']],
    ['c', { ctrl: true }, ['ctrl-c']],
    ['x', { meta: true }, ['alt-x']],
    ['', { backspace: true }, ['backspace']],
    ['', { delete: true }, ['backspace']],
    ['G', { shift: true }, ['G']],
    ['jj\r', {}, ['j', 'j', 'enter']],
  ])('%j %j', (input, key, expected) => {
    expect(nameKeys(input, { ...none, ...key })).toEqual(expected);
  });

  test('every key of the table is shown by a name that fits into a footer', () => {
    for (const binding of bindings) {
      for (const key of binding.keys) expect(showKey(key).length, key).toBeLessThanOrEqual(9);
      expect(labelOf(binding, at('overview')).length).toBeLessThanOrEqual(20);
    }
  });
});
