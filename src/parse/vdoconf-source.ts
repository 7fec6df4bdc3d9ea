import { isMap, isNode, isScalar, type Pair, type YAMLMap } from 'yaml';
import { notUnderstood } from '../model/problem.ts';
import type { LineOrigin } from './text.ts';
import { configPath } from '../model/vdoconf.ts';

/** A value of the file, and its place. */
export interface Word extends LineOrigin {
  readonly word: string;
  /** Whether it stands without quotes. */
  readonly isPlain: boolean;
  readonly range: readonly [from: number, to: number];
}

/** A mapping, with the key that holds it. */
export interface ConfigSection {
  readonly name: string;
  /** Offset of the key. */
  readonly at: number;
  readonly map: YAMLMap;
}

/** The text with its lines, for errors that name them. */
export class SourceText {
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
    return notUnderstood(configPath, this.lineAt(at), reason);
  }

  section({ key, value }: Pick<Pair, 'key' | 'value'>, tag: string | undefined): ConfigSection {
    const at = isScalar(key) ? startOf(key) : 0;
    if (!isMap(value)) return this.fail(at, 'keys and values were expected');
    if (value.tag !== tag) this.fail(at, tag === undefined ? 'it has a tag' : `its tag is not ${tag}`);
    return { name: isScalar(key) ? String(key.value) : '', at, map: value };
  }

  pair({ map, at }: ConfigSection, key: string): Pair {
    // Of two equal keys the manager takes the last.
    const found = map.items.findLast((pair) => isScalar(pair.key) && pair.key.value === key);
    return found ?? this.fail(at, `"${key}" is missing`);
  }

  /** The value of a key; undefined where the key is absent, or null. */
  optional(section: ConfigSection, key: string): Word | undefined {
    if (!section.map.has(key)) return undefined;
    const word = this.text(section, key);
    return word.isPlain && /^(?:null|~|)$/i.test(word.word) ? undefined : word;
  }

  text(section: ConfigSection, key: string): Word {
    const pair = this.pair(section, key);
    const { value } = pair;
    const at = isNode(value) ? startOf(value) : section.at;
    const line = this.lineAt(at);
    if (!isScalar(value) || typeof value.value !== 'string' || !isText(value.tag))
      return notUnderstood(configPath, line, `"${key}" is not a plain value`);
    const range = [at, value.range?.[1] ?? at] as const;
    return { tool: configPath, line, word: value.value, isPlain: value.type === 'PLAIN', range };
  }
}

/** Whether the tag is none, or one with which Python 2 marks its strings. */
function isText(tag: string | undefined): boolean {
  return tag === undefined || /^(?:!!|tag:yaml\.org,2002:)(?:python\/unicode|str)$/.test(tag);
}

/** Offset of a node's first character. */
export function startOf(node: { range?: readonly [number, number, number] | null | undefined }): number {
  return node.range?.[0] ?? 0;
}
