import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import type { World } from '../../src/simulator/world/world.ts';
import { buildProgram, type Program } from './program.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => {
  program.remove();
});
beforeEach(async () => {
  program.reset();
  await program.run(['list', '--simulate']);
});

/** Writes the settings file of the simulated host. */
function write(text: string): void {
  const state = path.join(program.env['XDG_STATE_HOME'] ?? '', 'vdoctl/simulated-host.json');
  const world = JSON.parse(readFileSync(state, 'utf8')) as World;
  world.files.push({ path: '/etc/vdoctl/vdoctl.conf', text, mode: 0o644 });
  writeFileSync(state, JSON.stringify(world));
}

interface Shown {
  readonly settings: readonly {
    key: string;
    value: string;
    number: number | null;
    from: string;
    where: string | null;
  }[];
}

test('config shows each value and where it came from', async () => {
  write('timeout: 1h\nspace-warning: 70\n');
  const environment = { VDOCTL_SPACE_WARNING: '75', NO_COLOR: '1' };
  const { code, stdout } = await program.run(['config', '--simulate'], environment);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^SETTING +VALUE +FROM$/);
  expect(lines).toContainEqual(expect.stringMatching(/^timeout +1h +\/etc\/vdoctl\/vdoctl\.conf:1$/));
  expect(lines).toContainEqual(expect.stringMatching(/^space-warning +75 +VDOCTL_SPACE_WARNING$/));
  expect(lines).toContainEqual(expect.stringMatching(/^colours +never +NO_COLOR$/));
  expect(lines).toContainEqual(expect.stringMatching(/^refresh +1s +default$/));
  const json = await program.run(['config', '--simulate', '--json', '--no-color'], environment);
  const { settings } = JSON.parse(json.stdout) as Shown;
  const found = Object.fromEntries(settings.map((each) => [each.key, each]));
  expect(found['timeout']).toMatchObject({ value: '1h', number: 3_600_000, from: 'file' });
  expect(found['colours']).toMatchObject({ value: 'never', number: null, from: 'flag', where: '--no-color' });
});

test('a setting holds: with a threshold below what is used, list warns', async () => {
  const alerts = async (): Promise<string> => (await program.run(['list', '--simulate'])).stdout;
  expect(await alerts()).toMatch(/^archive .* -$/m);
  write('space-warning: 1\n');
  expect(await alerts()).toMatch(/^archive .* nearly-full$/m);
});

test('a timeout of the file holds where none is given', async () => {
  write('timeout: 1s\n');
  const waited = await program.run(['recover', 'backups', '--simulate']);
  expect({ code: waited.code, stderr: waited.stderr }).toMatchObject({ code: 5 });
});

test('colours: always paints into a pipe, and the environment overrides it', async () => {
  write('colours: always\n');
  const list = async (environment?: NodeJS.ProcessEnv): Promise<string> =>
    (await program.run(['list', '--simulate'], environment)).stdout;
  expect(await list()).toContain('\u001b[');
  expect(await list({ NO_COLOR: '1' })).not.toContain('\u001b[');
  expect(await list({ VDOCTL_COLOURS: 'never' })).not.toContain('\u001b[');
});

test('what is off in the file ends every call that depends on it with 2, and names the line', async () => {
  write('timeout: 1h\ntimeuot: 2h\n');
  for (const words of [
    ['list'],
    ['status', '--json'],
    ['config'],
    ['recover', 'backups'],
    ['config', '--json'],
  ]) {
    const { code, stdout, stderr } = await program.run([...words, '--simulate']);
    expect({ words, code, stderr }).toMatchObject({ words, code: 2 });
    const message = /^(vdoctl: )?\/etc\/vdoctl\/vdoctl\.conf:2: there is no setting "timeuot"/;
    if (words.includes('--json')) {
      expect(JSON.parse(stdout)).toMatchObject({
        kind: 'error',
        exitCode: 2,
        message: expect.stringMatching(message) as string,
      });
      expect(stderr).toBe('');
    } else expect([stdout, stderr]).toEqual(['', expect.stringMatching(message) as string]);
  }
  for (const words of [['explain', '2'], ['schema'], ['list', '--help'], ['--version']])
    expect((await program.run([...words, '--simulate'])).code).toBe(0);
});

test('a variable of the environment that nothing reads is named, with the one that may have been meant', async () => {
  const environment = {
    VDOCTL_TIMOUT: '1h',
    VDOCTL_MOOD: 'good',
    VDOCTL_SIMULATED_SPEED: '2',
    VDOCTL_LAB_X: '1',
  };
  const bare = await program.run(['list', '--simulate', '-o', 'name'], { VDOCTL_TIMEOUT: '1h' });
  expect(bare.stderr).toBe('');
  expect(await program.run(['list', '--simulate', '-o', 'name'], environment)).toEqual({
    ...bare,
    stderr:
      "vdoctl: the environment variable VDOCTL_TIMOUT is none of vdoctl's, and does nothing (did you mean VDOCTL_TIMEOUT?)\n" +
      "vdoctl: the environment variable VDOCTL_MOOD is none of vdoctl's, and does nothing\n",
  });
  expect(await program.run(['list', '--simulate', '-o', 'name', '--quiet'], environment)).toEqual(bare);
});
