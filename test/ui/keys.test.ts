import { describe, expect, test } from 'vitest';

import type { VolumeOperation } from '../../src/model/availability.ts';
import type { Volume } from '../../src/model/volume.ts';
import { outcomes } from '../../src/prose/outcomes.ts';
import { describeProblem } from '../../src/prose/problems.ts';
import { showKey } from '../../ui/keys/key.ts';
import type { Effect } from '../../ui/keys/key-outcome.ts';
import { findBinding, press } from '../../ui/keys/press.ts';
import { bindings } from '../../ui/keys/table.ts';
import { open } from '../../ui/state/reduce.ts';
import { viewOf, type State } from '../../ui/state/state.ts';
import { footerLine } from '../../ui/views/footer.ts';
import { helpLines } from '../../ui/views/help.ts';
import { linesOf } from '../../ui/views/lines.ts';
import { cutOff, effectsOf, refusing, used } from './refusing.ts';
import { seeing, volumeOf } from './states.ts';
import { at, fine, readOnly, stopped, viewKinds, views } from './views-of.ts';

describe('the table', () => {
  test('every binding is reached by each of its keys in each of its views', () => {
    for (const binding of bindings) {
      for (const view of binding.views) {
        for (const key of binding.keys) expect(findBinding(at(view), key), `${key} in ${view}`).toBe(binding);
      }
    }
  });

  test('in no view one key stands for two things', () => {
    for (const view of viewKinds) {
      const keys = bindings
        .filter((binding) => binding.views.includes(view))
        .flatMap((binding) => binding.keys);
      expect(keys.toSorted(), view).toEqual([...new Set(keys)].toSorted());
    }
  });

  test('every view can be left, and tells how in its footer', () => {
    for (const view of viewKinds) {
      const line = footerLine(at(view))
        .map(({ text }) => text)
        .join('');
      expect(line, view).toMatch(/Esc back/);
    }
  });

  test('help tells every key, with what it does', () => {
    for (const view of viewKinds.filter((kind) => findBinding(at(kind), '?') !== undefined)) {
      const text = helpLines(open(at(view), views.help))
        .map((line) => line.map((span) => span.text).join(''))
        .join('\n');
      const words = text.replace(/\s+/g, ' ');
      for (const { keys, description } of bindings) {
        expect(words, view).toContain(keys.map(showKey).join(' '));
        expect(words, view).toContain(description);
      }
    }
  });

  test('a key that nothing is bound to does nothing', () => {
    for (const view of viewKinds) {
      expect(press(at(view), 'ctrl-x'), view).toEqual({ state: at(view), effects: [] });
    }
  });
});

describe('a key that cannot be used', () => {
  const suspended = volumeOf('archive', { state: 'suspended' });
  const cases: readonly [string, Volume, string, string | undefined][] = [
    ['s', fine, 'start', outcomes['already-so']],
    ['s', stopped, 'start', undefined],
    ['s', suspended, 'start', 'archive: it is suspended'],
    ['S', stopped, 'stop', outcomes['already-so']],
    ['S', fine, 'stop', undefined],
    ['S', suspended, 'stop', 'archive: it is suspended'],
    ['r', fine, 'recover', outcomes['already-normal']],
    ['r', stopped, 'recover', undefined],
    ['r', suspended, 'recover', 'archive: it is suspended'],
    ['f', fine, 'rebuild', outcomes['already-normal']],
    ['f', stopped, 'rebuild', 'it needs no forced rebuild: recover it'],
    ['f', readOnly, 'rebuild', undefined],
    ['f', suspended, 'rebuild', 'archive: it is suspended'],
    ['R', suspended, 'try the rebuild', 'archive: it is suspended'],
    ['c', fine, 'clean up', outcomes['nothing-to-clean']],
    ['g', fine, 'grow', undefined],
    ['g', suspended, 'grow', 'archive: it is suspended'],
    ['G', fine, 'grow physical', undefined],
    ['C', readOnly, 'compression', undefined],
    ['C', suspended, 'compression', 'archive: it is suspended'],
    ['D', fine, 'remove', undefined],
    ['D', suspended, 'remove', 'archive: it is suspended'],
  ];

  function expectReason(start: State, key: string, label: string, reason: string | undefined): void {
    const { state, effects } = press(start, key);
    if (reason === undefined) {
      expect(state.hint).toBeUndefined();
      expect(effects.length + state.views.length).toBeGreaterThan(1);
      return;
    }
    expect(state.hint).toBe(`${label}: ${reason}`);
    expect([effects, viewOf(state).kind]).toEqual([[], 'overview']);
    // The next key takes the reason away.
    expect(press(state, 'u').state.hint).toBeUndefined();
  }

  test.each(cases)('%s', (key, volume, label, reason) => {
    expectReason(at('overview', [volume]), key, label, reason);
  });

  test.each<[string, string, VolumeOperation]>([
    ['s', 'start', 'start'],
    ['S', 'stop', 'stop'],
    ['r', 'recover', 'recover'],
    ['f', 'rebuild', 'force-rebuild'],
    ['R', 'try the rebuild', 'rehearse'],
    ['c', 'clean up', 'cleanup'],
    ['g', 'grow', 'grow-logical'],
    ['G', 'grow physical', 'grow-physical'],
    ['C', 'compression', 'set-compression'],
    ['D', 'remove', 'remove'],
  ])('%s says what the command line says', (key, label, operation) => {
    for (const problem of [cutOff, used]) {
      const words = describeProblem(problem).what.replace('; nothing was changed', '');
      const state = refusing(fine, { [operation]: { kind: 'refused', problem } });
      expectReason(state, key, label, words);
    }
  });

  test('a forced rebuild is offered where nothing less brings it back, and compression where it is seen', () => {
    const needed = {
      kind: 'refused',
      problem: { kind: 'read-only', name: 'mail', because: 'rebuild-is-pending' },
    } as const;
    const possible = { kind: 'possible' } as const;
    expectReason(refusing(fine, { recover: needed, 'force-rebuild': possible }), 'f', 'rebuild', undefined);
    expectReason(
      refusing(fine, { recover: possible, 'force-rebuild': possible }),
      'f',
      'rebuild',
      'it needs no forced rebuild: recover it',
    );
    expectReason(
      at('overview', [stopped]),
      'C',
      'compression',
      'whether it is on is unknown: vdoctl set backups compression=on, or =off',
    );
  });

  test('is dimmed in the footer, and told in help with the reason', () => {
    const wide = { ...at('overview'), size: { columns: 320, rows: 24 } };
    const tones = new Map(footerLine(wide).map(({ text, tone }) => [text.trim(), tone]));
    expect([tones.get('start'), tones.get('stop'), tones.get('s'), tones.get('S')]).toEqual([
      'dim',
      'plain',
      'dim',
      'accent',
    ]);
    const help = linesOf(open(wide, views.help)).map((line) => line.map(({ text }) => text).join(''));
    expect(help.find((line) => line.startsWith('  s '))).toContain(
      `(not now: ${outcomes['already-so'] ?? ''})`,
    );
    expect(help.find((line) => line.startsWith('  S '))).not.toContain('not now');
  });

  test('who is not root can look, and change nothing', () => {
    for (const key of ['s', 'S', 'r', 'f', 'c', 'g', 'G', 'C', 'D', 'n']) {
      const { state, effects } = press(seeing([readOnly], { host: { isRoot: false } }), key);
      expect([state.hint, effects], key).toEqual([expect.stringMatching(/: only root may \w+/), []]);
    }
  });

  test('without a volume, nothing that needs one', () => {
    for (const key of ['enter', 's', 'S', 'r', 'f', 'c', 'g', 'G', 'C', 'D'])
      expect(press(at('overview', []), key), key).toMatchObject({
        effects: [],
        state: { hint: expect.any(String) as string },
      });
    expect(viewOf(press(at('overview', []), 'n').state).kind).toBe('form');
  });
});

