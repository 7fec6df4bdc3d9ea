import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { bundle } from '../../build/bundle.ts';

/** The release is minified and in pieces: the report of a defect must lead to the source all the same. */

let directory: string;
let program: string;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'vdoctl-defect-'));
  program = path.join(directory, 'vdoctl');
  await bundle('src/entry/main.ts', program, {
    replacements: { 'host/real/real-host.ts': path.join(import.meta.dirname, 'broken-host.ts') },
    codeDirectory: path.join(directory, 'code'),
  });
});

afterAll(() => {
  fs.rmSync(directory, { recursive: true });
});

/** Each call of a stack trace: the file, and the text of the line that it points to. */
function readCalls(stderr: string): { readonly file: string; readonly line: string }[] {
  return stderr.split('\n').flatMap((text) => {
    const [, file, line] = /^ {4}at (src\/\S+\.ts):([0-9]+)$/.exec(text) ?? [];
    if (file === undefined) return [];
    return [{ file, line: fs.readFileSync(file, 'utf8').split('\n')[Number(line) - 1] ?? '' }];
  });
}

test.each([
  ['in a piece that every look needs', ['list'], 'files.list(', 'src/cli/handlers/list.ts', 'observe('],
  [
    'in the same, whose code another file kept',
    ['list'],
    'files.list(',
    'src/cli/handlers/list.ts',
    'observe(',
  ],
  ['in a compressed piece', ['start', 'x'], '.elapsedMs', 'src/cli/act-on-volumes.ts', 'actInTurn('],
])('a defect %s is told with the source and the line of each call', (name, words, missing, file, called) => {
  const copy = path.join(directory, name);
  fs.copyFileSync(program, copy);
  const { status, stderr } = spawnSync(process.execPath, [copy, ...words], { encoding: 'utf8' });
  expect(status).toBe(1);
  const calls = readCalls(stderr);
  expect(calls[0]?.line).toContain(missing);
  expect(calls.filter((call) => call.file === file).map(({ line }) => line)).toContainEqual(
    expect.stringContaining(called),
  );
  expect(stderr).not.toMatch(/vdoctl:[0-9]/);
});

test('where the sources are not told any more, the places of the release are', () => {
  const replaced = path.join(directory, 'replaced');
  const lines = fs.readFileSync(program, 'utf8').trimEnd().split('\n');
  fs.writeFileSync(replaced, [...lines.slice(0, -1), (lines.at(-1) ?? '').replace('~', '='), ''].join('\n'));
  const { stderr } = spawnSync(process.execPath, [replaced, 'list'], { encoding: 'utf8' });
  expect(stderr).toMatch(/^ {4}at \w+ \(vdoctl:[0-9]+:[0-9]+\)$/m);
});
