import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operationStates } from '../../src/model/vdoconf.ts';
import { parseVdoConf as readVdoConf, removeEntry, withOperationState } from '../../src/parse/vdoconf.ts';
import { attempt, failureOf, strictly } from './expect-failure.ts';
import { recorded } from './recordings.ts';

const parseVdoConf = strictly(readVdoConf);
const finished = recorded('manager/09').stdout;
const incomplete = recorded('manager/44').stdout;
const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/** Adds a second entry where the manager would sort it: before or after `my-vdo`. */
function withSecond(text: string, name: string): string {
  const [, entry = ''] = /\n( {4}my-vdo: !VDOService\n(?: {6}.*\n)+)/.exec(text) ?? [];
  const other = entry.replaceAll('my-vdo', name).replaceAll('/dev/vdb', '/dev/vdc');
  return text.replace(entry, name < 'my-vdo' ? other + entry : entry + other);
}

function put(from: string, to: string, text = finished): string {
  if (!text.includes(from)) throw new Error(`not in the recording: ${from}`);
  return text.replace(from, to);
}

test('thousands of entries that are not understood are each told, without a look at every pair of them', () => {
  const names = Array.from({ length: 60_000 }, (_, at) => `v${String(at)}`);
  const { rows, odd } = readVdoConf(
    `config: !Configuration\n  vdos:\n${names.map((name) => `    ${name}: none\n`).join('')}  version: 538380551\n`,
  );
  expect([rows.length, odd.length]).toEqual([0, names.length]);
  expect(odd.at(-1)?.what).toBe("the entry of v59999 in the manager's configuration");
});

test.each([
  '    x: a: b\n'.repeat(6000),
  `    x: ${'['.repeat(20_000)}\n`,
  `    x: ${'{a: '.repeat(9000)}\n`,
])('what is nested too deeply for its parser is not understood', (entries) => {
  const text = `config: !Configuration\n  vdos:\n${entries}  version: 538380551\n`;
  expect(failureOf(() => parseVdoConf(text)).tool).toBe('/etc/vdoconf.yml');
});

describe('a configuration that the manager wrote', () => {
  test('is understood', () => {
    expect(parseVdoConf(finished)).toEqual([
      {
        name: 'my-vdo',
        device: '/dev/vdb',
        operationState: 'finished',
        activated: true,
        compression: true,
        deduplication: true,
        writePolicy: 'auto',
        logicalBytes: 20 * gibibyte,
        physicalBytes: 10 * gibibyte,
        slabBytes: 128 * mebibyte,
        tunables: {
          'block-map-cache': 128 * mebibyte,
          'block-map-period': 16_380,
          'max-discard': 4096,
          'ack-threads': 1,
          'bio-threads': 4,
          'bio-rotation': 64,
          'cpu-threads': 2,
          'hash-zone-threads': 1,
          'logical-threads': 1,
          'physical-threads': 1,
        },
        logicalBlockBytes: 4096,
        uuid: null,
      },
    ]);
  });

  test('says that a create was cut off', () => {
    expect(parseVdoConf(incomplete)).toMatchObject([{ operationState: 'beginCreate', physicalBytes: 0 }]);
  });

  test.each(operationStates)('says %s', (state) => {
    const text = put('_operationState: finished', `_operationState: ${state}`);
    expect(parseVdoConf(text)).toMatchObject([{ operationState: state }]);
  });

  test('holds several volumes, in its order', () => {
    const names = parseVdoConf(withSecond(finished, 'a-vdo')).map(({ name, device }) => [name, device]);
    expect(names).toEqual([
      ['a-vdo', '/dev/vdc'],
      ['my-vdo', '/dev/vdb'],
    ]);
  });

  test.each([
    ['an older one has no name in its entry', '      name: my-vdo\n', ''],
    ['an older one has more keys', '      slabSize', '      readCache: disabled\n      slabSize'],
  ])('%s', (_, from, to) => {
    expect(parseVdoConf(put(from, to))).toEqual(parseVdoConf(finished));
  });

  test.each([
    ['a UUID', 'uuid: 2C9AFF93-832f-4c59-9f10-2552c019e476', '2c9aff93-832f-4c59-9f10-2552c019e476'],
    [
      'one with its prefix',
      'uuid: VDO-2c9aff93-832f-4c59-9f10-2552c019e476',
      '2c9aff93-832f-4c59-9f10-2552c019e476',
    ],
    ['one that was to be made up', "uuid: ''", null],
    ['none, as that of the first managers', '', null],
  ])('may hold %s', (_, line, uuid) => {
    expect(parseVdoConf(put('uuid: null', line))).toMatchObject([{ uuid }]);
  });

  test('keeps names and words that YAML takes for something else', () => {
    for (const name of ['1e3', 'yes', 'on', '0x10', '1_000']) {
      const text = finished.replaceAll('my-vdo', `'${name}'`);
      expect(parseVdoConf(text)).toMatchObject([{ name }]);
    }
  });

  test.each([
    ['4096B', 4096],
    ['4K', 4096],
    ['1T', 1024 ** 4],
    ['4P', 4 * 1024 ** 5],
  ])('%s is a size', (word, bytes) => {
    expect(parseVdoConf(put('logicalSize: 20G', `logicalSize: ${word}`))).toMatchObject([
      { logicalBytes: bytes },
    ]);
  });

  test('without volumes, or empty, has none', () => {
    expect(parseVdoConf('config: !Configuration\n  vdos: {}\n  version: 538380551\n')).toEqual([]);
    expect(parseVdoConf('')).toEqual([]);
  });
});