describe('what keys ask for', () => {
  test.each<[string, Volume, Effect]>([
    ['s', stopped, { kind: 'begin', job: 1, request: { kind: 'start', name: 'backups' } }],
    ['S', fine, { kind: 'begin', job: 1, request: { kind: 'stop', name: 'archive' } }],
    ['r', stopped, { kind: 'begin', job: 1, request: { kind: 'recover', name: 'backups' } }],
    // A stopped volume is offered cleanup, since an operation may have left it down.
    ['c', stopped, { kind: 'begin', job: 1, request: { kind: 'cleanup', name: 'backups' } }],
    ['G', fine, { kind: 'begin', job: 1, request: { kind: 'grow-physical', name: 'archive' } }],
    ['D', fine, { kind: 'begin', job: 1, request: { kind: 'remove', name: 'archive' } }],
    [
      'C',
      volumeOf('x', { compression: 'offline' }),
      { kind: 'begin', job: 1, request: { kind: 'compression', name: 'x', value: 'on' } },
    ],
    [
      'C',
      volumeOf('x', { compression: 'online' }),
      { kind: 'begin', job: 1, request: { kind: 'compression', name: 'x', value: 'off' } },
    ],
    ['f', readOnly, { kind: 'advise', name: 'mail' }],
    ['enter', fine, { kind: 'read-details', name: 'archive' }],
    ['u', fine, { kind: 'look' }],
    ['q', fine, { kind: 'quit' }],
    ['ctrl-c', fine, { kind: 'quit' }],
    ['ctrl-z', fine, { kind: 'pause' }],
  ])('%s', (key, volume, effect) => {
    expect(effectsOf(at('overview', [volume]), key)).toEqual([effect]);
  });

  test('the same on the volume that is open, wherever the selection is', () => {
    const state = open(seeing([fine, stopped]), { kind: 'volume', name: 'backups', scroll: 0 });
    expect(effectsOf(state, 's')).toEqual([
      { kind: 'begin', job: 1, request: { kind: 'start', name: 'backups' } },
    ]);
  });

  test('a forced rebuild begins behind its advice, never before', () => {
    const advised = press(at('overview', [readOnly]), 'f').state;
    expect(viewOf(advised)).toMatchObject({ kind: 'advice', name: 'mail' });
    const { state, effects } = press(advised, 'enter');
    expect(effects).toEqual([{ kind: 'begin', job: 1, request: { kind: 'rebuild', name: 'mail' } }]);
    expect(state.views.map(({ kind }) => kind)).toEqual(['overview', 'job']);
    expect(effectsOf(at('advice', [{ ...readOnly, mode: 'normal' }]), 'enter')).toEqual([]);
  });

  test('an examination opens its view, and begins', () => {
    const { state, effects } = press(at('overview', [readOnly]), 'd');
    expect(effects).toEqual([{ kind: 'examine', name: 'mail' }]);
    expect(viewOf(state)).toMatchObject({ kind: 'findings', name: 'mail', findings: undefined });
    expect(press(state, 'escape').state.views.map(({ kind }) => kind)).toEqual(['overview']);
    const opened = open(seeing([fine, stopped]), { kind: 'volume', name: 'backups', scroll: 0 });
    expect(effectsOf(opened, 'd')).toEqual([{ kind: 'examine', name: 'backups' }]);
  });

  test('only root examines', () => {
    const { state, effects } = press(seeing([fine], { host: { isRoot: false } }), 'd');
    expect([effects, state.hint]).toEqual([[], 'doctor: only root may examine volumes']);
  });
});
