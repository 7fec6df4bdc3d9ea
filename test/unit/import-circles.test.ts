import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { readSources, type SourceFile } from './sources.ts';

/** The imports of each file, including types and dynamic imports. */
function listImports(files: readonly SourceFile[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    files.map((file) => [
      file.path,
      ts
        .preProcessFile(file.text)
        .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
        .map(({ fileName }) => path.posix.join(path.posix.dirname(file.path), fileName)),
    ]),
  );
}

/** The files in a circle of imports, or between two circles: they remain after the ends of all chains are removed. */
function findCircles(files: readonly SourceFile[]): readonly string[] {
  const left = new Map(listImports(files));
  for (let before = Infinity; left.size < before;) {
    before = left.size;
    const imported = new Set([...left.values()].flat());
    for (const [file, imports] of left)
      if (!imported.has(file) || !imports.some((each) => left.has(each))) left.delete(file);
  }
  return [...left].map(
    ([file, imports]) => `${file} -> ${imports.filter((each) => left.has(each)).join(', ')}`,
  );
}

test('no file imports itself by way of others', () => {
  const files = readSources();
  const known = new Set(files.map((file) => file.path));
  // An import of an unknown file would hide a circle.
  expect([...listImports(files).values()].flat().filter((each) => !known.has(each))).toEqual([]);
  expect(findCircles(files)).toEqual([]);
});

test.each([
  ['types', "import type { B } from './b.ts';", "import { type A } from './a.ts';"],
  ['what is passed on', "export { b } from './b.ts';", "export type { A } from './a.ts';"],
  ['what is loaded late', "const { b } = await import('./b.ts');", "import { a } from './a.ts';"],
])('a circle of %s is found, and not what leads to it or away', (_what, a, b) => {
  const files = [
    { path: 'x/a.ts', text: `${a}\nimport { c } from './c.ts';` },
    { path: 'x/b.ts', text: b },
    { path: 'x/c.ts', text: 'export const c = 1;' },
    { path: 'x/d.ts', text: "import { a } from './a.ts';" },
  ];
  expect(findCircles(files)).toEqual(['x/a.ts -> x/b.ts', 'x/b.ts -> x/a.ts']);
});
