import { isMap, isNode, isScalar, parseDocument, type Document, type Pair } from 'yaml';
import { blockBytes } from '../model/disk.ts';
import type { Told } from '../model/odd.ts';
import { isDmName } from '../model/names.ts';
import { notUnderstood } from '../model/problem.ts';
import {
  configPath,
  operationStates,
  writePolicies,
  type ManagedVolume,
  type OperationState,
} from '../model/vdoconf.ts';
import { tunableKeys, tunables, type TunableKey } from '../model/tunables.ts';
import { Oddities, toCount, toWord, type LineOrigin } from './text.ts';
import { SourceText, startOf, type ConfigSection, type Word } from './vdoconf-source.ts';

/** The only version that the manager ever wrote. */
const knownVersion = 0x20170907;

/**
 * Every volume in the classic manager's `/etc/vdoconf.yml`, in its order, as the manager itself reads them: an absent
 * key has its default. An entry that is not understood hides no other.
 *
 * @throws Failure `not-understood`, with the line, when it is no YAML, lacks a section, or is of another version.
 */
export function parseVdoConf(text: string): Told<ManagedVolume> {
  const { entries, odd } = readEntries(text);
  return { rows: entries.flatMap(({ volume }) => volume ?? []), odd };
}

/**
 * The text without one volume's entry. Everything else stays, byte by byte. Undefined when it was the only entry: the
 * manager removes the file then.
 *
 * @throws Failure `not-understood` as {@link parseVdoConf}; an error when there is no such entry.
 */
export function removeEntry(text: string, name: string): string | undefined {
  const { entries } = readEntries(text);
  const { startsAt, endsAt } = requireEntry(entries, name);
  if (entries.length === 1) return undefined;
  const rest = text.slice(0, startsAt) + text.slice(endsAt);
  return requireSame(
    rest,
    entries.filter((entry) => entry.name !== name),
  );
}

/**
 * Where one volume's entry stands in the text: the offsets of its lines.
 *
 * @throws as {@link removeEntry}
 */
export function locateEntry(text: string, name: string): Pick<Entry, 'startsAt' | 'endsAt'> {
  return requireEntry(readEntries(text).entries, name);
}

/**
 * The text with another operation state in one volume's entry. Everything else stays, byte by byte.
 *
 * @throws as {@link removeEntry}
 */
export function withOperationState(text: string, name: string, operationState: OperationState): string {
  const { entries } = readEntries(text);
  const { stateRange, firstKeyAt } = requireEntry(entries, name);
  const [from, to] = stateRange ?? [firstKeyAt, firstKeyAt];
  const indent = text.slice(text.lastIndexOf('\n', firstKeyAt - 1) + 1, firstKeyAt);
  const word = stateRange === undefined ? `_operationState: ${operationState}\n${indent}` : operationState;
  const changed = text.slice(0, from) + word + text.slice(to);
  const expected = entries.map((entry) =>
    entry.name === name && entry.volume !== undefined
      ? { ...entry, volume: { ...entry.volume, operationState } }
      : entry,
  );
  return requireSame(changed, expected);
}

interface Entry {
  readonly name: string;
  /** Undefined where the entry is not understood. */
  readonly volume: ManagedVolume | undefined;
  /** Offsets of its lines in the text. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** Offset of its first key. */
  readonly firstKeyAt: number;
  /** Offsets of the word of its operation state; undefined where it has no such state. */
  readonly stateRange: readonly [from: number, to: number] | undefined;
}

interface Entries {
  readonly entries: readonly Entry[];
  readonly odd: Told<Entry>['odd'];
}

function requireEntry(entries: readonly Entry[], name: string): Entry {
  const entry = entries.find((each) => each.name === name);
  if (entry === undefined) throw new Error(`${configPath} has no entry for ${name}`);
  return entry;
}

/** Reads the edited text again, because nothing may write a wrong edit to the file. */
function requireSame(text: string, expected: readonly Entry[]): string {
  const show = (entries: readonly Entry[]): string =>
    JSON.stringify(entries.map(({ name, volume }) => [name, volume ?? null]));
  if (show(readEntries(text).entries) !== show(expected))
    throw new Error(`${configPath} was changed wrongly`);
  return text;
}

function readEntries(text: string): Entries {
  // To the manager an empty file is the same as no file.
  if (text === '') return { entries: [], odd: [] };
  const source = new SourceText(text);
  const document = parseYaml(text, source);
  const [error] = document.errors;
  if (error !== undefined) source.fail(error.pos[0], error.message);
  const root = source.section({ key: undefined, value: document.contents }, undefined);
  const config = source.section(source.pair(root, 'config'), '!Configuration');
  const version = source.text(config, 'version');
  if (!/^(?:0x)?[0-9a-f]+$/i.test(version.word) || Number(version.word) !== knownVersion)
    notUnderstood(configPath, version.line, `the version is not ${String(knownVersion)}, the only one known`);
  const { items } = source.section(source.pair(config, 'vdos'), undefined).map;
  const oddities = new Oddities();
  const names = new Set<string>();
  const twice = new Set<string>();
  for (const name of items.map(nameOf)) (names.has(name) ? twice : names).add(name);
  const entries = items.map((pair) => readEntry(source, pair, twice.has(nameOf(pair)), oddities));
  return { entries, odd: oddities.found };
}

