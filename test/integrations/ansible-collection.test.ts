import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sizeSamples } from '../size-samples.ts';
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

  test('reads sizes as the program does', () => {
    const texts = sizeSamples.map(([text]) => text);
    const script =
      'import json, sys; from vdoctl import parse_size; print(json.dumps([parse_size(each) for each in json.loads(sys.argv[1])]))';
    const answer = execFileSync(python, ['-B', '-c', script, JSON.stringify(texts)], {
      encoding: 'utf8',
      env: { PYTHONPATH: `${collectionSource}/plugins/module_utils` },
    });
    expect(JSON.parse(answer)).toEqual(sizeSamples.map(([, bytes]) => bytes ?? null));
  });
});
