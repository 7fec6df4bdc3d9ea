import { beforeEach, describe, expect, test, vi } from 'vitest';

import { tellStory } from '../../src/simulator/stories.ts';
import { isAsciiOnly, toAscii } from '../../ui/text/ascii.ts';
import { widthOf } from '../../ui/text/cells.ts';
import { keys, openSession, useManualTimers } from './session.ts';

describe('what a terminal can show', () => {
  test.each([
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, true],
    [{ LC_ALL: '', LC_CTYPE: 'POSIX' }, true],
    [{ LANG: 'de_DE.ISO-8859-1' }, true],
    [{ TERM: 'linux', LANG: 'C.UTF-8' }, true],
    [{ LANG: 'C.utf8', TERM: 'xterm' }, false],
    [{ LC_CTYPE: 'en_US.UTF-8', LANG: 'C' }, false],
    // Nothing is known: most terminals show it all.
    [{ TERM: 'xterm' }, false],
  ])('%j: only ASCII: %s', (environment, only) => {
    expect(isAsciiOnly(environment)).toBe(only);
  });
});

test('what has no likeness in ASCII is as wide as it was', () => {
  for (const text of ['▸ mail ✖ …', '名é', '→ vdoctl', '▁▂▃▄▅▆▇█░─', 'a’b'])
    expect(widthOf(toAscii(text))).toBe(widthOf(text));
  expect(toAscii('▸ mail: “a’s” → 名')).toBe('> mail: "a\'s" > ??');
});

describe('a screen that has only ASCII', () => {
  beforeEach(() => {
    useManualTimers();
    return () => vi.useRealTimers();
  });

  test('draws no other character in any view', async () => {
    const session = await openSession({ story: tellStory, characters: 'ascii' });
    await session.until('mail');
    const seen: string[] = [session.text()];
    const views = ['?', keys.enter, 'n', 'l', 'a', 'h', '/'].flatMap((key) => [key, keys.escape]);
    for (const key of views) {
      await session.press(key);
      seen.push(session.text());
    }
    await session.press('j', 'r');
    await session.until('The plan:');
    await session.press(keys.enter);
    await session.until(/recovering \d+ %/);
    for (const key of [
      keys.escape,
      'w',
      keys.escape,
      'q',
      keys.escape,
      'h',
      keys.enter,
      keys.escape,
      keys.escape,
      'O',
    ]) {
      await session.press(key);
      seen.push(session.text());
    }
    expect(seen.join('\n')).toContain('> recovering');
    // eslint-disable-next-line no-control-regex -- ASCII is what is meant
    expect(seen.flatMap((text) => text.match(/[^\u0000-\u007f]/gu) ?? [])).toEqual([]);
    expect(seen.join('\n')).toContain('>*mail');
  });
});
