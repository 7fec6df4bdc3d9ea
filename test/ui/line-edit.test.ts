import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';

import { tellStory } from '../../src/simulator/stories.ts';
import { press } from '../../ui/keys/press.ts';
import { createForm } from '../../ui/state/form.ts';
import { editLine, insert, type EditedLine, type LineEdit } from '../../ui/state/line-edit.ts';
import { open } from '../../ui/state/reduce.ts';
import { viewOf, type State } from '../../ui/state/state.ts';
import { makeTheme } from '../../ui/theme/theme.ts';
import { findTyped, typedLine } from '../../ui/views/typed.ts';
import { keys, openSession, useManualTimers, type Session } from './session.ts';
import { planOf, seeing } from './states.ts';
import { at, fine, jobOf } from './views-of.ts';

/** `/srv/m|ail`: the cursor stands before the a. */
function lineOf(marked: string): EditedLine {
  const cursor = marked.indexOf('|');
  return { text: marked.replace('|', ''), cursor };
}

const show = ({ text, cursor }: EditedLine): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

test.each<[LineEdit, string, string, string?]>([
  ['beginning-of-line', '/srv/m|ail', '|/srv/mail'],
  ['end-of-line', '/srv/m|ail', '/srv/mail|'],
  ['backward-char', '/srv/m|ail', '/srv/|mail'],
  ['backward-char', '|ab', '|ab'],
  ['backward-char', 'a👩‍🔧|b', 'a|👩‍🔧b'],
  ['forward-char', 'a|e\u0301b', 'ae\u0301|b'],
  ['forward-char', 'ab|', 'ab|'],
  ['backward-word', '/dev/disk/by-id|', '/dev/disk/by-|id'],
  ['backward-word', '/dev/disk/|', '/dev/|disk/'],
  ['backward-word', '|a', '|a'],
  ['forward-word', '|/dev/disk', '/dev|/disk'],
  ['forward-word', 'größe|-b', 'größe-b|'],
  ['backward-delete-char', 'ab|c', 'a|c'],
  ['backward-delete-char', '|c', '|c'],
  ['backward-delete-char', 'a👩‍🔧|', 'a|'],
  ['delete-char', 'a|bc', 'a|c'],
  ['delete-char', 'abc|', 'abc|'],
  ['kill-line', '/srv|/mail', '/srv|', '/mail'],
  ['kill-line', '/srv|', '/srv|'],
  ['unix-line-discard', '/srv|/mail', '|/mail', '/srv'],
  ['unix-word-rubout', 'a /dev/disk |x', 'a |x', '/dev/disk '],
  ['kill-word', '/dev|/disk/x', '/dev|/x', '/disk'],
])('%s: %j', (edit, before, after, killed) => {
  const [line, gone] = editLine(lineOf(before), edit);
  expect([show(line), gone]).toEqual([after, killed]);
});

test('whatever is edited, the cursor stays in the text', () => {
  const edits = fc.constantFrom<LineEdit>(
    ...(['beginning-of-line', 'end-of-line', 'backward-char', 'forward-char', 'backward-word'] as const),
    ...(['forward-word', 'backward-delete-char', 'delete-char', 'kill-line', 'unix-line-discard'] as const),
    ...(['unix-word-rubout', 'kill-word'] as const),
  );
  const steps = fc.array(fc.oneof(edits, fc.constantFrom({ put: 'é x' }, { put: '名/' })), { maxLength: 20 });
  fc.assert(
    fc.property(steps, (all) => {
      let line: EditedLine = { text: '', cursor: 0 };
      for (const step of all) {
        line = typeof step === 'string' ? editLine(line, step)[0] : insert(line, step.put);
        expect(line.cursor).toBeGreaterThanOrEqual(0);
        expect(line.cursor).toBeLessThanOrEqual(line.text.length);
      }
    }),
  );
});

