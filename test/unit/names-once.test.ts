import ts from 'typescript';
import { expect, test } from 'vitest';
import { readSources, type SourceFile } from './sources.ts';

const objections = /^src\/stacks\/(?:\w+\/)?objections\.ts$/;

/** Names of one thing done for each of several: the file that is imported from tells which one is meant. */
const parallel: Readonly<Record<string, { readonly because: string; readonly files: RegExp }>> = {
  handle: {
    because: 'what a command does: run.ts loads the one that is called',
    files: /^src\/cli\/handlers\//,
  },
  growSteps: { because: 'how each stack grows a volume', files: /^src\/stacks\/\w+\/grow-and-set\.ts$/ },
  setSteps: { because: 'how each stack sets a volume', files: /^src\/stacks\/\w+\/grow-and-set\.ts$/ },
  renameSteps: { because: 'how each stack renames a volume', files: /^src\/stacks\/\w+\/rename\.ts$/ },
  findObjection: {
    because: 'what each stack has against an operation, and what asks the one of a volume',
    files: objections,
  },
  findObjectionTo: { because: 'the same against one thing', files: objections },
  startStep: { because: 'how each stack starts a volume', files: /^src\/stacks\/\w+\/steps\.ts$/ },
  stopStep: { because: 'how each stack stops a volume', files: /^src\/stacks\/\w+\/steps\.ts$/ },
};

/** The names that a file itself exports; a name that it only passes on unchanged keeps its one meaning. */
function listExports({ path, text }: SourceFile): readonly string[] {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest).statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) return listRenamed(statement);
    if (!ts.canHaveModifiers(statement)) return [];
    const modifiers = ts.getModifiers(statement) ?? [];
    if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) => listBound(name));
    const { name } = statement as ts.DeclarationStatement;
    return name === undefined ? [] : [name.text];
  });
}

function listRenamed({ exportClause }: ts.ExportDeclaration): readonly string[] {
  if (exportClause === undefined) return [];
  if (ts.isNamespaceExport(exportClause)) return [exportClause.name.text];
  return exportClause.elements
    .filter(({ propertyName }) => propertyName !== undefined)
    .map(({ name }) => name.text);
}

function listBound(name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? listBound(element.name) : []));
}

/** `name: file, file` for each name that several files export, other than the parallel ones. */
function findTwice(files: readonly SourceFile[]): readonly string[] {
  const owners = new Map<string, string[]>();
  for (const file of files)
    for (const name of new Set(listExports(file)))
      if (parallel[name]?.files.test(file.path) !== true)
        owners.set(name, [...(owners.get(name) ?? []), file.path]);
  for (const name of Object.keys(parallel)) {
    // A parallel name must not be exported anywhere else.
    const others = owners.get(name) ?? [];
    if (others.length > 0) owners.set(name, ['each of several', ...others]);
  }
  return [...owners]
    .filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => `${name}: ${paths.join(', ')}`);
}

test('no two files export the same name', () => {
  expect(findTwice(readSources())).toEqual([]);
});

test('each exception is one', () => {
  const files = readSources();
  for (const [name, { files: own, because }] of Object.entries(parallel)) {
    const owners = files.filter((file) => own.test(file.path) && listExports(file).includes(name));
    expect(owners.length, `${name} (${because})`).toBeGreaterThan(1);
  }
});

test.each([
  ['a function and a type', 'export async function same() {}', 'export type same = 1;'],
  ['a value taken apart and a class', 'export const { a: [same] } = x;', 'export class same {}'],
  ['what is passed on under that name', "export { other as same } from './c.ts';", 'export const same = 1;'],
  ['one of several, and another', 'export const handle = 1;', 'export const handle = 2;'],
])('%s of one name are found', (_what, a, b) => {
  const files = [
    { path: 'src/a.ts', text: a },
    { path: 'src/b.ts', text: b },
  ];
  expect(findTwice(files).join()).toMatch(/^(?:same|handle): .*src\/a\.ts, src\/b\.ts$/);
});

test('what is passed on as it is called has one meaning', () => {
  const files = [
    { path: 'src/a.ts', text: 'export interface Same {}' },
    { path: 'src/b.ts', text: "export type { Same } from './a.ts';" },
  ];
  expect(findTwice(files)).toEqual([]);
});