describe('as the manager reads it', () => {
  const [usual] = parseVdoConf(finished);

  test.each<[from: string, to: string, expected: object]>([
    // Every import writes the slab size like this: in blocks of the disk.
    ['slabSize: 128M', "slabSize: '32768'", { slabBytes: 128 * 1024 ** 2 }],
    ['logicalSize: 20G', 'logicalSize: 20g', { logicalBytes: 20 * 1024 ** 3 }],
    ['logicalSize: 20G', 'logicalSize: 1.5T', { logicalBytes: 1.5 * 1024 ** 4 }],
    ['logicalSize: 20G', 'logicalSize: 41943040s', { logicalBytes: 20 * 1024 ** 3 }],
    ['logicalSize: 20G', 'logicalSize: 20480', { logicalBytes: 20 * 1024 ** 3 }],
    ['logicalSize: 20G', 'logicalSize: 5000B', { logicalBytes: 4096 }],
    ['device: /dev/vdb', "device: !!python/unicode '/dev/vdb'", {}],
    ['version: 538380551', 'version: 0x20170907', {}],
    ['version: 538380551\n', 'version: 538380551', {}],
    ['activated: enabled', 'activated: on', {}],
    ['compression: enabled', 'compression: true', {}],
    ['compression: enabled', 'compression: disabled', { compression: false }],
    // For the manager only `disabled` is off.
    ['deduplication: enabled', 'deduplication: off', {}],
    ['      _operationState: finished\n', '', { operationState: 'unknown' }],
    ['      activated: enabled\n', '', {}],
    ['      compression: enabled\n', '', {}],
    ['      deduplication: enabled\n', '', {}],
    ['      writePolicy: auto\n', '', {}],
    ['      uuid: null\n', '', {}],
    ['      slabSize: 128M\n', '', { slabBytes: 2 * 1024 ** 3 }],
    ['      logicalSize: 20G\n', '', { logicalBytes: 0 }],
    ['      physicalSize: 10G\n', '', { physicalBytes: 0 }],
  ])('%j as %j', (from, to, expected) => {
    const text = put(from, to);
    expect(text).not.toBe(finished);
    expect(parseVdoConf(text)).toEqual([{ ...usual, ...expected }]);
  });

  test.each<[from: string, to: string]>([
    ['slabSize: 128M', 'slabSize: big'],
    ['_operationState: finished', '_operationState: beginShrink'],
    ['      device: /dev/vdb\n', ''],
  ])('an entry with %j as %j hides itself alone, and stays to the byte', (from, to) => {
    const odd = put(from, to, withSecond(finished, 'z-vdo'));
    const { rows, odd: oddities } = readVdoConf(odd);
    expect(rows.map(({ name }) => name)).toEqual(['z-vdo']);
    expect(oddities).toMatchObject([{ what: "the entry of my-vdo in the manager's configuration" }]);
    expect(withOperationState(odd, 'z-vdo', 'beginImport')).toBe(
      odd.replace(/(z-vdo[^]*_operationState: )finished/, '$1beginImport'),
    );
    expect(removeEntry(odd, 'z-vdo')).toBe(put(from, to));
    expect(removeEntry(odd, 'my-vdo')).toBe(
      put('my-vdo: !VDOService', 'z-vdo: !VDOService')
        .replace('name: my-vdo', 'name: z-vdo')
        .replace('/dev/vdb', '/dev/vdc'),
    );
  });

  test('a state that is not there is put in', () => {
    const text = put('      _operationState: finished\n', '');
    expect(withOperationState(text, 'my-vdo', 'finished')).toBe(finished);
  });

  test('an entry goes, whatever forms stand beside it', () => {
    const forms = put(
      'slabSize: 128M',
      "slabSize: '32768'",
      put('device: /dev/vdb', "device: !!python/unicode '/dev/vdb'"),
    );
    const both = withSecond(forms, 'z-vdo');
    expect(removeEntry(both, 'z-vdo')).toBe(forms);
  });
});

