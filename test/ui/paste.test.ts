import { beforeEach, expect, test, vi } from 'vitest';

import { tellStory } from '../../src/simulator/stories.ts';
import { openSession, useManualTimers, type Session } from './session.ts';

beforeEach(() => {
  useManualTimers();
  return () => vi.useRealTimers();
});

const begins = '\u001b[200~';
const ends = '\u001b[201~';

async function openOverview(): Promise<Session> {
  const session = await openSession({ story: tellStory });
  await session.until('mail');
  return session;
}

test('a paste into the list does nothing but say so', async () => {
  const session = await openOverview();
  const before = session.text().split('\n').slice(0, 8);
  await session.press(`${begins}fdD q\r${ends}`);
  expect(session.text()).toContain('pasted text is not taken for keys');
  expect(session.text().split('\n').slice(0, 8)).toEqual(before);
  await session.press('?');
  await session.until('help');
});

test('a paste into a field is typed, and its line break is no Enter', async () => {
  const session = await openOverview();
  await session.press('/', `${begins}ma\ri\u001b[Al${ends}`);
  expect(session.text()).toContain('mail');
  expect(session.text()).not.toContain('only volumes that match');
});

test('keys behind a paste are keys', async () => {
  const session = await openOverview();
  await session.press(`/${begins}back${ends}\r`);
  await session.until('only volumes that match "back"');
});

test('a paste whose end was lost is over after a while', async () => {
  const session = await openOverview();
  await session.press(`${begins}fdD?`);
  await session.pass(6000);
  expect(session.text()).toContain('pasted text is not taken for keys');
  await session.press('?');
  await session.until('In the list of volumes', 0);
});

test('Ctrl-C ends a paste whose end was lost, and is the key', async () => {
  const session = await openOverview();
  session.terminal.type(`${begins}fdD`);
  await session.press('\u0003');
  await expect(session.ended).resolves.toBe(0);
});
