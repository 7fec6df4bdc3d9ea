import { blockBytes } from '../model/disk.ts';
import type { LegacyTableFields, TableLine, VdoTable } from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';
import { parseLinesOf, parseLinesOfAll, showLine } from './dmsetup-lines.ts';
import { requireUnderstood, toCount, toWord, type Place } from './text.ts';

const tool = 'dmsetup table';

/** Every line of `dmsetup table` of all devices. Throws Failure `not-understood` at a line of another form. */
export function parseTable(text: string): TableLine[] {
  return [...requireUnderstood(parseLinesOfAll(tool, text))];
}

/** The lines of `dmsetup table NAME`, in order of their sectors; none for a device without a live table. */
export function parseTableOf(dmName: string, text: string): TableLine[] {
  return parseLinesOf(tool, dmName, text);
}

const minimumIoSizes = ['512', String(blockBytes)] as const;
const writePolicies = ['sync', 'async', 'async-unsafe', 'auto'] as const;

/** What stands between the block map period and the options; V4 has nothing there. */
type LegacyField = keyof LegacyTableFields;
const legacyFields: ReadonlyMap<string, readonly LegacyField[]> = new Map([
  ['V2', ['mdRaid5Mode', 'writePolicy', 'poolName']],
  ['V3', ['writePolicy']],
  ['V4', []],
]);

/**
 * Takes a vdo table line apart, as the kernel's `parse_device_config` does for V2 (the classic manager's), V3 and V4.
 *
 * @throws Failure `not-understood` for V0 and V1 (releases before 6.2, which no supported host has), for other
 *   targets, and for whatever {@link formatVdoTable} could not give back exactly.
 */
export function parseVdoTable(line: TableLine): VdoTable {
  const place = { tool, line: showLine(line) };
  if (line.target !== 'vdo') notUnderstood(tool, place.line, 'not a vdo target');
  if (line.startSector !== 0) notUnderstood(tool, place.line, 'a vdo target starts at sector 0');
  const words = line.parameters.split(' ');
  if (words.includes('')) notUnderstood(tool, place.line, 'a field of the table is empty');
  const [version = '', storage = '', physical = '', minimumIo = '', cache = '', period = '', ...rest] = words;
  const fields = legacyFields.get(version);
  if (fields === undefined) notUnderstood(tool, place.line, `table version "${version}" is not V2, V3 or V4`);
  const legacy = parseLegacyFields(place, fields, rest);
  return {
    version,
    logicalSectors: line.sectors,
    storage,
    physicalBlocks: toCount(place, 'physical blocks', physical),
    minimumIoBytes: Number(toWord(place, 'the minimum I/O size', minimumIo, minimumIoSizes)),
    blockMapCacheBlocks: toCount(place, 'the block map cache', cache),
    blockMapPeriod: toCount(place, 'the block map period', period),
    options: parseOptions(place, rest.slice(fields.length)),
    ...(legacy === undefined ? {} : { legacy }),
  };
}

function parseLegacyFields(
  place: Place,
  fields: readonly LegacyField[],
  words: readonly string[],
): LegacyTableFields | undefined {
  if (fields.length === 0) return undefined;
  if (words.length < fields.length) notUnderstood(place.tool, place.line, 'the table has too few fields');
  const word = (field: LegacyField): string => words[fields.indexOf(field)] ?? '';
  const writePolicy = toWord(place, 'the write policy', word('writePolicy'), writePolicies);
  if (!fields.includes('poolName')) return { writePolicy };
  const mdRaid5Mode = toWord(place, 'the MD RAID 5 mode', word('mdRaid5Mode'), ['on', 'off']);
  return { mdRaid5Mode, writePolicy, poolName: word('poolName') };
}

function parseOptions(place: Place, words: readonly string[]): [name: string, value: string][] {
  if (words.length % 2 !== 0) notUnderstood(place.tool, place.line, 'an option of the table has no value');
  const options: [string, string][] = [];
  for (let at = 0; at < words.length; at += 2) {
    const [name = '', value = ''] = words.slice(at, at + 2);
    if (name === 'deduplication' || name === 'compression') toWord(place, name, value, ['on', 'off']);
    else toCount(place, name, value);
    options.push([name, value]);
  }
  return options;
}

/** The parameters of a vdo table line: everything after `vdo `, exactly as {@link parseVdoTable} was given it. */
export function formatVdoTable(table: VdoTable): string {
  const { legacy } = table;
  const numbers = [
    table.physicalBlocks,
    table.minimumIoBytes,
    table.blockMapCacheBlocks,
    table.blockMapPeriod,
  ];
  const words = [
    table.version,
    table.storage,
    ...numbers.map(String),
    ...(legacyFields.get(table.version) ?? []).map((field) => legacy?.[field]),
    ...table.options.flat(),
  ];
  return words.filter((word) => word !== undefined).join(' ');
}
