import { isMap, isNode, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';
import { isDmName } from '../model/names.ts';
import { notUnderstood } from '../model/problem.ts';
import { operationStates, writePolicies, type ManagedVolume, type OperationState } from '../model/vdoconf.ts';
import { toCount, toWord, type Place } from './text.ts';

const tool = '/etc/vdoconf.yml';
/** 0x20170907: the only one that the manager ever wrote. */
const knownVersion = '538380551';

/**
 * Every volume in the classic manager's `/etc/vdoconf.yml`, in its order.
 *
 * @throws Failure `not-understood`, with the line, when it is no YAML, is cut off, is of another version, or an entry
 *   lacks something or has a value that is not known. What else an entry holds is left alone.
 */
export function parseVdoConf(text: string): ManagedVolume[] {
  return readEntries(text).map(({ volume }) => volume);
}

/**
 * The text without one volume's entry; everything else stays to the byte. Undefined when it was the only one: the
 * manager removes the file then.
 *
 * @throws Failure `not-understood` as {@link parseVdoConf}; an error when there is no such entry.
 */
export function removeEntry(text: string, name: string): string | undefined {
  const entries = readEntries(text);
  const { startsAt, endsAt } = requireEntry(entries, name);
  if (entries.length === 1) return undefined;
  const rest = text.slice(0, startsAt) + text.slice(endsAt);
  const expected = entries.filter(({ volume }) => volume.name !== name).map(({ volume }) => volume);
  return requireSame(rest, expected);
}

/**
 * Where one volume's entry stands in the text, by offsets of its lines.
 *
 * @throws as {@link removeEntry}
 */
export function locateEntry(text: string, name: string): Pick<Entry, 'startsAt' | 'endsAt'> {
  return requireEntry(readEntries(text), name);
}

/**
 * The text with another operation state in one volume's entry; everything else stays to the byte.
 *
 * @throws as {@link removeEntry}
 */
export function withOperationState(text: string, name: string, operationState: OperationState): string {
  const entries = readEntries(text);
  const [from, to] = requireEntry(entries, name).stateRange;
  const changed = text.slice(0, from) + operationState + text.slice(to);
  const expected = entries.map(({ volume }) =>
    volume.name === name ? { ...volume, operationState } : volume,
  );
  return requireSame(changed, expected);
}

interface Entry {
  readonly volume: ManagedVolume;
  /** Offsets of its lines in the text. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** Offsets of its operation state's word. */
  readonly stateRange: readonly [from: number, to: number];
}

function requireEntry(entries: readonly Entry[], name: string): Entry {
  const entry = entries.find(({ volume }) => volume.name === name);
  if (entry === undefined) throw new Error(`${tool} has no entry for ${name}`);
  return entry;
}

/** A text that was changed by hand is read again before anybody writes it. */
function requireSame(text: string, expected: readonly ManagedVolume[]): string {
  if (JSON.stringify(parseVdoConf(text)) !== JSON.stringify(expected))
    throw new Error(`${tool} was changed wrongly`);
  return text;
}

function readEntries(text: string): Entry[] {
  // The manager takes an empty file for none.
  if (text === '') return [];
  const source = new Source(text);
  if (!text.endsWith('\n')) source.fail(text.length, 'the file ends in the middle of a line');
  // Every scalar as it stands: a volume may be called 1e3, or yes.
  const document = parseDocument(text, {
    schema: 'failsafe',
    logLevel: 'silent',
    prettyErrors: false,
    stringKeys: true,
  });
  const [error] = document.errors;
  if (error !== undefined) source.fail(error.pos[0], error.message);
  const root = source.section({ key: undefined, value: document.contents }, undefined);
  const config = source.section(source.pair(root, 'config'), '!Configuration');
  const version = source.text(config, 'version');
  if (version.word !== knownVersion)
    notUnderstood(tool, version.line, `the version is not ${knownVersion}, the only one known`);
  const volumes = source.section(source.pair(config, 'vdos'), undefined);
  return volumes.map.items.map((pair) => readEntry(source, source.section(pair, '!VDOService')));
}

function readEntry(source: Source, entry: Section): Entry {
  const { name } = entry;
  if (!isDmName(name)) source.fail(entry.at, 'it cannot be the name of a device-mapper device');
  if (entry.map.has('name')) {
    const own = source.text(entry, 'name');
    if (own.word !== name) notUnderstood(tool, own.line, `it stands in the entry of ${name}`);
  }
  const flag = (what: string): boolean => {
    const { word, ...place } = source.text(entry, what);
    return toWord(place, what, word, ['enabled', 'disabled']) === 'enabled';
  };
  const bytes = (what: string): number => {
    const { word, ...place } = source.text(entry, what);
    return toBytes(place, what, word);
  };
  const { word: device, ...devicePlace } = source.text(entry, 'device');
  if (!device.startsWith('/')) notUnderstood(tool, devicePlace.line, 'the device is not a path');
  const policy = source.text(entry, 'writePolicy');
  const state = source.text(entry, '_operationState');
  return {
    volume: {
      name,
      device,
      operationState: toWord(state, '_operationState', state.word, operationStates),
      activated: flag('activated'),
      compression: flag('compression'),
      deduplication: flag('deduplication'),
      writePolicy: toWord(policy, 'writePolicy', policy.word, writePolicies),
      logicalBytes: bytes('logicalSize'),
      physicalBytes: bytes('physicalSize'),
      slabBytes: bytes('slabSize'),
      ...findCache(entry.map),
      // The first managers asked the disk at each start, and kept none.
      uuid: entry.map.has('uuid') ? toUuid(source.text(entry, 'uuid')) : null,
    },
    startsAt: source.lineStart(entry.at),
    endsAt: entry.map.range?.[2] ?? entry.at,
    stateRange: state.range,
  };
}

const units = ['B', 'K', 'M', 'G', 'T', 'P', 'E'];

/** As the manager writes it: a whole number of the greatest unit that fits. */
function toBytes(place: Place, what: string, word: string): number {
  const exponent = units.indexOf(word.slice(-1));
  if (exponent === -1) notUnderstood(tool, place.line, `${what} has no unit: "${word}"`);
  const unit = 1024 ** exponent;
  return unit * toCount(place, what, word.slice(0, -1), Math.floor(Number.MAX_SAFE_INTEGER / unit));
}

/** Only how much memory it needs depends on it. */
function findCache(map: YAMLMap): Pick<ManagedVolume, 'blockMapCacheBytes'> {
  const word = map.get('blockMapCacheSize');
  const [, digits, unit = ''] = (typeof word === 'string' ? /^(\d+)([BKMGT])$/.exec(word) : null) ?? [];
  return digits === undefined ? {} : { blockMapCacheBytes: Number(digits) * 1024 ** units.indexOf(unit) };
}

const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Null where it is none: the manager then asks the disk. */
function toUuid({ word, line, isPlain }: Word): string | null {
  // Quoted and empty: one was to be made up.
  if ((isPlain && word === 'null') || word === '') return null;
  const uuid = word.toLowerCase().replace(/^vdo-/, '');
  return uuidPattern.test(uuid) ? uuid : notUnderstood(tool, line, `the uuid is none: "${word}"`);
}

interface Word extends Place {
  readonly word: string;
  /** Whether it stands without quotes. */
  readonly isPlain: boolean;
  readonly range: readonly [from: number, to: number];
}

/** A mapping, with the key that it stands under. */
interface Section {
  readonly name: string;
  /** Offset of that key. */
  readonly at: number;
  readonly map: YAMLMap;
}

/** The text with its lines, for errors that name them. */
class Source {
  private readonly whole: string;

  constructor(text: string) {
    this.whole = text;
  }

  lineStart(at: number): number {
    return this.whole.lastIndexOf('\n', at - 1) + 1;
  }

  lineAt(at: number): string {
    const start = this.lineStart(Math.min(at, this.whole.length));
    const end = this.whole.indexOf('\n', start);
    return this.whole.slice(start, end === -1 ? undefined : end);
  }

  fail(at: number, reason: string): never {
    return notUnderstood(tool, this.lineAt(at), reason);
  }

  section({ key, value }: Pick<Pair, 'key' | 'value'>, tag: string | undefined): Section {
    const at = isScalar(key) ? startOf(key) : 0;
    if (!isMap(value)) return this.fail(at, 'keys and values were expected');
    if (value.tag !== tag) this.fail(at, tag === undefined ? 'it has a tag' : `its tag is not ${tag}`);
    return { name: isScalar(key) ? String(key.value) : '', at, map: value };
  }

  pair({ map, at }: Section, key: string): Pair {
    const found = map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
    return found ?? this.fail(at, `"${key}" is missing`);
  }

  text(section: Section, key: string): Word {
    const pair = this.pair(section, key);
    const { value } = pair;
    const at = isNode(value) ? startOf(value) : section.at;
    const line = this.lineAt(at);
    if (!isScalar(value) || typeof value.value !== 'string' || value.tag !== undefined)
      return notUnderstood(tool, line, `"${key}" is not a plain value`);
    const range = [at, value.range?.[1] ?? at] as const;
    return { tool, line, word: value.value, isPlain: value.type === 'PLAIN', range };
  }
}

function startOf(node: { range?: readonly [number, number, number] | null | undefined }): number {
  return node.range?.[0] ?? 0;
}
