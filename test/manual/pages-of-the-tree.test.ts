import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { exitCodes } from '../../src/model/exit-code.ts';

/**
 * What the pages for contributors say of the tree must be true: a link leads to a file, and to a heading in it; a path
 * in backquotes is in the tree (a word in capitals stands for anything); a symbol linked to a file is in that file.
 */

const git = (...words: string[]): string[] =>
  execFileSync('git', words, { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');
const files = git('ls-files', '--cached', '--others', '--exclude-standard').filter((file) =>
  existsSync(file),
);
const pages = files.filter((file) => /^(?:[A-Z]+\.md|docs\/.*\.md)$/.test(file) && file !== 'CHANGELOG.md');

/** Code blocks are not text of the page. */
const read = (page: string): string => readFileSync(page, 'utf8').replaceAll(/^```[^]*?^```$/gm, '');
const codeSpans = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
const links = (text: string) =>
  [...text.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, words = '', target = '']) => ({ words, target }));

/** The anchor that GitHub and similar sites make of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

const sourceFile = /^[\w.-]+(?:\/[\w.-]+)*\.(?:tsx?|mjs|json|md)$/;
const sourcePlace = /^(?:src|ui|build|test|docs|man|completions)\/[\w./*-]*$/;

function isOfTheTree(name: string): boolean {
  const words = name
    .split(/\b([A-Z]{2,})\b|(\*)/)
    .filter((word) => (word as string | undefined) !== undefined);
  const pattern = words
    .map((word) => (/^(?:[A-Z]{2,}|\*)$/.test(word) ? '[^/]+' : word.replaceAll('.', String.raw`\.`)))
    .join('');
  const isIt = new RegExp(`^(?:.*/)?${pattern.replace(/\/$/, '')}(?:/.*)?$`);
  return files.some((file) => isIt.test(file));
}

/** Paths that are generated, or that are kept outside the tree. */
const isElsewhere = (name: string): boolean =>
  /^(?:dist|node_modules)\//.test(name) || name === 'simulated-host.json';

describe.each(pages)('%s', (page) => {
  const text = read(page);
  const inside = links(text).filter(({ target }) => !/^[a-z]+:/.test(target));

  test('links to what is there', () => {
    const wrong = inside.filter(({ target }) => {
      const [file = '', anchor] = target.split('#');
      const place = file === '' ? page : path.join(path.dirname(page), file);
      if (!existsSync(place)) return true;
      return anchor !== undefined && !anchorsOf(place).includes(anchor);
    });
    expect(wrong).toEqual([]);
  });

  test('names files and directories of the tree', () => {
    const named = codeSpans(text).filter((code) => sourceFile.test(code) || sourcePlace.test(code));
    expect(named.filter((name) => !isElsewhere(name) && !isOfTheTree(name))).toEqual([]);
  });

  test('links a symbol to the file that has it', () => {
    const symbols = inside.flatMap(({ words, target }) =>
      codeSpans(words)
        .filter((code) => /^\w+$/.test(code) && /\.tsx?$/.test(target))
        .map((symbol) => ({ symbol, place: path.join(path.dirname(page), target) })),
    );
    const lacks = ({ symbol, place }: { symbol: string; place: string }): boolean => {
      const declared = String.raw`\b(?:function|const|let|class|interface|type) ${symbol}\b`;
      const method = String.raw`^ +(?:static )?(?:async )?${symbol}\(`;
      return !new RegExp(`${declared}|${method}`, 'm').test(readFileSync(place, 'utf8'));
    };
    expect(symbols.filter(({ place }) => existsSync(place)).filter(lacks)).toEqual([]);
  });

  test('needs nothing outside of the repository', () => {
    expect(text).not.toMatch(/\.\.\/shared|\/work\/|\/var\/tmp\/|\/home\/\w/);
    expect(inside.filter(({ target }) => path.join(path.dirname(page), target).startsWith('..'))).toEqual([]);
  });
});

test('comments of the source name files that are there', () => {
  const sources = files.filter((file) => /^(?:src|ui|build)\/.*\.tsx?$/.test(file));
  const named = sources.flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(/\b(?:src|ui|build|test|docs)\/[\w./-]+\.(?:tsx?|mjs|md)\b/g),
    ].map(([name]) => ({ file, name })),
  );
  expect(named.filter(({ name }) => !isOfTheTree(name))).toEqual([]);
});

test('each page is linked by another', () => {
  const linked = new Set(
    pages.flatMap((page) =>
      links(read(page)).map(({ target }) => path.join(path.dirname(page), target.split('#')[0] ?? '')),
    ),
  );
  expect(pages.filter((page) => page !== 'README.md' && !linked.has(page))).toEqual([]);
});

test('the contract has every command with what is promised of it, and every exit code', () => {
  const rows = [...read('docs/contract.md').matchAll(/^\| ((?:\\\||[^|\\])*)\|/gm)].map(([, first = '']) =>
    first.trim(),
  );
  const listed = rows.flatMap(codeSpans).map((usage) => usage.split(' ')[0] ?? '');
  expect(listed.filter((word) => /^[a-z]/.test(word) && word !== 'vdoctl').sort()).toEqual(
    commands.map(({ name }) => name).sort(),
  );
  const codes = rows.flatMap((first) => (/^\d/.test(first) ? first.split(', ').map(Number) : []));
  expect(codes).toEqual(Object.values(exitCodes).sort((one, other) => one - other));
});
