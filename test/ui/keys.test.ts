import { describe, expect, test } from 'vitest';

import type { Volume } from '../../src/model/volume.ts';
import { showKey } from '../../ui/keys/key.ts';
import type { Effect } from '../../ui/keys/key-outcome.ts';
import { findBinding, press } from '../../ui/keys/press.ts';
import { bindings } from '../../ui/keys/table.ts';
import { open } from '../../ui/state/reduce.ts';
import { viewOf, type State } from '../../ui/state/state.ts';
import { type } from '../../ui/state/typed.ts';
import { footerLine } from '../../ui/views/footer.ts';
import { helpLines } from '../../ui/views/help.ts';
import { linesOf } from '../../ui/views/lines.ts';
import { makeAlert, seeing, volumeOf } from './states.ts';
import { at, fine, readOnly, stopped, viewKinds, views } from './views-of.ts';

const effectsOf = (state: State, key: string): readonly Effect[] => press(state, key).effects;

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
  const cases: readonly [string, Volume, string, string | undefined][] = [
    ['s', fine, 'start', 'it is running already'],
    ['s', stopped, 'start', undefined],
    ['S', stopped, 'stop', 'it is stopped already'],
    ['S', fine, 'stop', undefined],
    [
      'S',
      volumeOf('a', { mounts: [{ path: '/srv', device: '/dev/x', type: 'xfs', readOnly: false }] }),
      'stop',
      'it is mounted on /srv',
    ],
    ['S', volumeOf('a', { holders: ['crypt'] }), 'stop', 'it is held by crypt'],
    ['r', fine, 'recover', 'it is normal'],
    ['r', stopped, 'recover', undefined],
    ['r', readOnly, 'recover', undefined],
    ['f', fine, 'rebuild', 'only a read-only volume is rebuilt by force'],
    ['f', readOnly, 'rebuild', undefined],
    [
      'f',
      volumeOf('a', { alerts: [makeAlert('read-only'), makeAlert('restart-recovers')] }),
      'rebuild',
      'a restart is enough: recover it',
    ],
    ['c', fine, 'clean up', 'nothing of it was cut off'],
    ['c', volumeOf('a', { alerts: [makeAlert('create-incomplete')] }), 'clean up', undefined],
    ['g', fine, 'grow', undefined],
    ['g', readOnly, 'grow', 'its mode is read-only'],
    ['g', stopped, 'grow', 'it is stopped'],
    ['G', stopped, 'grow physical', 'it is stopped'],
    ['C', stopped, 'compression', 'it is stopped'],
    ['C', readOnly, 'compression', undefined],
    ['D', fine, 'remove', undefined],
    [
      'D',
      volumeOf('a', { alerts: [makeAlert('operation-under-way')] }),
      'remove',
      'another vdoctl works on it',
    ],
    [
      'D',
      volumeOf('a', { alerts: [makeAlert('unfinished-operation')] }),
      'remove',
      'it has to be cleaned up first',
    ],
  ];

  test.each(cases)('%s', (key, volume, label, reason) => {
    const { state, effects } = press(at('overview', [volume]), key);
    if (reason === undefined) {
      expect(state.hint).toBeUndefined();
      expect(effects.length + state.views.length).toBeGreaterThan(1);
      return;
    }
    expect(state.hint).toBe(`${label}: ${reason}`);
    expect([effects, viewOf(state).kind]).toEqual([[], 'overview']);
    // The next key takes the reason away.
    expect(press(state, 'u').state.hint).toBeUndefined();
  });

  test('is dimmed in the footer, and told in help with the reason', () => {
    const wide = { ...at('overview'), size: { columns: 200, rows: 24 } };
    const tones = new Map(footerLine(wide).map(({ text, tone }) => [text.trim(), tone]));
    expect([tones.get('start'), tones.get('stop'), tones.get('s'), tones.get('S')]).toEqual([
      'dim',
      'plain',
      'dim',
      'accent',
    ]);
    const help = linesOf(open(wide, views.help)).map((line) => line.map(({ text }) => text).join(''));
    expect(help.find((line) => line.startsWith('  s '))).toContain('(not now: it is running already)');
    expect(help.find((line) => line.startsWith('  S '))).not.toContain('not now');
  });

  test('who is not root can look, and change nothing', () => {
    for (const key of ['s', 'S', 'r', 'f', 'c', 'g', 'G', 'C', 'D', 'n']) {
      const { state, effects } = press(seeing([readOnly], { host: { isRoot: false } }), key);
      expect([state.hint, effects], key).toEqual([expect.stringMatching(/only root may$/), []]);
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
    ['s', stopped, { kind: 'begin', request: { kind: 'start', name: 'backups' } }],
    ['S', fine, { kind: 'begin', request: { kind: 'stop', name: 'archive' } }],
    ['r', stopped, { kind: 'begin', request: { kind: 'recover', name: 'backups' } }],
    [
      'c',
      volumeOf('x', { alerts: [makeAlert('unfinished-operation')] }),
      { kind: 'begin', request: { kind: 'cleanup', name: 'x' } },
    ],
    ['G', fine, { kind: 'begin', request: { kind: 'grow-physical', name: 'archive' } }],
    ['D', fine, { kind: 'begin', request: { kind: 'remove', name: 'archive' } }],
    [
      'C',
      volumeOf('x', { compression: 'offline' }),
      { kind: 'begin', request: { kind: 'compression', name: 'x', value: 'on' } },
    ],
    [
      'C',
      volumeOf('x', { compression: 'online' }),
      { kind: 'begin', request: { kind: 'compression', name: 'x', value: 'off' } },
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
    expect(effectsOf(state, 's')).toEqual([{ kind: 'begin', request: { kind: 'start', name: 'backups' } }]);
  });

  test('a forced rebuild begins behind its advice, never before', () => {
    const advised = press(at('overview', [readOnly]), 'f').state;
    expect(viewOf(advised)).toMatchObject({ kind: 'advice', name: 'mail' });
    const { state, effects } = press(advised, 'enter');
    expect(effects).toEqual([{ kind: 'begin', request: { kind: 'rebuild', name: 'mail' } }]);
    expect(state.views.map(({ kind }) => kind)).toEqual(['overview', 'job']);
    expect(effectsOf(at('advice', [{ ...readOnly, alerts: [] }]), 'enter')).toEqual([]);
  });

  test('growing begins behind a form', () => {
    const form = press(at('overview'), 'g').state;
    expect(effectsOf(form, 'enter')).toEqual([]);
    expect(effectsOf(type(form, '1T'), 'enter')).toEqual([
      { kind: 'begin', request: { kind: 'grow-logical', name: 'archive', bytes: 1024 ** 4 } },
    ]);
  });
});
