import { describe, expect, test } from 'vitest';

import { parseBlkid } from '../../src/parse/blkid.ts';
import { failureOf } from './expect-failure.ts';

describe('what blkid exports', () => {
  test('comes in its order, without the escapes for a shell', () => {
    const text = 'DEVNAME=/dev/sdb\nLABEL=my\\ data\\$\nTYPE=ext4\n\n';
    expect(parseBlkid(text)).toEqual([
      ['DEVNAME', '/dev/sdb'],
      ['LABEL', 'my data$'],
      ['TYPE', 'ext4'],
    ]);
  });

  test('is not understood where a line is of another form', () => {
    expect(failureOf(() => parseBlkid('TYPE=ext4\nodd line\n'))).toMatchObject({
      tool: 'blkid',
      line: 'odd line',
    });
  });
});
