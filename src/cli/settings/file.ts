import { isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, type Document, type Pair } from 'yaml';
import { suggest } from '../../model/nearest.ts';
import { Failure } from '../../model/problem.ts';
import {
  describeValues,
  parseSetting,
  settingSpecs,
  type SettingKey,
  type SettingSpec,
} from '../../model/settings.ts';

/** A setting as the file has it. */
export interface FileSetting {
  readonly value: number | string;
  readonly line: number;
}

/** Nobody has this much to set, and some megabytes of YAML take minutes to parse. */
const mostCharacters = 2 ** 20;

/**
 * The settings in the text of the file. An alias is accepted if it stands for one value.
 *
 * @throws Failure `usage` with file and line, if something is no YAML, no setting, or no valid value.
 */
export function parseSettingsFile(path: string, text: string): ReadonlyMap<SettingKey, FileSetting> {
  if (text.length > mostCharacters) failUsage(path, 1, `it is too large (${String(text.length)} characters)`);
  const lines = new LineCounter();
  const document = parseYaml(path, text, lines);
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const [first = ''] = error.message.split('\n');
    const why = first.replace(/ at line \d+.*$/, '');
    failUsage(
      path,
      error.linePos?.[0].line ?? 1,
      `it is not YAML with a line KEY: VALUE for each setting (${why})`,
    );
  }
  const pairs = listPairs(document);
  if (pairs === undefined) failUsage(path, 1, 'it is not a list of KEY: VALUE');
  const found = new Map<SettingKey, FileSetting>();
  for (const pair of pairs) {
    const line = isNode(pair.key) ? lines.linePos(pair.key.range?.[0] ?? 0).line : 1;
    const fail: Fail = (complaint) => failUsage(path, line, complaint);
    const spec = readKey(pair, fail);
    if (found.has(spec.key)) fail(`${spec.key} is set twice; each key must be unique`);
    found.set(spec.key, { value: readValue(pair, spec, { document, text, fail }), line });
  }
  return found;
}

function parseYaml(path: string, text: string, lineCounter: LineCounter): Document {
  try {
    // The parser's own check for duplicate keys compares each key with all others.
    return parseDocument(text, { lineCounter, prettyErrors: true, uniqueKeys: false });
  } catch (error) {
    // The parser calls itself for each level of nesting.
    if (error instanceof RangeError) failUsage(path, 1, 'it is nested too deeply');
    throw error;
  }
}

/** The file's key-value pairs; undefined if it has any other form. */
function listPairs({ contents }: Document): readonly Pair[] | undefined {
  if (isMap(contents)) return contents.items;
  return contents === null || (isScalar(contents) && contents.value === null) ? [] : undefined;
}

/** Refuses the line, with a complaint. */
type Fail = (complaint: string) => never;

function readKey({ key }: Pair, fail: Fail): SettingSpec & { readonly key: SettingKey } {
  if (!isScalar(key)) fail('the text before the colon is not the name of a setting');
  const name = String(key.value);
  const spec = settingSpecs.find((each) => each.key === name);
  if (spec !== undefined) return spec;
  const known = settingSpecs.map((each) => each.key);
  return fail(
    `there is no setting ${JSON.stringify(name)}${suggest(name, known)}; the settings are ${known.join(', ')}`,
  );
}

interface Around {
  readonly document: Document;
  readonly text: string;
  readonly fail: Fail;
}

function readValue({ value }: Pair, spec: SettingSpec, { document, text, fail }: Around): number | string {
  const node = isAlias(value) ? value.resolve(document) : value;
  if (isAlias(value) && node === undefined)
    fail(`${spec.key}: the alias *${value.source} is undefined (no &${value.source} above it)`);
  if (isNode(node) && !isScalar(node)) {
    const [from, to] = node.range ?? [0, 0];
    fail(`${spec.key} takes ${describeValues(spec)}, not ${text.slice(from, to).trim().slice(0, 80)}`);
  }
  const parsed = parseSetting(spec, isScalar(node) ? node.value : null);
  return parsed.kind === 'value' ? parsed.value : fail(`${spec.key} ${parsed.complaint}`);
}

function failUsage(path: string, line: number, message: string): never {
  throw new Failure({
    kind: 'usage',
    message: `${path}:${String(line)}: ${message}`,
    next: 'vdoctl config --help',
  });
}