describe('what is not understood is said with its line', () => {
  test.each([
    ['version: 538380551', 'version: 538380552', '  version: 538380552', /version/],
    ['  version: 538380551\n', '', 'config: !Configuration', /"version" is missing/],
    ['finished', 'beginShrink', '      _operationState: beginShrink', /beginShrink/],
    ['      device: /dev/vdb\n', '', '    my-vdo: !VDOService', /"device" is missing/],
    ['device: /dev/vdb', 'device: vdb', '      device: vdb', /not a path/],
    ['writePolicy: auto', 'writePolicy: fast', '      writePolicy: fast', /writePolicy/],
    ['logicalSize: 20G', 'logicalSize: 20x', '      logicalSize: 20x', /logicalSize is not a size/],
    ['logicalSize: 20G', 'logicalSize: -2G', '      logicalSize: -2G', /logicalSize is not a size/],
    ['logicalSize: 20G', 'logicalSize: 9E', '      logicalSize: 9E', /logicalSize is not a size/],
    ['uuid: null', 'uuid: 17', '      uuid: 17', /uuid/],
    ['name: my-vdo', 'name: other', '      name: other', /entry of my-vdo/],
    ['    my-vdo: !VDOService', '    my vdo: !VDOService', '    my vdo: !VDOService', /name/],
    ['!VDOService', '!Service', '    my-vdo: !Service', /tag/],
    ['!Configuration', '', 'config: ', /tag/],
    ['device: /dev/vdb', 'device: !x /dev/vdb', '      device: !x /dev/vdb', /plain/],
    ['device: /dev/vdb', 'device: [/dev/vdb]', '      device: [/dev/vdb]', /plain/],
    ['device: /dev/vdb', 'device: "/dev/vdb', undefined, /./],
    ['config:', 'configuration:', undefined, /"config" is missing/],
  ])('%j as %j', (from, to, line, reason) => {
    const problem = failureOf(() => parseVdoConf(put(from, to)));
    expect(problem.tool).toBe('/etc/vdoconf.yml');
    expect(problem.reason).toMatch(reason);
    if (line !== undefined) expect(problem.line).toBe(line);
  });

  test.each(['<html>', '- a\n', 'null\n', '\0\0\0\n', '{}\n', '%YAML 9\n---\n', 'config: *x\n', '\n'])(
    'something else: %j',
    (text) => {
      failureOf(() => parseVdoConf(text));
    },
  );
});

test('whatever the bytes: an error, or volumes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
      const outcome = attempt(() => parseVdoConf(`${text}\n`));
      if ('value' in outcome) expect(outcome.value).toEqual([]);
    }),
  );
});

describe.each([
  ['a finished one', finished],
  ['one that was cut off', incomplete],
])('changing the text of %s', (_, text) => {
  test.each(operationStates)('the state becomes %s, and nothing else changes', (state) => {
    const changed = withOperationState(text, 'my-vdo', state);
    expect(changed.split('\n')).toEqual(
      text.split('\n').map((line) => line.replace(/(_operationState: ).*/, `$1${state}`)),
    );
  });

  test('the state of one among several', () => {
    for (const other of ['a-vdo', 'z-vdo']) {
      const both = withSecond(text, other);
      const changed = withOperationState(both, 'my-vdo', 'beginImport');
      const states = parseVdoConf(changed).map(({ name, operationState }) => [name, operationState]);
      expect(Object.fromEntries(states)).toEqual({
        [other]: parseVdoConf(text)[0]?.operationState,
        'my-vdo': 'beginImport',
      });
    }
  });

  test('an entry goes, and the rest stays to the byte', () => {
    for (const other of ['a-vdo', 'z-vdo']) {
      const both = withSecond(text, other);
      expect(removeEntry(both, other)).toBe(text);
    }
  });

  test('with the only entry the file goes', () => {
    expect(removeEntry(text, 'my-vdo')).toBeUndefined();
  });

  test('no such entry', () => {
    expect(() => removeEntry(text, 'other')).toThrow('no entry for other');
    expect(() => withOperationState(text, 'other', 'finished')).toThrow('no entry for other');
  });

  test('what is not understood is not changed', () => {
    const broken = put('version: 538380551', 'version: 1', text);
    expect(failureOf(() => removeEntry(broken, 'my-vdo')).reason).toMatch(/version/);
    expect(failureOf(() => withOperationState(broken, 'my-vdo', 'finished')).reason).toMatch(/version/);
  });
});
