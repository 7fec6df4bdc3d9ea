import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { tellScreenStory, tellStory } from '../../src/simulator/stories.ts';
import { select } from '../ui/scenes.ts';
import { keys } from '../ui/session.ts';
import { ScreenRoom, type Opened } from './screen-room.ts';

let room: ScreenRoom;
beforeAll(async () => {
  room = await ScreenRoom.build();
});
afterAll(() => {
  room.remove();
});

interface Listed {
  readonly volumes: readonly {
    readonly name: string;
    readonly mode: string | null;
    readonly state: string;
    readonly alerts: readonly { readonly code: string }[];
  }[];
}

async function readJson<T>(opened: Opened, ...args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await opened.run(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}

async function findVolume(opened: Opened, name: string): Promise<Listed['volumes'][number] | undefined> {
  const { volumes } = await readJson<Listed>(opened, 'list');
  return volumes.find((each) => each.name === name);
}

/** Leaves the screen with q: exit code 0, the terminal as it was. */
async function quit({ window }: Opened): Promise<void> {
  await window.press(keys.escape, 'q');
  await window.until(/^exit code 0$/m);
  expect(window.ask('alternate_on')).toBe('0');
}

const speed = 5;

describe.concurrent('driven by its keys, in a real terminal', () => {
  test('a crashed volume is recovered', async () => {
    const opened = room.open({ story: tellStory, speed });
    const { window } = opened;
    await select(window, 'backups');
    await window.press('r');
    await window.until('The plan:');
    await window.press(keys.enter);
    await window.until('normal again');
    expect(window.text()).toContain('verified');
    expect(await findVolume(opened, 'backups')).toMatchObject({
      mode: 'normal',
      state: 'running',
      alerts: [],
    });
    await window.press(keys.enter);
    await window.until(/^.✓backups +dm +normal/m);
    await quit(opened);
  });

  test('a read-only volume is refused, and rebuilt when its name is typed', async () => {
    const opened = room.open({ story: tellStory, speed });
    const { window } = opened;
    await select(window, 'mail');
    await window.press('r');
    await window.until('recover: mail is read-only');
    await window.press('f');
    await window.until('salvage');
    await window.press(keys.enter);
    await window.until('Type mail');
    // Only the whole name confirms.
    await window.press('m', 'a', 'i', keys.enter);
    await window.until('Type mail');
    expect(await findVolume(opened, 'mail')).toMatchObject({ mode: 'read-only' });
    await window.press('l', keys.enter);
    await window.until('verified');
    expect(await findVolume(opened, 'mail')).toMatchObject({ mode: 'normal', state: 'running' });
    await quit(opened);
  });

  test('a create that was cut off at its very end is called finished', async () => {
    const opened = room.open({ story: tellScreenStory, speed });
    const { window } = opened;
    await select(window, 'scratch');
    await window.press('c');
    await window.until('It loses no data');
    await window.press(keys.enter);
    await window.until('verified');
    // The manager was killed before it had switched on everything that was asked for.
    const alerts = [{ code: 'switched-off' }];
    expect(await findVolume(opened, 'scratch')).toMatchObject({ mode: 'normal', state: 'running', alerts });
    await quit(opened);
  });

  test('a volume is created, its device checked as it is typed', async () => {
    const opened = room.open({ story: tellStory, speed });
    const { window } = opened;
    await window.until('mail');
    await window.press('n', 'new', keys.down, '/dev/vdz');
    await window.until('no such device');
    await window.press(keys.backspace, 'g');
    await window.until((text) => !text.includes('no such device'));
    await window.press(keys.enter);
    await window.until('The plan:');
    await window.press(keys.enter);
    await window.until('make a filesystem');
    expect(await findVolume(opened, 'new')).toMatchObject({ mode: 'normal', state: 'running', alerts: [] });
    await quit(opened);
  });
});
