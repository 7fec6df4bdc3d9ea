import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { collectionSource, python } from './ansible-controller.ts';

describe('the collection', () => {
  test('has the version of the program', () => {
    const galaxy = parse(readFileSync(`${collectionSource}/galaxy.yml`, 'utf8')) as {
      readonly version: string;
    };
    const own = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
    expect(galaxy.version).toBe(own.version);
  });

  test('is Python that compiles', () => {
    const cache = mkdtempSync(path.join(tmpdir(), 'vdoctl-compiled-'));
    const words = [
      '-X',
      `pycache_prefix=${cache}`,
      '-W',
      'error',
      '-m',
      'compileall',
      '-q',
      collectionSource,
    ];
    expect(execFileSync(python, words, { encoding: 'utf8' })).toBe('');
    rmSync(cache, { recursive: true });
  });
});
