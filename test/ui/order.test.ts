import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { alertCodes, type Volume } from '../../src/model/volume.ts';
import { countNeedy, isChanging, selectedVolume, shownRows } from '../../ui/state/order.ts';
import { orderKeys, sortVolumes, type Order } from '../../ui/state/sorting.ts';
import { open, reduce } from '../../ui/state/reduce.ts';
import { countRows } from '../../ui/state/rows.ts';
import type { State } from '../../ui/state/state.ts';
import { type } from '../../ui/state/typed.ts';
import { infoLine } from '../../ui/views/footer.ts';
import { linesOf } from '../../ui/views/lines.ts';
import { press } from '../../ui/keys/press.ts';
import { look, makeAlert, pictureOf, seeing, volumeOf } from './states.ts';

const namesOf = (volumes: readonly { readonly name: string }[]): string[] => volumes.map(({ name }) => name);
const shownNames = (state: State): string[] => namesOf(shownRows(state));
const after = (state: State, ...keys: readonly string[]): State =>
  keys.reduce((before, key) => press(before, key).state, state);

const byNeed: Order = { by: 'need', way: 'usual' };

const names = fc.uniqueArray(
  fc.constantFrom('a', 'A', 'disk1', 'disk01', 'disk2', 'disk10', 'Ä', 'z', '卷', 'vg/a'),
  {
    minLength: 1,
  },
);
const severities = fc.constantFrom('critical', 'warning', 'info', undefined);
const volumeLists = fc
  .tuple(names, fc.array(severities, { minLength: 10, maxLength: 10 }))
  .map(([all, worst]) =>
    all.map((name, index) => {
      const severity = worst[index];
      return volumeOf(name, { alerts: severity === undefined ? [] : [makeAlert('read-only', severity)] });
    }),
  );

describe('the order', () => {
  test('what needs a person is on top, the rest by name, numbers as numbers', () => {
    const volumes = [
      volumeOf('disk10'),
      volumeOf('disk2', { alerts: [makeAlert('recovering', 'info')] }),
      volumeOf('zoo', { alerts: [makeAlert('read-only', 'critical')] }),
      volumeOf('media', { alerts: [makeAlert('recovering', 'info'), makeAlert('nearly-full', 'warning')] }),
      volumeOf('archive'),
    ];
    expect(namesOf(sortVolumes(volumes, byNeed))).toEqual(['zoo', 'media', 'archive', 'disk2', 'disk10']);
    expect(countNeedy(volumes)).toBe(2);
  });

  test('is the same in whatever order the volumes come', () => {
    const shuffled = volumeLists.chain((volumes) =>
      fc.tuple(fc.constant(volumes), fc.shuffledSubarray(volumes, { minLength: volumes.length })),
    );
    fc.assert(
      fc.property(shuffled, ([volumes, other]) => {
        expect(namesOf(sortVolumes(other, byNeed))).toEqual(namesOf(sortVolumes(volumes, byNeed)));
      }),
    );
  });
});

describe('another order', () => {
  const { sizes } = volumeOf('a');
  const sized = (name: string, used: number | null, free: number | null, saved: number | null): Volume =>
    volumeOf(name, {
      sizes: { ...sizes, usedPercent: used, availableBytes: free, savingPercent: saved },
    });
  const volumes = [
    sized('b', 10, 5e9, 70),
    sized('a', 90, 7e9, 20),
    { ...sized('c', 50, 1e9, 20), alerts: [makeAlert('read-only', 'critical')], mode: 'read-only' as const },
    { ...sized('d', null, null, null), state: 'stopped' as const, mode: null },
  ];
  const ordered = (...keys: readonly string[]): string =>
    shownNames(after(seeing(volumes), ...keys)).join('');

  test('is chosen by O, one after the other: by need, name, used, free and saved space, state', () => {
    expect(orderKeys.map((_, index) => ordered(...Array<string>(index).fill('O')))).toEqual([
      'cabd',
      'abcd',
      'acbd',
      'cbad',
      'bacd',
      'abcd',
    ]);
    expect(ordered(...Array<string>(orderKeys.length).fill('O'))).toBe('cabd');
  });

  test('is turned round by I; what is not known stays last', () => {
    expect(orderKeys.map((_, index) => ordered(...Array<string>(index).fill('O'), 'I'))).toEqual([
      'abdc',
      'dcba',
      'bcad',
      'abcd',
      'acbd',
      'dcab',
    ]);
    expect(ordered('O', 'I', 'I')).toBe('abcd');
  });

  test('is kept by every look, and the selection stays on its volume', () => {
    const chosen = after(seeing(volumes), 'O', 'O', 'k');
    expect(chosen.selected).toBe('a');
    const fuller = volumes.map((volume) => (volume.name === 'b' ? sized('b', 99, 1, 1) : volume));
    const looked = look(chosen, fuller);
    expect([shownNames(looked).join(''), looked.selected]).toEqual(['bacd', 'a']);
    expect(after(looked, 'O').selected).toBe('a');
  });

  test('is said, and its column is marked', () => {
    const state = after(seeing(volumes), 'O', 'O', 'O');
    expect(infoLine(state).map(({ text }) => text)).toEqual(['sorted by free space, the least first']);
    const [heads = []] = linesOf(state);
    expect(heads.filter(({ tone }) => tone === 'strong').map(({ text }) => text.trim())).toEqual(['FREE']);
    expect(
      infoLine(seeing(volumes))
        .map(({ text }) => text)
        .join(''),
    ).toBe('');
  });
});

