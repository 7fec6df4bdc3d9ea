import fs from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeTemporaryDirectory } from '../bench/fixture.ts';
import { findBuild } from '../builds.ts';
import { standIn } from '../real-host/stand-in.ts';
import { CaseHost, readInput, type CaseInput, type Ended } from './case-host.ts';

/** What one call on one input must come to. */
export interface Row {
  readonly input: string;
  /** The difference from the input's file, if any: in words, and as a function. */
  readonly what?: string;
  readonly change?: (input: CaseInput) => CaseInput;
  readonly words: readonly string[];
  readonly code: number;
  readonly shows?: readonly (string | RegExp)[];
  readonly hides?: readonly (string | RegExp)[];
  /** Names of tools that must not run. */
  readonly leavesAlone?: readonly string[];
}

/** A test for each row: the built program, on a host of its own. */
export function playRows(rows: readonly Row[]): void {
  const useHost = useCaseHosts();
  test.each(rows.map((row) => [nameRow(row), row] as const))('%s', async (_, row) => {
    const input = readInput(row.input);
    const host = useHost(row.change === undefined ? input : row.change(input));
    const ended = await host.vdoctl(...row.words);
    expectRow(row, ended);
    for (const tool of row.leavesAlone ?? []) expect(host.readCalls(tool)).toEqual([]);
  });
}

function nameRow({ input, what, words }: Row): string {
  return `${input}${what === undefined ? '' : ` (${what})`}: ${words.join(' ')}`;
}

function expectRow({ code, shows = [], hides = [] }: Row, ended: Ended): void {
  for (const each of shows) expect(ended.text).toMatch(each);
  for (const each of hides) expect(ended.text).not.toMatch(each);
  expect(ended.code, ended.text).toBe(code);
}

/** Hosts for the tests of one file. */
export function useCaseHosts(): (input: CaseInput) => CaseHost {
  const directory = makeTemporaryDirectory();
  let program: string;
  let made = 0;
  beforeAll(async () => {
    program = await findBuild('src/entry/main.ts', standIn);
  });
  afterAll(() => {
    fs.rmSync(directory, { recursive: true });
  });
  return (input) => new CaseHost(path.join(directory, `host-${String((made += 1))}`), program, input);
}
