import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { tellStory } from '../../src/simulator/stories.ts';
import { select } from '../ui/scenes.ts';
import { keys } from '../ui/session.ts';
import { ScreenRoom, type Opened } from './screen-room.ts';
import type { TmuxWindow } from './tmux.ts';

let room: ScreenRoom;
beforeAll(async () => {
  room = await ScreenRoom.build();
});
afterAll(() => {
  room.remove();
});

/** Slow enough to act in the middle of a step. */
const speed = 0.5;
const prompt = '$ ';
const patience = { timeout: 30_000, interval: 100 };

/** Opens the screen by hand from a shell, and begins a forced rebuild. */
async function openInRebuild(): Promise<Opened> {
  // A shell without line editing leaves the terminal as the program left it.
  const opened = room.open({ story: tellStory, speed, words: ['/bin/sh', '-i'], env: { PS1: prompt } });
  const { window } = opened;
  await window.until(prompt.trim());
  await window.press('vdoctl --simulate', keys.enter);
  await select(window, 'mail');
  await window.press('f');
  await window.until('salvage');
  await window.press(keys.enter);
  await window.until('Type mail');
  await window.press('mail', keys.enter);
  await window.until(/▸ (Stop|Order|Start)/);
  return opened;
}

/** The program that the shell started. */
function findProgram(window: TmuxWindow): number {
  const shell = window.ask('pane_pid');
  return Number(readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ')[0]);
}

async function untilGone(pid: number): Promise<void> {
  for (let waited = 0; waited < 300; waited++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(100);
  }
  throw new Error(`process ${String(pid)} does not end`);
}

function readModes(window: TmuxWindow): readonly string[] {
  return execFileSync('stty', ['-a', '-F', window.ask('pane_tty')], { encoding: 'utf8' }).split(/[\s;]+/);
}

/** The shell is back on its own screen, with a cursor; typed text is echoed, and read line by line. */
async function expectSane(window: TmuxWindow): Promise<void> {
  await vi.waitFor(() => {
    expect(window.ask('pane_current_command')).toBe('sh');
    expect(window.ask('alternate_on')).toBe('0');
    expect(readModes(window)).toEqual(expect.arrayContaining(['icanon', 'echo', 'isig', 'icrnl', 'opost']));
  }, patience);
  const word = randomUUID();
  await window.press(`echo "${word}"`, keys.enter);
  // Text typed before the shell prompts is echoed ahead of the prompt, and its output follows the prompt.
  await window.until(new RegExp(`^(\\$ )?${word}$`, 'm'));
  expect(window.ask('cursor_flag')).toBe('1');
  expect(window.ask('wrap_flag')).toBe('1');
}

interface History {
  readonly operations: readonly { readonly operation: string; readonly outcome: string }[];
}

/** The journal's operations on mail, in one word each, oldest first. */
async function readHistory({ run }: Opened): Promise<readonly string[]> {
  const { code, stdout } = await run('history', 'mail', '--json');
  expect(code).toBe(0);
  return (JSON.parse(stdout) as History).operations.map(
    ({ operation, outcome }) => `${operation} ${outcome}`,
  );
}

interface Listed {
  readonly volumes: readonly {
    readonly name: string;
    readonly state: string;
    readonly mode: string | null;
    readonly alerts: readonly { readonly code: string }[];
  }[];
}

async function lookAtMail({ run }: Opened) {
  const { stdout } = await run('list', '--json');
  const mail = (JSON.parse(stdout) as Listed).volumes.find(({ name }) => name === 'mail');
  return { state: mail?.state, mode: mail?.mode, alerts: mail?.alerts.map(({ code }) => code) };
}

/** The volume is read-only as before, or rebuilt: nothing in between. */
async function expectSettled(opened: Opened): Promise<void> {
  const { code, stderr } = await opened.run('cleanup', 'mail', '--yes');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const { alerts, ...found } = await lookAtMail(opened);
  expect(alerts).not.toContain('unfinished-operation');
  expect([
    { state: 'running', mode: 'normal' },
    { state: 'running', mode: 'read-only' },
  ]).toContainEqual(found);
}

describe.concurrent('in the middle of a forced rebuild', () => {
  test('kill -9: the terminal is given back, the operation is told as unfinished, cleanup settles it', async () => {
    const opened = await openInRebuild();
    const { window, run } = opened;
    process.kill(findProgram(window), 'SIGKILL');
    await expectSane(window);
    expect(await readHistory(opened)).toEqual(['force-rebuild cut-off']);
    expect((await lookAtMail(opened)).alerts).toContain('unfinished-operation');
    expect((await run('recover', 'mail', '--yes')).code).toBe(7);
    await expectSettled(opened);
  });

  test('Ctrl-C asks; again: what was begun is put back or written down, and the screen goes on', async () => {
    const opened = await openInRebuild();
    const { window } = opened;
    await window.press(keys.ctrlC);
    await window.until('Ctrl-C again');
    await window.press(keys.ctrlC);
    await window.until('exit code 130');
    await window.press(keys.escape, 'q');
    await expectSane(window);
    expect(await readHistory(opened)).toEqual([expect.stringMatching(/^force-rebuild (put-back|goes-on)$/)]);
    await expectSettled(opened);
  });

  test('Ctrl-Z and fg: the shell has its terminal in between, and the rebuild comes to its end', async () => {
    const opened = await openInRebuild();
    const { window } = opened;
    await window.press(keys.ctrlZ);
    await expectSane(window);
    await window.press('fg', keys.enter);
    await window.until('verified');
    expect(await readHistory(opened)).toEqual(['force-rebuild done']);
    expect(window.ask('alternate_on')).toBe('1');
    await window.press(keys.escape, 'q');
    await expectSane(window);
    expect(await lookAtMail(opened)).toMatchObject({ state: 'running', mode: 'normal' });
    await expectSettled(opened);
  });

  test('the terminal is closed: the operation is in the journal, and can be settled', async () => {
    const opened = await openInRebuild();
    const pid = findProgram(opened.window);
    opened.window.close();
    await untilGone(pid);
    expect(await readHistory(opened)).toEqual([expect.stringMatching(/^force-rebuild (put-back|goes-on)$/)]);
    await expectSettled(opened);
  });

  test('the terminal is resized, again and again: the rebuild comes to its end', async () => {
    const opened = await openInRebuild();
    const { window } = opened;
    // The last size is the first again; in the one before, nothing fits.
    for (const size of [
      { columns: 60, rows: 15 },
      { columns: 200, rows: 50 },
      { columns: 30, rows: 5 },
      { columns: 80, rows: 24 },
    ]) {
      window.resize(size);
      // Usually long enough to draw each size.
      await sleep(300);
    }
    await window.until('verified');
    const [first = ''] = window.text().split('\n');
    expect(first).toMatch(/^vdoctl simulated {2}Forced rebuild of mail .*now$/);
    await window.press(keys.escape, 'q');
    await expectSane(window);
    await expectSettled(opened);
  });
});
