import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildProgram, type Program } from '../cli/program.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { sayHarmless, sayHostile, type Say } from './hosts.ts';
import { expectAlike, expectTame } from './tame.ts';

let program: Program;
/** The beginning of the program's story, and the file that keeps it. */
let kept: { readonly file: string; readonly text: string };
beforeAll(async () => {
  program = await buildProgram();
  await program.run(['list', '--simulate']);
  const file = path.join(program.env['XDG_STATE_HOME'] ?? '', 'vdoctl/simulated-host.json');
  kept = { file, text: fs.readFileSync(file, 'utf8') };
});
afterAll(() => {
  program.remove();
});

/** The simulated host of the program's story, with the text in mounts, processes, files and devices. */
function arrange(say: Say): void {
  const world = JSON.parse(kept.text) as World;
  // Nothing changes by itself from one call to the next.
  for (const { vdo } of world.dmDevices) delete vdo?.scrub;
  const [dm] = world.dmDevices.filter(({ name }) => name === 'archive');
  const deviceNumber = `253:${String(dm?.minor)}`;
  const device = '/dev/mapper/archive';
  const mount = { namespace: 1, deviceNumber, type: 'ext4', source: device, options: 'rw' };
  world.mounts.push({ ...mount, path: `/srv/${say('mount')}` });
  world.processes.push({
    pid: 4242,
    name: say('comm'),
    commandLine: ['x'],
    namespace: 1,
    opens: [deviceNumber],
    openFiles: [],
  });
  const journal = `/var/lib/vdoctl/operations/20260101T000000.000Z-1-${say('journal')}.jsonl`;
  world.files.push({ path: journal, text: '{}\n', mode: 0o600 });
  world.directories.push('/var/lib/vdoctl', '/var/lib/vdoctl/operations');
  const [spare] = world.disks.filter(({ serial, contents }) => serial !== undefined && contents.length === 0);
  if (spare?.serial !== undefined) spare.serial = say(spare.serial);
  fs.writeFileSync(kept.file, JSON.stringify(world), { mode: 0o600 });
}

const calls: readonly (readonly string[])[] = [
  ['list'],
  ['status'],
  ['check', '--timeout', '1h'],
  ['metrics'],
  ['history'],
  ['stop', 'archive'],
  ['remove', 'archive', '--dry-run'],
];
const manners: readonly (readonly string[])[] = [[], ['--json'], ['--verbose']];

describe.each(manners)('the built program %j', (...more) => {
  test.each(calls)('%s %s', async (...words) => {
    const argv = [...words, ...more, '--simulate'];
    const env = { VDOCTL_COLOURS: 'always' };
    arrange(sayHostile);
    const hostile = await program.run(argv, env);
    arrange(sayHarmless);
    const harmless = await program.run(argv, env);
    expect(hostile.code).toBe(harmless.code);
    expectAlike(hostile.stdout, harmless.stdout);
    expectAlike(hostile.stderr, harmless.stderr);
  });
});

test('it completes what a shell can take for a word, and leaves out the rest', async () => {
  const complete = async (say: Say): Promise<readonly string[]> => {
    arrange(say);
    const { stdout } = await program.run(['__complete', '--simulate', 'devices', '/dev/d']);
    expectTame(stdout.replaceAll('\t', ' '));
    return stdout.trimEnd().split('\n');
  };
  const harmless = await complete(sayHarmless);
  const hostile = await complete(sayHostile);
  expect(hostile).toHaveLength(harmless.length - 1);
  expect(harmless).toEqual(expect.arrayContaining([...hostile]));
});

test('what nobody has caught is told on lines of its own', async () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'vdoctl-hostile-'));
  const preload = path.join(directory, 'throw.cjs');
  // Throws as soon as the program listens for uncaught exceptions.
  fs.writeFileSync(
    preload,
    `const timer = setInterval(() => {
      if (process.listenerCount('uncaughtException') === 0) return;
      clearInterval(timer);
      throw new Error(${JSON.stringify(sayHostile('thrown'))});
    }, 1);`,
  );
  arrange(sayHarmless);
  const words = ['recover', 'backups', '--simulate'];
  const { code, stderr } = await program.run(words, { NODE_OPTIONS: `--require=${preload}` });
  fs.rmSync(directory, { recursive: true });
  expect(code).toBe(1);
  expectTame(stderr);
  const [first, ...calls] = stderr.trimEnd().split('\n');
  expect(first).toContain(String.raw`vdoctl: a defect of vdoctl itself: Error: thrown\nvdoctl: ok\n`);
  for (const call of calls) expect(call).toMatch(/^ {4}at /);
});
