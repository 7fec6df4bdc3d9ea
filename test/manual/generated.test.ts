import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { listGeneratedFiles } from '../../src/manual/files.ts';

const files = listGeneratedFiles();

test.each([...files])('%s is what the table of commands makes of it (npm run generate)', (file, text) => {
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('there are no others beside them', () => {
  const directories = [...new Set([...files.keys()].map((file) => path.dirname(file)))];
  const found = directories.flatMap((directory) =>
    readdirSync(directory).map((name) => `${directory}/${name}`),
  );
  expect(found.sort()).toEqual([...files.keys()].sort());
});