describe('a field', () => {
  const after = (state: State, ...pressed: readonly string[]): State =>
    pressed.reduce((before, key) => press(before, key).state, state);
  const valueOf = (state: State): string | undefined => {
    const typed = findTyped(state);
    return typed && show({ text: typed.value, cursor: typed.cursor });
  };
  const filter = at('filter');

  test('is edited where the cursor stands, and takes back what was killed', () => {
    const typed = after(filter, 'm', 'i', 'left', 'a', 'ctrl-e', 'l');
    expect([typed.filter, valueOf(typed)]).toEqual(['mail', 'mail|']);
    const moved = after(typed, 'ctrl-a', 'ctrl-f', 'ctrl-k', 'ctrl-y', 'ctrl-y');
    expect(valueOf(moved)).toBe('mailail|');
    expect(valueOf(after(moved, 'ctrl-u', 'x', ' ', 'y', 'ctrl-w', 'backspace', 'home', 'end'))).toBe('x|');
    expect(valueOf(after(moved, 'alt-b', 'ctrl-d', 'alt-f', 'ctrl-b', 'alt-d'))).toBe('ailai|');
  });

  test('that is come to anew is typed into at its end', () => {
    const form = open(seeing([fine]), { kind: 'form', form: createForm('dm') });
    const named = after(form, 'a', 'b', 'ctrl-a');
    expect(valueOf(named)).toBe('|ab');
    expect(valueOf(after(named, 'down', 'up'))).toBe('ab|');
  });

  test('in a form: left and right move in a text, and choose where there is a choice', () => {
    const form = open(seeing([fine]), { kind: 'form', form: createForm('dm') });
    expect(valueOf(after(form, 'a', 'b', 'left', 'x'))).toBe('ax|b');
    const view = viewOf(after(form, 'down', 'down', 'right'));
    expect(view.kind === 'form' && view.form.fields[2]?.value).toBe('dm');
  });

  test('for a device has the host asked whenever its text changes, and only then', () => {
    const form = after(open(seeing([fine]), { kind: 'form', form: createForm('dm') }), 'down');
    expect(press(form, 'x').effects).toEqual([{ kind: 'check-device', device: 'x' }]);
    expect(press(after(form, 'x'), 'ctrl-u').effects).toEqual([{ kind: 'check-device', device: '' }]);
    expect(press(after(form, 'x'), 'ctrl-a').effects).toEqual([]);
  });

  test('below a plan: Home and End scroll the plan, the other keys edit', () => {
    const asked = at('job', [fine], jobOf({ plan: planOf('archive', { confirm: 'may-lose-data' }) }));
    expect(valueOf(after(asked, 'r', 'c', 'ctrl-a', 'a', 'home', 'x'))).toBe('ax|rc');
  });

  test('nowhere else do these keys do anything; Escape and a letter at once are two keys', () => {
    for (const key of ['ctrl-a', 'ctrl-k', 'ctrl-d', 'backspace'])
      expect(press(at('overview'), key), key).toEqual({ state: at('overview'), effects: [] });
    const both = press(at('volume'), 'alt-d');
    expect([both.state.views.map(({ kind }) => kind), both.effects]).toEqual([
      ['overview', 'findings'],
      [{ kind: 'examine', name: 'archive' }],
    ]);
  });

  test('shows its cursor; without colours and their like, as a bar within the text', () => {
    const draw = (state: State, color: 'color' | 'plain', width = 40): string => {
      const typed = findTyped(state);
      const theme = makeTheme({ background: 'dark', reader: 'eyes', color });
      if (typed === undefined) return '';
      return typedLine(typed, width, theme)
        .map(({ text, tone }) => (tone === 'selected' ? `[${text}]` : text))
        .join('');
    };
    const typed = after(filter, 'm', 'a', 'i', 'l');
    expect(draw(typed, 'color')).toBe('filter: mail[ ]');
    expect(draw(after(typed, 'left'), 'color')).toBe('filter: mai[l]');
    expect(draw(after(typed, 'left'), 'plain')).toBe('filter: mai|[l]');
    // A text that is too long scrolls with the cursor.
    expect(draw(typed, 'color', 11)).toBe('filter: il[ ]');
    expect(draw(after(typed, 'ctrl-a'), 'color', 11)).toBe('filter: [m]ail');
  });
});

describe('in a terminal', () => {
  beforeEach(() => {
    useManualTimers();
    return () => vi.useRealTimers();
  });

  async function openFilter(): Promise<Session> {
    const session = await openSession({ story: tellStory });
    await session.until('mail');
    await session.press('/');
    return session;
  }

  test.each<[string, string, string]>([
    ['Ctrl-A and Ctrl-E', 'ail\u0001m\u0005s', 'mails'],
    ['Ctrl-U and Ctrl-Y', 'mail\u0015\u0019\u0019', 'mailmail'],
    ['Ctrl-K', 'mail\u001b[D\u001b[D\u000b', 'ma'],
    ['Ctrl-W', 'vg pool\u0017p', 'vg p'],
    ['Alt-B, Alt-F and Alt-D', 'vg/pool\u001bbx\u001bb\u001bd\u001bf', 'vg/'],
    ['Delete', 'mail\u001b[H\u001b[3~', 'ail'],
    ['Backspace', 'maill\u007f', 'mail'],
    ['a paste at the cursor', 'ml\u001b[D\u001b[200~a\ri\u001b[201~', 'mail'],
  ])('%s', async (_, typed, filter) => {
    const session = await openFilter();
    await session.press(typed);
    const [, shown] = /^filter: (.*)$/m.exec(session.text()) ?? [];
    // Where the cursor is not at the end, a bar shows it.
    expect(shown?.replace('|', '')).toBe(filter);
    session.interrupting.abort('SIGTERM');
  });

  test('Escape and a letter that came at once: back, and the key', async () => {
    const session = await openSession({ story: tellStory });
    await session.until('mail');
    await session.press(keys.enter);
    await session.press('\u001bd');
    await session.until('examined', 0);
  });
});
