import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatVdoTable, parseVdoTable } from '../../src/parse/dmsetup-table.ts';
import { parseKernelMessage, type KernelMessage } from '../../src/parse/stats-message.ts';

describe('what is put together is taken apart again', () => {
  const word = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,12}$/);
  const count = fc.maxSafeNat();

  test('a vdo table', () => {
    const flag = fc.tuple(fc.constantFrom('deduplication', 'compression'), fc.constantFrom('on', 'off'));
    const number = fc.tuple(fc.constantFrom('ack', 'bio', 'cpu', 'hash', 'maxDiscard'), count.map(String));
    const policy = fc.constantFrom(
      'sync' as const,
      'async' as const,
      'async-unsafe' as const,
      'auto' as const,
    );
    const older = fc.oneof(
      fc.record({ version: fc.constant('V3'), legacy: fc.record({ writePolicy: policy }) }),
      fc.record({
        version: fc.constant('V2'),
        legacy: fc.record({ writePolicy: policy, mdRaid5Mode: fc.constantFrom('on', 'off'), poolName: word }),
      }),
      fc.record({ version: fc.constant('V4') }),
    );
    const common = fc.record({
      logicalSectors: count,
      storage: word.map((name) => `/dev/mapper/${name}`),
      physicalBlocks: count,
      minimumIoBytes: fc.constantFrom(512, 4096),
      blockMapCacheBlocks: count,
      blockMapPeriod: count,
      options: fc.array(fc.oneof(flag, number)),
    });
    fc.assert(
      fc.property(common, older, (fields, legacy) => {
        const table = { ...fields, ...legacy };
        const line = { dmName: 'v', startSector: 0, sectors: table.logicalSectors, target: 'vdo' };
        expect(parseVdoTable({ ...line, parameters: formatVdoTable(table) })).toEqual(table);
      }),
    );
  });

  test('a message', () => {
    const { message } = fc.letrec<{ message: KernelMessage; value: string | KernelMessage }>((tie) => ({
      message: fc
        .uniqueArray(fc.tuple(word, tie('value')), { selector: ([key]) => key, maxLength: 5 })
        .map((each) => new Map(each)),
      value: fc.oneof({ maxDepth: 6 }, fc.oneof(word, count.map(String)), tie('message')),
    }));
    const format = (group: KernelMessage): string =>
      `{ ${[...group].map(([key, each]) => `${key} : ${typeof each === 'string' ? each : ` ${format(each)}`}, `).join('')}}`;
    fc.assert(
      fc.property(message, (value) => {
        expect(parseKernelMessage(`${format(value)}\n`)).toEqual(value);
      }),
    );
  });
});
