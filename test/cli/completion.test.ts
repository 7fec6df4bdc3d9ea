import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerCompletion } from '../../src/cli/completion/words.ts';
import { completionFiles, renderCompletion } from '../../src/cli/completion/render.ts';
import { createTestHost } from '../simulated/test-host.ts';
import { tellStory } from '../../src/simulator/stories.ts';
import type { Host } from '../../src/host/host.ts';
import { buildProgram, type Program } from './program.ts';

let program: Program;
beforeAll(async () => {
  // At real speed: completion waits for volume names only for a short time.
  program = await buildProgram(1);
});
afterAll(() => {
  program.remove();
});

describe('completion', () => {
  test.each(Object.keys(completionFiles))('of %s prints the script', async (shell) => {
    const stdout = renderCompletion(shell);
    expect(await program.run(['completion', shell])).toEqual({ code: 0, stdout, stderr: '' });
  });

  test('of another shell, or of none, is a call whose words are off', async () => {
    expect(await program.run(['completion', 'ksh'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'vdoctl: SHELL is one of bash, zsh, fish, not "ksh"\n  next: vdoctl completion --help\n',
    });
    expect((await program.run(['completion'])).code).toBe(2);
  });
});

describe('what the scripts ask for', () => {
  const ask = (...words: readonly string[]) => program.run(['__complete', '--simulate', ...words]);
  const split = (stdout: string): string[][] =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));

  test('volumes: each by its name, and what it is', async () => {
    const { code, stdout, stderr } = await ask('volumes');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(split(stdout)).toEqual([
      ['archive', 'dm, running'],
      ['backups', 'dm, stopped'],
      ['mail', 'dm, running'],
      ['media', 'dm, running'],
      ['vg/pool', 'lvm, running'],
    ]);
  });

  test.each([
    ['vg/', ['vg/pool', 'vg/home']],
    ['/dev/vg', ['/dev/vg/pool', '/dev/vg/home']],
    ['/dev/mapper/b', ['/dev/mapper/backups']],
  ])('volumes by another of their names, once only that can be meant: %s', async (typed, names) => {
    expect(split((await ask('volumes', typed)).stdout).map(([name]) => name)).toEqual(names);
  });

  test('devices that nobody uses, by the name that lasts for who begins to type it', async () => {
    expect(split((await ask('devices')).stdout)).toContainEqual(['/dev/vdg', '300 GiB']);
    const { stdout } = await ask('devices', '/dev/disk/by');
    expect(split(stdout)).toContainEqual(['/dev/disk/by-id/virtio-S5YBNX0R1006', '300 GiB']);
    for (const used of ['/dev/vda', '/dev/vda1', '/dev/vdb', '/dev/mapper/archive'])
      expect(split((await ask('devices')).stdout).map(([name]) => name)).not.toContain(used);
  });

  test('codes and kinds', async () => {
    expect(split((await ask('codes')).stdout)).toContainEqual(['6', 'read-only']);
    expect(split((await ask('kinds')).stdout).flat()).toContain('status');
  });

  test.each([
    ['', ['name', 'stack']],
    ['+', ['+name', '+stack']],
    ['-', ['-name', '-stack']],
    ['name,free,', ['name,free,stack', 'name,free,state']],
    ['+free,', ['+free,name', '+free,stack']],
  ])('columns, the last of those with commas between: %j', async (typed, first) => {
    const found = split((await ask('columns', typed)).stdout);
    expect(found.slice(0, 2).map(([word]) => word)).toEqual(first);
  });

  test.each([[[]], [['nonsense']], [['toString']], [['files']]])('%j: nothing, and 0', async (words) => {
    expect(await ask(...words)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('in trouble: nothing, and 0', async () => {
    program.reset();
    const state = path.join(program.env['XDG_STATE_HOME'] ?? '', 'vdoctl');
    mkdirSync(state, { recursive: true });
    writeFileSync(path.join(state, 'simulated-host.json'), 'no JSON');
    expect(await ask('volumes')).toEqual({ code: 0, stdout: '', stderr: '' });
    program.reset();
  });
});

describe('volumes, as far as they can be seen', () => {
  async function complete(host: Host): Promise<string> {
    let printed = '';
    const stdout = { isTerminal: false, columns: 80, write: (text: string) => (printed += text) };
    await answerCompletion(['volumes'], () => host, stdout);
    return printed;
  }

  test('without root: those of LVM', async () => {
    const host = createTestHost({ story: tellStory, identity: { isRoot: false, user: 'nobody' } });
    expect(await complete(host)).toBe('vg/pool\tlvm, running\n');
    expect(host.log).toEqual([]);
  });

  test('without LVM, which does not answer: the others, soon', async () => {
    const host = createTestHost({ story: tellStory });
    const run = host.run.bind(host);
    const hanging: Host = {
      ...host,
      run: (command, options) =>
        command.file === 'lvm' ? new Promise(() => undefined) : run(command, options),
    };
    const before = host.clock.now();
    expect(await complete(hanging)).toContain('archive\tdm, running\n');
    expect(host.clock.now() - before).toBeLessThan(2000);
  });
});
