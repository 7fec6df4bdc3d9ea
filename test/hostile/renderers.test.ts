import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { asDocument, asText } from '../../src/cli/print.ts';
import { formatCommand } from '../../src/model/command.ts';
import type { AnyDocument } from '../../src/documents/documents.ts';
import { disarm, toJson } from '../../src/model/disarm.ts';
import * as models from './models.ts';
import { formatters, tellers, type Renderer } from './renderers.ts';
import { expectAlike, expectTame, orders } from './tame.ts';
import { calm, hostileText } from './text.ts';

/** Expects that no hostile text goes out raw, and that it adds no line and no colour. */
async function requireTame({ given, render }: Renderer): Promise<void> {
  await fc.assert(
    fc.asyncProperty(given, async (model) => {
      const output = await render(model as never);
      expectAlike(output, await render(calm(model) as never));
    }),
    { numRuns: 60 },
  );
}

const folder = new URL('../../src/cli/format/', import.meta.url);

describe.each(Object.keys(formatters))('%s', (file) => {
  const own = formatters[file] ?? {};

  test('has no formatter that is not tried here', async () => {
    const module = (await import(new URL(file, folder).href)) as Readonly<Record<string, unknown>>;
    const functions = Object.keys(module).filter((name) => typeof module[name] === 'function');
    expect(Object.keys(own).sort()).toEqual(functions.sort());
  });

  test.each(Object.entries(own))('%s', async (_name, each) => {
    await requireTame(each);
  });
});

test('every file of formatters is tried', () => {
  expect(Object.keys(formatters).sort()).toEqual(fs.readdirSync(folder).sort());
});

describe('told', () => {
  test.each(Object.entries(tellers))('%s', async (_name, each) => {
    await requireTame(each);
  });
});

describe('a document', () => {
  test('of every kind keeps its values, and holds nothing raw', () => {
    fc.assert(
      fc.property(models.documents, (document) => {
        const printed = asDocument(document as AnyDocument);
        expectTame(printed);
        expect(printed.split('\n')).toHaveLength(2);
        expect(JSON.parse(printed)).toEqual(document);
      }),
    );
  });

  test('on several lines, too', () => {
    fc.assert(
      fc.property(models.documents, (document) => {
        const text = toJson(document, 2);
        expectTame(text);
        expect(JSON.parse(text)).toEqual(document);
      }),
    );
  });
});

test('a text of many lines keeps these and its tabs, and nothing else raw', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const printed = asText(text);
      expectTame(printed.replaceAll('\t', ''));
      const count = (all: string): number => all.split(/[\n\t]/).length;
      expect(count(printed)).toBe(count(text));
    }),
  );
});

describe('what is disarmed', () => {
  test('stays on its line, and as it is when it is disarmed again', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(disarm(text)).not.toMatch(orders);
        expect(disarm(disarm(text))).toBe(disarm(text));
      }),
    );
  });

  test.each([
    ['a\nb\tc\rd', String.raw`a\nb\tc\rd`],
    ['\u001b[1m', String.raw`\u001b[1m`],
    ['\u202e\u2028', String.raw`\u202e\u2028`],
    ['größe 名前 👩‍🔧', 'größe 名前 👩‍🔧'],
  ])('%j reads %s', (text, shown) => {
    expect(disarm(text)).toBe(shown);
  });
});

/**
 * Only these files print text that may hold more than plain lines: each has its own format, or prints only our own
 * text.
 */
const ownTexts = [
  'src/cli/completion/words.ts',
  'src/cli/handlers/completion.ts',
  'src/cli/handlers/list.ts',
  'src/cli/handlers/metrics.ts',
  'src/cli/handlers/schema.ts',
  'src/cli/run.ts',
  'src/entry/main.ts',
];

const root = new URL('../../', import.meta.url);

/** The files of the program that contain the word. */
function filesWith(word: RegExp): string[] {
  return ['src/', 'ui/']
    .flatMap((folder) =>
      fs
        .readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
        .map((file) => folder + file),
    )
    .filter((file) => /\.tsx?$/.test(file) && word.test(fs.readFileSync(new URL(file, root), 'utf8')))
    .sort();
}

test('what goes out is made in one file', () => {
  // Redrawing lines needs terminal orders of its own.
  expect(filesWith(/as (?:unknown as )?Printed/)).toEqual(['src/cli/live-lines.ts', 'src/cli/print.ts']);
  expect(filesWith(/\basText\(/)).toEqual([...ownTexts, 'src/cli/print.ts'].sort());
});

test('what is written down is JSON that can be shown, whoever writes it', () => {
  const writers = filesWith(/\.(?:writeAtomically|append)\(/);
  expect(writers.length).toBeGreaterThan(5);
  expect(writers.filter((file) => filesWith(/JSON\.stringify\(/).includes(file))).toEqual([]);
});

test('a command that is shown gives a shell the very words', () => {
  const words = fc.array(
    hostileText.map((text) => text.replaceAll('\u0000', '')),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(words, (args) => {
      const shown = formatCommand({ file: 'printf', args: [String.raw`%s\0`, ...args] });
      expect(shown).not.toMatch(orders);
      const { stdout } = spawnSync('bash', ['-c', shown], { encoding: 'utf8' });
      expect(stdout).toBe(args.map((arg) => `${arg}\0`).join(''));
    }),
    { numRuns: 20 },
  );
});
