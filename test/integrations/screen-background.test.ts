import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { recoverBehind, select } from '../ui/scenes.ts';
import { keys } from '../ui/session.ts';
import { tellTwoCrashed } from '../ui/stories.ts';
import { ScreenRoom, type Opened } from './screen-room.ts';

let room: ScreenRoom;
beforeAll(async () => {
  room = await ScreenRoom.build();
});
afterAll(() => {
  room.remove();
});

interface Listed {
  readonly volumes: readonly { readonly name: string; readonly mode: string | null }[];
}

async function readModes({ run }: Opened): Promise<Readonly<Record<string, string | null>>> {
  const { code, stdout } = await run('list', '--json');
  expect(code).toBe(0);
  return Object.fromEntries((JSON.parse(stdout) as Listed).volumes.map(({ name, mode }) => [name, mode]));
}

interface History {
  readonly operations: readonly { readonly volume: string; readonly outcome: string }[];
}

async function readOutcomes({ run }: Opened): Promise<readonly string[]> {
  const { code, stdout } = await run('history', '--json');
  expect(code).toBe(0);
  return (JSON.parse(stdout) as History).operations.map(({ volume, outcome }) => `${volume} ${outcome}`);
}

describe.concurrent('operations go on behind the screen, in a real terminal', () => {
  test('two recoveries, while a third volume is opened and a fourth is created', async () => {
    const opened = room.open({ story: (now) => tellTwoCrashed(now, 40_000), speed: 1.5 });
    const { window } = opened;
    await recoverBehind(window, 'wiki');
    await window.press('<');
    await window.until(/^▸.mail/m);
    await recoverBehind(window, 'backups');
    await window.until('2 under way');
    await window.press('<');
    await window.until(/^▸.mail/m);
    await select(window, 'archive');
    await window.press(keys.enter);
    await window.until('/srv/archive');
    await window.press(keys.escape);
    await window.until('under way');
    await window.press('n', 'new', keys.down, '/dev/vdg', keys.enter);
    await window.until('The plan:');
    await window.press(keys.enter);
    await window.until(/▸ |make a filesystem/);
    await window.press(keys.escape);
    await window.until(/new .*(normal|step)/);
    await window.until(/backups .*✓ recover: done/);
    await window.until(/wiki .*✓ recover: done/);
    await select(window, 'wiki');
    await window.press(keys.enter);
    await window.until('wiki: normal again');
    await window.press(keys.enter);
    await window.until(/^.✓wiki +dm +normal .*-$/m);
    await window.press('q');
    await window.until(/^exit code 0$/m);
    expect(window.text()).toContain('backups: normal again');
    expect(await readModes(opened)).toMatchObject({ backups: 'normal', wiki: 'normal', new: 'normal' });
    expect((await readOutcomes(opened)).toSorted()).toEqual(['backups done', 'new done', 'wiki done']);
  });

  test('who quits meanwhile is asked; told to stop them, each is in the journal', async () => {
    const opened = room.open({ story: tellTwoCrashed, speed: 0.5 });
    const { window } = opened;
    await recoverBehind(window, 'wiki');
    await window.press(keys.ctrlC);
    await window.until('Recover wiki: recovering');
    await window.press(keys.escape);
    await window.until('1 under way');
    await window.press('q');
    await window.until('Recover wiki: recovering');
    await window.press('s');
    await window.until(/^exit code 130$/m);
    expect(window.text()).toContain('interrupted; wiki:');
    expect(window.ask('alternate_on')).toBe('0');
    expect(await readOutcomes(opened)).toEqual(['wiki done']);
  });
});
