import {
  legacyTableFields,
  type LegacyTableField,
  type TableLine,
  type TableVersion,
  type VdoTable,
} from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';
import { parseLinesOf, parseLinesOfAll, showLine } from './dmsetup-lines.ts';
import { requireUnderstood, toCount, type LineOrigin } from './text.ts';

const tool = 'dmsetup table';

/** Every line of `dmsetup table` of all devices. @throws Failure `not-understood` at a line of another form. */
export function parseTable(text: string): TableLine[] {
  return [...requireUnderstood(parseLinesOfAll(tool, text))];
}

/** The lines of `dmsetup table NAME`, in order of their sectors; none for a device without a live table. */
export function parseTableOf(dmName: string, text: string): TableLine[] {
  return parseLinesOf(tool, dmName, text);
}

/** The fixed fields of a line. Behind them V2 and later have any number of pairs. */
type Field =
  | 'storage'
  | 'physicalBlocks'
  | 'minimumIoBytes'
  | 'blockMapCacheBlocks'
  | 'blockMapPeriod'
  | LegacyTableField;

const cache = ['blockMapCacheBlocks', 'blockMapPeriod'] as const;
const readCache = ['readCache', 'readCacheSize'] as const;
const policy = ['mdRaid5Mode', 'writePolicy', 'poolName'] as const;
const sizes = ['physicalBlocks', 'minimumIoBytes'] as const;

const fieldsOf: Readonly<Record<TableVersion, readonly Field[]>> = {
  V0: ['storage', 'minimumIoBytes', ...readCache, ...cache, ...policy, 'threads'],
  V1: ['storage', ...sizes, ...readCache, ...cache, ...policy, 'threads'],
  V2: ['storage', ...sizes, ...cache, ...policy],
  V3: ['storage', ...sizes, ...cache, 'writePolicy'],
  V4: ['storage', ...sizes, ...cache],
};

const isVersion = (word: string): word is TableVersion => /^V[1-4]$/.test(word);

/**
 * Takes a vdo table line apart, as the kernel's `parse_device_config` does. Options are handed back as they stand: the
 * kernel took them, and only the kernel knows what they mean and which values they can have.
 *
 * @throws Failure `not-understood` for other targets and versions, and for a line that {@link formatVdoTable} could not
 *   give back exactly.
 */
export function parseVdoTable(line: TableLine): VdoTable {
  const place = { tool, line: showLine(line) };
  if (line.target !== 'vdo') notUnderstood(tool, place.line, 'not a vdo target');
  if (line.startSector !== 0) notUnderstood(tool, place.line, 'a vdo target starts at sector 0');
  const words = line.parameters.split(' ');
  if (words.includes('')) notUnderstood(tool, place.line, 'a field of the table is empty');
  const [first = ''] = words;
  const version = isVersion(first) ? first : 'V0';
  const values = version === 'V0' ? words : words.slice(1);
  const fields = fieldsOf[version];
  if (version === 'V0' && values.length !== fields.length)
    notUnderstood(tool, place.line, `table version "${first}" is not known`);
  if (values.length < fields.length) notUnderstood(tool, place.line, 'the table has too few fields');
  const word = (field: Field): string => values[fields.indexOf(field)] ?? '';
  const legacy = legacyTableFields.filter((field) => fields.includes(field));
  return {
    version,
    logicalSectors: line.sectors,
    storage: word('storage'),
    physicalBlocks: version === 'V0' ? undefined : toCount(place, 'physical blocks', word('physicalBlocks')),
    minimumIoBytes: toCount(place, 'the minimum I/O size', word('minimumIoBytes')),
    blockMapCacheBlocks: toCount(place, 'the block map cache', word('blockMapCacheBlocks')),
    blockMapPeriod: toCount(place, 'the block map period', word('blockMapPeriod')),
    options: parseOptions(place, values.slice(fields.length)),
    ...(legacy.length === 0
      ? {}
      : { legacy: Object.fromEntries(legacy.map((field) => [field, word(field)])) }),
  };
}

function parseOptions(place: LineOrigin, words: readonly string[]): [name: string, value: string][] {
  if (words.length % 2 !== 0) notUnderstood(place.tool, place.line, 'an option of the table has no value');
  const options: [string, string][] = [];
  for (let at = 0; at < words.length; at += 2) {
    const [name = '', value = ''] = words.slice(at, at + 2);
    options.push([name, value]);
  }
  return options;
}

/** The parameters of a vdo table line: everything after `vdo `, exactly as {@link parseVdoTable} was given it. */
export function formatVdoTable(table: VdoTable): string {
  const { version, legacy = {} } = table;
  const { storage, physicalBlocks, minimumIoBytes, blockMapCacheBlocks, blockMapPeriod } = table;
  const numbers = { physicalBlocks, minimumIoBytes, blockMapCacheBlocks, blockMapPeriod };
  const values: Readonly<Partial<Record<Field, string | number | undefined>>> = {
    storage,
    ...numbers,
    ...legacy,
  };
  const words = [
    ...(version === 'V0' ? [] : [version]),
    ...fieldsOf[version].map((field) => String(values[field] ?? '')),
    ...table.options.flat(),
  ];
  return words.join(' ');
}
