import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';

import { ask } from '../../src/cli/ask.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { asPrompt } from '../../src/cli/print.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { callAt } from './call.ts';
import { snapshot } from './fakes.ts';
import '../../src/cli/handlers/remove.ts';

describe('a question', () => {
  /** Asks on a terminal at which nobody types. */
  function askAt(signal: AbortSignal): {
    readonly input: PassThrough;
    readonly appeared: Promise<unknown>;
    readonly shown: () => string;
    readonly answer: Promise<string | undefined>;
  } {
    const [input, output] = [new PassThrough(), new PassThrough()];
    let shown = '';
    output.on('data', (text: Buffer) => (shown += text.toString()));
    const appeared = once(output, 'data');
    const prompt = asPrompt('Type my-vdo to go on: ');
    const answer = ask({ input, output, onCtrlC: () => undefined }, prompt, signal);
    return { input, appeared, shown: () => shown, answer };
  }

  test('has the line as its answer', async () => {
    const { input, shown, answer } = askAt(new AbortController().signal);
    input.write('my-vdo\n');
    expect(await answer).toBe('my-vdo');
    expect(shown()).toBe('Type my-vdo to go on: ');
  });

  test('that is aborted has none', async () => {
    const controller = new AbortController();
    const { appeared, shown, answer } = askAt(controller.signal);
    await appeared;
    expect(shown()).toBe('Type my-vdo to go on: ');
    controller.abort('SIGINT');
    expect(await answer).toBeUndefined();
  });

  test.each(['', 'my-v'])('has none when the input ends behind "%s"', async (typed) => {
    const { input, appeared, answer } = askAt(new AbortController().signal);
    await appeared;
    input.end(typed);
    expect(await answer).toBeUndefined();
  });

  test('that was aborted before is not even asked', async () => {
    const { shown, answer } = askAt(AbortSignal.abort('SIGINT'));
    expect(await answer).toBeUndefined();
    expect(shown()).toBe('');
  });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('%s before anybody is asked ends the call, and nothing was changed', async (signal, code) => {
  const host = createDmHost();
  const before = snapshot(host);
  const controller = new AbortController();
  host.beforeEach(() => {
    controller.abort(signal);
  });
  const asked: string[] = [];
  const terminal = {
    canAsk: true,
    interrupted: controller.signal,
    ask: (question: string) => {
      asked.push(question);
      return Promise.resolve('my-vdo');
    },
  };
  const called = await callAt(terminal, host, 'remove', 'my-vdo');
  expect(called).toMatchObject({ code, stderr: expect.stringContaining('nothing was changed') as string });
  expect(called.stderr).not.toContain('dmsetup remove');
  expect(asked).toEqual([]);
  expect(snapshot(host)).toBe(before);
});

describe('what is no consent', () => {
  async function answer(typed: string | undefined) {
    const host = createDmHost();
    const before = snapshot(host);
    const { signal } = new AbortController();
    const terminal = { canAsk: true, interrupted: signal, ask: () => Promise.resolve(typed) };
    const called = await callAt(terminal, host, 'remove', 'my-vdo');
    return { called, isUnchanged: snapshot(host) === before };
  }

  test.each([
    'my-vod\u001b[2J ',
    '',
    'y',
    'yes',
    'my',
    'my-vdo2',
    'MY-VDO',
    'remove my-vdo',
    '/dev/mapper/my-vdo',
  ])('"%s": it is answered with what was typed, and what was wanted', async (typed) => {
    const { called, isUnchanged } = await answer(typed);
    const shown = typed.trim().replace('\u001b', '\\u001b');
    expect(called.code).toBe(10);
    expect(called.stderr).toContain(
      `not confirmed: expected my-vdo, but "${shown}" was typed; nothing was changed`,
    );
    expect(isUnchanged).toBe(true);
  });

  test('the end of the input', async () => {
    const { called, isUnchanged } = await answer(undefined);
    expect(called.code).toBe(10);
    // The plan is shown, so that a person sees what to agree to.
    expect(called.stderr).toContain('dmsetup remove');
    expect(called.stderr).toContain('not confirmed');
    expect(called.stderr).not.toContain('was typed');
    expect(isUnchanged).toBe(true);
  });

  test.each<[string, boolean, readonly string[]]>([
    ['without a terminal', false, []],
    ['with --json', true, ['--json']],
  ])('there is no question %s, whoever would answer', async (_how, canAsk, words) => {
    const host = createDmHost();
    const before = snapshot(host);
    const asked: string[] = [];
    const ask: Terminal['ask'] = (question) => {
      asked.push(question);
      return Promise.resolve('my-vdo');
    };
    const called = await callAt({ canAsk, ask }, host, 'remove', 'my-vdo', ...words);
    expect(called.code).toBe(10);
    expect(asked).toEqual([]);
    expect(snapshot(host)).toBe(before);
    // The plan is shown although nobody agreed to it.
    expect(words.length > 0 ? called.stdout : called.stderr).toContain('dmsetup remove');
  });

  test('but the name is, with blanks around it', async () => {
    const { called, isUnchanged } = await answer(' my-vdo ');
    expect(called.code).toBe(0);
    expect(isUnchanged).toBe(false);
  });
});
