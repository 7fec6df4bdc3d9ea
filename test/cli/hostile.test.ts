import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { addPartition } from '../simulated/levers.ts';
import { mountDevice } from '../../src/simulator/arrange.ts';
import { buildProgram, type Program } from './program.ts';
import { createSimulatorWorld, type SimulatorWorld } from '../scenarios/simulator-world.ts';
import type { Outcome } from '../scenarios/world.ts';

const names: readonly string[] = [
  '',
  '.',
  '..',
  '../x',
  '../../etc/passwd',
  'a/b/c',
  '/etc/passwd',
  '/dev/../etc/passwd',
  '/dev/mapper/../../etc',
  'a b',
  'a\nb',
  'a\tb',
  'a\u0000b',
  '-x',
  '--yes',
  'x'.repeat(200),
  'vg/' + 'x'.repeat(200),
  'größe',
  '名前',
  '\u202Egnp',
  "'; rm -rf /",
  '$(reboot)',
  '`id`',
  'vg/',
  '/pool',
  'vg/..',
];

const sizes: readonly string[] = [
  '',
  '0',
  '0G',
  '-1G',
  '1',
  '4096',
  '1.5.5G',
  '1e3G',
  '1EiB',
  '8E',
  '99999999999999999999G',
  '10GB',
  '10gg',
  ' 10G',
  '10  G',
  '01 0G',
  '0x10G',
  '٣G',
  '4097B',
  'NaN',
  'Infinity',
];

/** Expects one sentence, and one that says what to do; never a stack trace. */
function expectRefusal(
  { code, stdout, stderr }: Pick<Outcome, 'code' | 'stdout' | 'stderr'>,
  what: string,
): void {
  expect([2, 3, 8], `${what}: ${stdout}${stderr}`).toContain(code);
  expect(stdout, what).toBe('');
  const lines = stderr.trimEnd().split('\n');
  expect(lines[0], what).toMatch(/^vdoctl: \S/);
  expect(
    lines.slice(1).every((line) => line.startsWith('  next: ')),
    `${what}: ${stderr}`,
  ).toBe(true);
  expect(lines.length, what).toBeLessThanOrEqual(2);
  expect(stderr, what).not.toMatch(/defect| {4}at /);
  // eslint-disable-next-line no-control-regex -- what a terminal would take for an order
  expect(stderr, what).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
}

describe('on the simulated host', () => {
  let world: SimulatorWorld;
  let before: string;
  let device: string;
  beforeEach(async () => {
    world = createSimulatorWorld();
    device = await world.makeDevice();
    await world.makeVolume({ stack: 'dm' });
    before = JSON.stringify(world.host.world.files) + (await world.snapshot());
  });

  const refuse = async (...args: string[]): Promise<void> => {
    const what = JSON.stringify(args);
    expectRefusal(await world.vdoctl(...args), what);
    expect(JSON.stringify(world.host.world.files) + (await world.snapshot()), what).toBe(before);
  };

  test.each([
    ['create', ['--device', '/dev/nope']],
    ['start', []],
    ['stop', []],
    ['recover', []],
    ['adopt', []],
    ['remove', ['--yes']],
    ['grow', ['--physical']],
    ['grow', ['--logical', '10T']],
    ['set', ['compression=on']],
    ['cleanup', ['--yes']],
    ['wait', ['--for', 'normal']],
  ])('%s of a name that nothing can have', async (command, more) => {
    for (const name of names) await refuse(command, name, ...more);
  });

  test.each(['--logical-size', '--slab-size', '--index-memory'])('create with an odd %s', async (option) => {
    for (const size of sizes) await refuse('create', 'new', '--device', device, option, size);
  });

  test('grow to an odd size', async () => {
    for (const size of sizes) await refuse('grow', 'my-vdo', '--logical', size);
  });

  test.each(['3K', '16M', '64G', '3G', '1023M'])('a slab size that is none: %s', async (size) => {
    await refuse('create', 'new', '--device', device, '--slab-size', size);
  });

  test.each(['100M', '1536M', '2000G'])('an index memory that is none: %s', async (size) => {
    await refuse('create', 'new', '--device', device, '--index-memory', size);
  });

  test.each([
    'compression',
    'compression=',
    'compression=ON',
    'compression=1',
    '=on',
    'x=on',
    'compression=on\n',
  ])('a setting that is none: %j', async (word) => {
    await refuse('set', 'my-vdo', word);
  });

  test.each([
    '',
    '/dev',
    '/',
    '.',
    '/etc/passwd',
    '/dev/nope',
    '/dev/mapper/..',
    'relative',
    '/dev/a\nb',
    '-x',
  ])('a device that is none: %j', async (path) => {
    await refuse('create', 'new', '--device', path);
  });

  test('a disk that is mounted', async () => {
    await refuse('create', 'new', '--device', '/dev/vda', '--wipe', '--yes');
  });

  test('a partition of a disk that is mounted as a whole, and the disk', async () => {
    const disk = path.basename(device);
    world.host.change((each) => {
      addPartition(each, disk);
      mountDevice(each, `/dev/${disk}`, '/srv/whole');
    });
    before = JSON.stringify(world.host.world.files) + (await world.snapshot());
    await refuse('create', 'new', '--device', `/dev/${disk}1`, '--wipe', '--yes');
    await refuse('create', 'new', '--device', `/dev/${disk}`, '--wipe', '--yes');
  });

  test('a partition that is mounted, and the disk that it lies on', async () => {
    const disk = path.basename(device);
    world.host.change((each) => {
      addPartition(each, disk);
      mountDevice(each, `/dev/${disk}1`, '/srv/one');
    });
    before = JSON.stringify(world.host.world.files) + (await world.snapshot());
    await refuse('create', 'new', '--device', `/dev/${disk}1`, '--wipe', '--yes');
    await refuse('create', 'new', '--device', `/dev/${disk}`, '--wipe', '--yes');
  });

  test('a name that is taken, by a volume, by anything else', async () => {
    await refuse('create', 'my-vdo', '--device', device);
    await refuse('create', 'store1', '--device', device);
  });
});

describe('the built program, on this host', () => {
  let program: Program;
  let directory: string;
  beforeAll(async () => {
    program = await buildProgram();
    directory = mkdtempSync(path.join(tmpdir(), 'vdoctl-hostile-'));
    mkdirSync(path.join(directory, 'directory'));
    writeFileSync(path.join(directory, 'file'), 'x');
    execFileSync('mkfifo', [path.join(directory, 'fifo')]);
    symlinkSync('loop', path.join(directory, 'loop'));
    symlinkSync('gone', path.join(directory, 'dangling'));
  });
  afterAll(() => {
    program.remove();
    rmSync(directory, { recursive: true });
  });

  test.each(['directory', 'file', 'fifo', 'loop', 'dangling'])('a device that is a %s', async (name) => {
    const ended = await program.run(['create', 'new', '--device', path.join(directory, name)]);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) expectRefusal({ ...ended, code: ended.code ?? -1 }, name);
    else expect(ended.code).toBe(4);
  });
});
