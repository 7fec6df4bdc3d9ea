import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import * as z from 'zod/mini';
import { Failure } from '../../model/problem.ts';
import { parseSetting, settingSpecs, type SettingKey, type SettingSpec } from '../../model/settings.ts';

/** A setting as the file has it. */
export interface FileSetting {
  readonly value: number | string;
  readonly line: number;
}

function valueSchema(spec: SettingSpec) {
  return z.optional(
    z.pipe(
      z.unknown(),
      z.transform((raw, context) => {
        const parsed = parseSetting(spec, raw);
        if (parsed.kind === 'value') return parsed.value;
        context.issues.push({ code: 'custom', message: parsed.complaint, input: raw });
        return z.NEVER;
      }),
    ),
  );
}

const fileSchema = z.strictObject(
  Object.fromEntries(settingSpecs.map((spec) => [spec.key, valueSchema(spec)])),
);

/**
 * The settings in the text of the file.
 *
 * @throws Failure `usage`, naming file and line, for what is no YAML, no setting, or no value of one.
 */
export function parseSettingsFile(path: string, text: string): ReadonlyMap<SettingKey, FileSetting> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const [first = ''] = error.message.split('\n');
    const why = first.replace(/ at line \d+.*$/, '');
    refuse(path, error.linePos?.[0].line ?? 1, `it is not YAML, a line KEY: VALUE for each setting (${why})`);
  }
  const lineOf = findLines(path, document, lines);
  const data: unknown = document.toJS() ?? {};
  const result = fileSchema.safeParse(data);
  if (!result.success) {
    const [issue] = result.error.issues;
    if (issue?.code === 'unrecognized_keys') refuseUnknown(path, issue.keys, lineOf);
    const key = String(issue?.path[0] ?? '');
    if (key === '') refuse(path, 1, 'it is not a list of KEY: VALUE');
    refuse(path, lineOf(key), `${key} ${issue?.message ?? ''}`);
  }
  const values = result.data as Readonly<Partial<Record<SettingKey, number | string>>>;
  return new Map(
    settingSpecs.flatMap(({ key }): [SettingKey, FileSetting][] => {
      const value = values[key];
      return value === undefined ? [] : [[key, { value, line: lineOf(key) }]];
    }),
  );
}

/** The line of each key at the top. */
function findLines(path: string, { contents }: Document, lines: LineCounter): (key: string) => number {
  const found = new Map<string, number>();
  for (const { key } of isMap(contents) ? contents.items : []) {
    const line = isNode(key) ? lines.linePos(key.range?.[0] ?? 0).line : 1;
    if (!isScalar(key)) refuse(path, line, 'what stands before the colon is not the name of a setting');
    found.set(String(key.value), line);
  }
  return (key) => found.get(key) ?? 1;
}

function refuseUnknown(path: string, keys: readonly string[], lineOf: (key: string) => number): never {
  const [first = ''] = keys.toSorted((one, other) => lineOf(one) - lineOf(other));
  const known = settingSpecs.map(({ key }) => key).join(', ');
  refuse(path, lineOf(first), `there is no setting ${JSON.stringify(first)}; the settings are ${known}`);
}

function refuse(path: string, line: number, message: string): never {
  throw new Failure({
    kind: 'usage',
    message: `${path}:${String(line)}: ${message}`,
    next: 'vdoctl config --help',
  });
}
