import { afterAll, beforeAll, expect, test } from 'vitest';

import { tellStory } from '../../src/simulator/stories.ts';
import { select } from '../ui/scenes.ts';
import { keys } from '../ui/session.ts';
import { ScreenRoom } from './screen-room.ts';

let room: ScreenRoom;
beforeAll(async () => {
  room = await ScreenRoom.build();
});
afterAll(() => {
  room.remove();
});

test("the journal's commands of a rebuild done an hour ago are read on the screen", async () => {
  const opened = room.open({ story: tellStory, speed: 5 });
  const { window, run, pass } = opened;
  await window.until('mail');
  expect((await run('recover', 'mail', '--force-rebuild', '--yes')).code).toBe(0);
  expect((await run('stop', 'mail')).code).toBe(0);
  pass(3_600_000);
  await select(window, 'mail');
  await window.press(keys.enter);
  await window.until('latest operations');
  await window.press('h');
  await window.until(/stop +mail +done, by root/);
  await window.until(/force-rebuild +mail +done, by root/);
  await window.press('j', keys.enter);
  await window.until('the commands');
  await window.until(/vdoforcerebuild \/dev\/disk\/by-id\/virtio-S5YBNX0R1003 \(exit code 0/);
  await window.until(/ended .*, after \d+ s/);
  await window.press('>', 'y');
  await window.until('given to the terminal to copy: dmsetup create mail');
  await window.press(keys.escape, keys.escape, keys.escape);
  await window.until('5 volumes');
  window.close();
});
