import { afterAll, beforeAll, expect, test } from 'vitest';

import { buildProgram, type Program } from './program.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
  for (const words of [
    ['set', 'media', 'compression=off'],
    ['set', 'archive', 'compression=off'],
    ['set', 'media', 'compression=on'],
  ])
    await program.run([...words, '--simulate']);
});
afterAll(() => {
  program.remove();
});

async function list(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await program.run(['history', ...words, '--json', '--simulate']);
  const { operations } = JSON.parse(stdout) as { operations: readonly { volume: string }[] };
  return operations.map(({ volume }) => volume);
}

test('the latest, the newest first, of one volume, and of a span of time', async () => {
  expect(await list()).toEqual(['media', 'archive', 'media']);
  expect(await list('-n', '2')).toEqual(['archive', 'media']);
  expect(await list('-n2', '--reverse')).toEqual(['media', 'archive']);
  expect(await list('/dev/mapper/media', '--number', '1')).toEqual(['media']);
  expect(await list('--since', '-2h')).toHaveLength(3);
  expect(await list('--until', '2h ago')).toEqual([]);
  expect(await list('--since=yesterday', '--until', 'now')).toHaveLength(3);
});

test('times are local, with their distance from UTC', async () => {
  const read = async (zone: string, ...words: readonly string[]): Promise<string> =>
    (await program.run(['history', '-n', '1', ...words, '--simulate'], { TZ: zone })).stdout;
  expect(await read('Asia/Kolkata')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:30 {2}set media {2}by /);
  expect(await read('Asia/Kolkata', '--utc')).toBe(await read('UTC'));
});

test('of a name that is near another it is said which', async () => {
  expect(await program.run(['history', 'pool', '--simulate'])).toEqual({
    code: 3,
    stdout: '',
    stderr:
      'vdoctl: there is no volume pool, and no operation on it is recorded (there are: archive, backups, mail, media, vg/pool)\n' +
      '  next: did you mean vg/pool?\n',
  });
});

test('a name of no volume is known while operations are recorded, whether they are asked for or not', async () => {
  const { code, stdout, stderr } = await program.run(['history', 'nobody', '--simulate']);
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('next: vdoctl history lists the operations on every volume');
  await program.run(['remove', 'mail', '--yes', '--simulate']);
  expect((await program.run(['status', 'mail', '--simulate'])).code).toBe(3);
  expect(await list('mail')).toEqual(['mail']);
  expect(await program.run(['history', 'mail', '--until', '2h ago', '--simulate'])).toEqual({
    code: 0,
    stdout: 'No operations.\n',
    stderr: '',
  });
  expect(await program.run(['history', 'backups', '--simulate'])).toMatchObject({
    code: 0,
    stdout: 'No operations.\n',
  });
});

test.each([
  [['-n', '0'], '-n takes a whole number from 1, not "0"'],
  [['-n', '-3'], '-n takes a whole number from 1, not "-3"'],
  [['--since', 'soon'], 'not "soon": it is neither a date nor a time with a unit'],
  [['--since', 'today', '--until', 'yesterday'], '--since is after --until'],
])('%j is wrong', async (words, says) => {
  const { code, stderr } = await program.run(['history', ...words, '--simulate']);
  expect(code).toBe(2);
  expect(stderr).toContain(says);
});