function parseYaml(text: string, source: SourceText): Document {
  try {
    // Keep every scalar as it stands: a volume may be called 1e3, or yes.
    return parseDocument(text, {
      schema: 'failsafe',
      logLevel: 'silent',
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false,
    });
  } catch (error) {
    // The YAML parser recurses once a level, and overflows the stack.
    if (error instanceof RangeError) return source.fail(0, 'it is nested too deeply');
    throw error;
  }
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

function readEntry(source: SourceText, pair: Pair, isTwice: boolean, oddities: Oddities): Entry {
  const name = nameOf(pair);
  const at = isScalar(pair.key) ? startOf(pair.key) : 0;
  const state: { range?: readonly [number, number] } = {};
  const volume = oddities.attempt(
    `the entry of ${name} in the manager's configuration`,
    () => {
      if (isTwice) source.fail(at, 'there are two of that name');
      const entry = source.section(pair, '!VDOService');
      const found = source.optional(entry, '_operationState');
      if (found !== undefined) state.range = found.range;
      return readVolume(source, entry);
    },
    name,
  );
  const map = isMap(pair.value) ? pair.value : undefined;
  const [first] = map?.items ?? [];
  return {
    name,
    volume,
    startsAt: source.lineStart(at),
    endsAt: (isNode(pair.value) ? pair.value.range?.[2] : undefined) ?? at,
    firstKeyAt: isNode(first?.key) ? startOf(first.key) : at,
    stateRange: state.range,
  };
}

function readVolume(source: SourceText, entry: ConfigSection): ManagedVolume {
  const { name } = entry;
  if (!isDmName(name)) source.fail(entry.at, 'it cannot be the name of a device-mapper device');
  if (entry.map.has('name')) {
    const own = source.text(entry, 'name');
    if (own.word !== name) notUnderstood(configPath, own.line, `it stands in the entry of ${name}`);
  }
  // To the manager everything but `disabled` means enabled: `on`, `true`, even `off`.
  const flag = (what: string): boolean => source.optional(entry, what)?.word !== 'disabled';
  const bytes = (what: string, absent: number, bare: number): number => {
    const found = source.optional(entry, what);
    return found === undefined ? absent : toBytes(found, what, found.word, bare);
  };
  const { word: device, ...devicePlace } = source.text(entry, 'device');
  if (!device.startsWith('/')) notUnderstood(configPath, devicePlace.line, 'the device is not a path');
  const policy = source.optional(entry, 'writePolicy');
  const state = source.optional(entry, '_operationState');
  const uuid = source.optional(entry, 'uuid');
  return {
    name,
    device,
    operationState:
      state === undefined ? 'unknown' : toWord(state, '_operationState', state.word, operationStates),
    activated: flag('activated'),
    compression: flag('compression'),
    deduplication: flag('deduplication'),
    writePolicy: policy === undefined ? 'auto' : toWord(policy, 'writePolicy', policy.word, writePolicies),
    logicalBytes: wholeBlocks(bytes('logicalSize', 0, mebibyte)),
    physicalBytes: wholeBlocks(bytes('physicalSize', 0, mebibyte)),
    // `vdo import` writes the slab size as the disk has it: in blocks, without a unit.
    slabBytes: bytes('slabSize', usualSlabBytes, blockBytes),
    // The first managers kept no UUID, and asked the disk at each start.
    uuid: uuid === undefined ? null : toUuid(uuid),
    tunables: findTunables(source, entry),
    ...findBlockBytes(source, entry),
  };
}

/** What is tuned decides nothing but how fast the volume is, and its memory: what is not understood is left out. */
function findTunables(source: SourceText, entry: ConfigSection): ManagedVolume['tunables'] {
  const read = (key: TunableKey): number | undefined => {
    const { unit, manager } = tunables[key];
    const found = source.optional(entry, manager.key);
    if (found === undefined) return undefined;
    if (unit === 'bytes') return toBytes(found, manager.key, found.word, mebibyte);
    return toCount(found, manager.key, found.word);
  };
  return Object.fromEntries(
    tunableKeys.flatMap((key) => {
      const value = new Oddities().attempt(key, () => read(key));
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** 512 where it emulates such blocks. */
function findBlockBytes(source: SourceText, entry: ConfigSection): Pick<ManagedVolume, 'logicalBlockBytes'> {
  const { word = '4096' } = source.optional(entry, 'logicalBlockSize') ?? {};
  return word === '512' || word === '4096' ? { logicalBlockBytes: Number(word) } : {};
}

const mebibyte = 1024 ** 2;
const usualSlabBytes = 2 * 1024 ** 3;
const wholeBlocks = (bytes: number): number => Math.floor(bytes / blockBytes) * blockBytes;

/** The manager's suffixes, in either case. */
const units: ReadonlyMap<string, number> = new Map([
  ['s', 512],
  ...['b', 'k', 'm', 'g', 't', 'p', 'e'].map((unit, at): [string, number] => [unit, 1024 ** at]),
]);

/** A number, whole or not, with a unit; without a unit it counts `bare` bytes. An empty word is 0. */
function toBytes(place: LineOrigin, what: string, word: string, bare: number): number {
  if (word === '') return 0;
  const [, number = '', unit = ''] = /^([0-9]+(?:\.[0-9]+)?)([a-z]?)$/i.exec(word) ?? [];
  const factor = unit === '' ? bare : units.get(unit.toLowerCase());
  const bytes = number === '' || factor === undefined ? NaN : Math.floor(Number(number) * factor);
  return Number.isSafeInteger(bytes)
    ? bytes
    : notUnderstood(configPath, place.line, `${what} is not a size: "${word}"`);
}

const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Null where the word is empty: the manager then asks the disk. */
function toUuid({ word, line }: Word): string | null {
  // An empty word asked the manager to make up a UUID.
  if (word === '') return null;
  const uuid = word.toLowerCase().replace(/^vdo-/, '');
  return uuidPattern.test(uuid) ? uuid : notUnderstood(configPath, line, `the uuid is none: "${word}"`);
}