describe('the selection', () => {
  const five = ['a', 'b', 'c', 'd', 'e'].map((name) => volumeOf(name));

  test('begins with the first, and stays with its volume wherever that moves to', () => {
    const state = after(seeing(five), 'j', 'j');
    expect(state.selected).toBe('c');
    const [a, b, c, d, e] = five as [Volume, Volume, Volume, Volume, Volume];
    const moved = look(state, [a, b, c, d, { ...e, alerts: [makeAlert('read-only', 'critical')] }]);
    expect(shownNames(moved)).toEqual(['e', 'a', 'b', 'c', 'd']);
    expect(moved.selected).toBe('c');
    expect(look(moved, [...five, volumeOf('aa')]).selected).toBe('c');
  });

  test('of a volume that is gone goes to its neighbour', () => {
    const state = after(seeing(five), 'j', 'j');
    const without = five.filter(({ name }) => name !== 'c');
    expect(look(state, without).selected).toBe('d');
    const atEnd = look(after(seeing(five), 'end'), five.slice(0, 4));
    expect(atEnd.selected).toBe('d');
    expect(look(atEnd, []).selected).not.toBe('a');
  });

  test('waits for a volume that a look only missed', () => {
    const state = after(seeing(five), 'j', 'j');
    const missed = reduce(state, {
      kind: 'looked',
      picture: {
        ...pictureOf(five.slice(0, 2)),
        missing: [{ source: 'lvm', what: 'LVM', why: 'lvs hangs' }],
      },
      commands: [],
    });
    expect(missed.selected).toBe('c');
    expect(look(missed, five).selected).toBe('c');
  });

  test('is among those that are shown, and in sight, whatever happens', () => {
    const keys = fc.constantFrom('j', 'k', 'page-down', 'page-up', 'home', 'end');
    const events = fc.oneof(
      keys.map((key) => (state: State) => press(state, key).state),
      volumeLists.map((volumes) => (state: State) => look(state, volumes)),
      fc.constantFrom('', 'd', 'disk', 'none').map((text) => (state: State) => {
        return press(type(open(state, { kind: 'filter' }), text), 'enter').state;
      }),
      fc.integer({ min: 15, max: 20 }).map((rows) => (state: State) => {
        return reduce(state, { kind: 'resized', size: { columns: 60, rows } });
      }),
    );
    const many = Array.from({ length: 40 }, (_, index) => volumeOf(`vol${String(index)}`));
    fc.assert(
      fc.property(fc.array(events, { maxLength: 30 }), (all) => {
        const state = all.reduce(
          (before, event) => event(before),
          seeing(many, { size: { columns: 60, rows: 15 } }),
        );
        const shown = shownNames(state);
        expect(state.top).toBeGreaterThanOrEqual(0);
        if (shown.length === 0) return;
        const at = shown.indexOf(state.selected ?? '');
        expect(at).toBeGreaterThanOrEqual(state.top);
        expect(at).toBeLessThan(state.top + countRows(state));
        expect(state.top).toBeLessThanOrEqual(Math.max(0, shown.length - countRows(state)));
        expect(selectedVolume(state)?.name).toBe(state.selected);
      }),
    );
  });
});

describe('the filter', () => {
  const volumes = [
    volumeOf('archive', { mounts: [{ path: '/srv/Films', device: '/dev/x', type: 'xfs', readOnly: false }] }),
    volumeOf('mail', { alerts: [makeAlert('read-only', 'critical')], mode: 'read-only' }),
    volumeOf('vg/pool', { stack: 'lvm', state: 'stopped', mode: null }),
  ];
  test.each([
    ['', ['mail', 'archive', 'vg/pool']],
    ['MAIL', ['mail']],
    ['  mail ', ['mail']],
    ['films', ['archive']],
    ['lvm', ['vg/pool']],
    ['stopped', ['vg/pool']],
    ['read-only', ['mail']],
    ['nothing', []],
  ])('%j', (text, expected) => {
    expect(shownNames(type(open(seeing(volumes), { kind: 'filter' }), text))).toEqual(expected);
  });

  test('Esc takes it off, Enter keeps it, and Esc then takes it off', () => {
    const typing = type(open(seeing(volumes), { kind: 'filter' }), 'pool');
    expect(after(typing, 'escape').filter).toBe('');
    const kept = after(typing, 'enter');
    expect([kept.filter, kept.views.length, kept.selected]).toEqual(['pool', 1, 'vg/pool']);
    expect(after(kept, 'escape').filter).toBe('');
  });

  test('while it is typed, the selection stays with its volume as long as that is shown', () => {
    const typing = open(after(seeing(volumes), 'j'), { kind: 'filter' });
    expect(type(typing, 'ar').selected).toBe('archive');
    expect(type(typing, 'pool').selected).toBe('vg/pool');
  });
});

test('one looks often while something changes by itself, and only then', () => {
  const changing = alertCodes.filter((code) =>
    isChanging(seeing([volumeOf('a', { alerts: [makeAlert(code)] })])),
  );
  expect(changing.toSorted()).toEqual(['operation-under-way', 'recovering', 'starting']);
  expect(isChanging(seeing([volumeOf('a')]))).toBe(false);
});
