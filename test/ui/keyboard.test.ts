import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';

import { splitKeys } from '../../src/host/real/key-by-key.ts';
import { tellStory } from '../../src/simulator/stories.ts';
import { keys, openSession, useManualTimers } from './session.ts';

beforeEach(() => {
  useManualTimers();
  return () => vi.useRealTimers();
});

describe('what is read is taken apart', () => {
  test.each<[string, readonly string[], string]>([
    ['mail\r', ['m', 'a', 'i', 'l', '\r'], ''],
    ['\u001b[A\u001b[6~x', ['\u001b[A', '\u001b[6~', 'x'], ''],
    ['\u001bOH\u001b[[A', ['\u001bOH', '\u001b[[A'], ''],
    ['\u001b\u001b[B', ['\u001b', '\u001b[B'], ''],
    ['\u001bq\u001b\r', ['\u001b', 'q', '\u001b', '\r'], ''],
    ['a\u001b', ['a'], '\u001b'],
    ['a\u001b[1;', ['a'], '\u001b[1;'],
    ['\u007f\u007f', ['\u007f', '\u007f'], ''],
    ['名é', ['名', 'é'], ''],
    ['a\u0000\u0015\u0017\u0085b', ['a', '\u0015', '\u0017', 'b'], ''],
    ['\u001bb\u001bf\u001bd\u001bx', ['\u001bb', '\u001bf', '\u001bd', '\u001b', 'x'], ''],
    ['\u001b[3~\u0004', ['\u0004', '\u0004'], ''],
    ['a\u202eb\u2066', ['a', 'b'], ''],
    ['\u0003\u001a', ['\u0003', '\u001a'], ''],
  ])('%j', (text, expected, rest) => {
    expect(splitKeys(text)).toEqual({ keys: expected, rest });
  });

  test('however it is cut, the keys are the same', () => {
    const key = fc.constantFrom(
      'a',
      ' ',
      '\u001b',
      '\r',
      '\u007f',
      '\u001b[A',
      '\u001b[5~',
      '\u001bOP',
      '名',
    );
    fc.assert(
      fc.property(fc.array(key), fc.nat(), (before, at) => {
        // Ends with a letter, since an Escape at the end may be the beginning of a longer key.
        const typed = [...before, 'a'];
        const text = typed.join('');
        const cut = at % text.length;
        const first = splitKeys(text.slice(0, cut));
        const second = splitKeys(first.rest + text.slice(cut));
        expect([...first.keys, ...second.keys, second.rest]).toEqual([...typed, '']);
      }),
    );
  });
});

describe('on a slow line many keys come at once', () => {
  test('a filter and the Enter behind it', async () => {
    const session = await openSession({ story: tellStory });
    await session.until('mail');
    await session.press('/med\u007f\u007f\u007fback\r');
    expect(session.text()).toContain('only volumes that match "back"');
    expect(session.text()).toMatch(/▸.backups/);
    expect(session.text()).not.toContain('media');
  });

  test('a name that confirms a plan and the Enter behind it', async () => {
    const session = await openSession({ story: tellStory });
    await session.until('mail');
    await session.press('f');
    await session.until('salvage');
    await session.press(keys.enter);
    await session.until('Type mail');
    await session.press('mail\r');
    await session.until('rebuilt and normal again');
  });

  test('a cursor key in pieces is no Escape', async () => {
    const session = await openSession({ story: tellStory });
    await session.until('mail');
    await session.press('n');
    for (const piece of '\u001b[B') {
      session.terminal.type(piece);
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    await session.press('');
    await session.until('▸ Storage device', 0);
  });

  test('Escape alone is Escape, once nothing more can come', async () => {
    const session = await openSession({ story: tellStory });
    await session.until('mail');
    await session.press('n', keys.escape);
    await session.until('need attention', 0);
  });
});

describe('what is longer than the screen is wide', () => {
  const path = '/dev/disk/by-id/nvme-SAMSUNG_MZVL21T0HCLR-00BL7_S64NNX0T123456-part1';

  test('is seen at its end, where it is typed', async () => {
    const session = await openSession({ story: tellStory, size: { columns: 60, rows: 15 } });
    await session.until('mail');
    await session.press('n', keys.down, path);
    const rows = session.terminal.rows();
    const at = rows.findIndex((row) => row.startsWith('▸ Storage device'));
    expect(rows[at]?.length).toBeLessThanOrEqual(60);
    expect(rows[at]).toMatch(/T123456-part1$/);
    expect(rows[at + 1]).toMatch(/no such device/);
    await session.press('\u007f'.repeat(60));
    await session.until(/^▸ Storage device {4}\/dev\/dis$/m, 0);
  });

  test('and again when one comes back to it', async () => {
    const session = await openSession({ story: tellStory, size: { columns: 60, rows: 15 } });
    await session.until('mail');
    await session.press('n', keys.down, path, keys.down);
    expect(session.text()).toMatch(/^ {2}Storage device {4}\/dev\/disk.*…$/m);
    await session.press(keys.up);
    expect(session.text()).toMatch(/^▸ Storage device.*T123456-part1$/m);
  });
});
