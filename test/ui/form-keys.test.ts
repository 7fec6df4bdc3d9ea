import { describe, expect, test } from 'vitest';

import type { Volume } from '../../src/model/volume.ts';
import { press } from '../../ui/keys/press.ts';
import { type } from '../../ui/state/typed.ts';
import { effectsOf, refusing, used } from './refusing.ts';
import { at, fine } from './views-of.ts';

describe('what keys ask for in a form', () => {
  test('copying the data off begins behind a form, which takes no path that a later call could not find', () => {
    const form = press(at('overview'), 'o').state;
    for (const wrong of ['', 'copy', '/backup/../copy'])
      expect(effectsOf(type(form, wrong), 'enter')).toEqual([]);
    expect(effectsOf(type(form, '/backup/archive'), 'enter')).toEqual([
      {
        kind: 'begin',
        job: 1,
        request: {
          kind: 'salvage',
          name: 'archive',
          to: '/backup/archive',
          as: 'by-its-name',
          origin: 'volume',
        },
      },
    ]);
  });

  test('a backup begins behind a form, with a place and how many generations stay', () => {
    const form = press(at('overview'), 'B').state;
    expect(effectsOf(type(form, 'backup'), 'enter')).toEqual([]);
    const typed = type(form, '/backup');
    expect(effectsOf(typed, 'enter')).toEqual([
      { kind: 'begin', job: 1, request: { kind: 'backup', name: 'archive', to: '/backup', keep: 7 } },
    ]);
    expect(effectsOf(type(press(typed, 'tab').state, '0x'), 'enter')).toEqual([]);
  });

  test('while a rehearsal is up, that is copied, and what stands against it is told', () => {
    const rehearsal = { devices: ['/dev/mapper/r'], mounts: [], changes: null };
    const kept: Volume = { ...fine, rehearsal };
    const possible = { kind: 'possible' } as const;
    const form = press(refusing(kept, { 'salvage-rehearsal': possible }), 'o').state;
    expect(effectsOf(type(form, '/backup/archive'), 'enter')).toMatchObject([
      { request: { kind: 'salvage', origin: 'rehearsal' } },
    ]);
    const refused = { kind: 'refused', problem: used } as const;
    const only = refusing(kept, { salvage: refused, 'salvage-rehearsal': possible });
    expect(press(only, 'o').state.hint).toBeUndefined();
    expect(press(refusing(kept, { 'salvage-rehearsal': refused }), 'o').state.hint).toMatch(/^salvage: /);
  });

  test('growing begins behind a form', () => {
    const form = press(at('overview'), 'g').state;
    expect(effectsOf(form, 'enter')).toEqual([]);
    expect(effectsOf(type(form, '1T'), 'enter')).toEqual([
      {
        kind: 'begin',
        job: 1,
        request: { kind: 'grow-logical', name: 'archive', size: { bytes: 1024 ** 4, isMore: false } },
      },
    ]);
    expect(effectsOf(type(form, '+100g'), 'enter')).toMatchObject([
      { request: { size: { bytes: 100 * 1024 ** 3, isMore: true } } },
    ]);
  });
});
