import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { bundle } from '../../build/bundle.ts';

/** Calls by root keep compiled code so that the next calls need not compile: see build/loader.ts. */

let directory: string;
let program: string;
let kept: string;

beforeAll(async () => {
  // Another user must be able to run the program in it.
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'vdoctl-code-'));
  fs.chmodSync(directory, 0o755);
  program = path.join(directory, 'vdoctl');
  kept = path.join(directory, 'run', 'code');
  await bundle('src/entry/main.ts', program, { codeDirectory: kept });
});

beforeEach(() => {
  fs.rmSync(path.dirname(kept), { recursive: true, force: true });
  fs.mkdirSync(path.dirname(kept));
});

afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true });
});

function run(
  options: { readonly env?: NodeJS.ProcessEnv; readonly uid?: number; readonly node?: string } = {},
): string {
  const { env, uid, node = process.execPath } = options;
  const { status, stdout, stderr } = spawnSync(node, [program, 'explain', 'will-recover'], {
    env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', ...env },
    ...(uid === undefined ? {} : { uid }),
    timeout: 20_000,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

/** The files with their inodes: a file that is rewritten gets another inode. */
function listKept(): string[] {
  if (!fs.existsSync(kept)) return [];
  return fs.readdirSync(kept).map((name) => `${name} ${String(fs.statSync(path.join(kept, name)).ino)}`);
}

function damage(how: (bytes: Buffer) => Buffer): void {
  for (const name of fs.readdirSync(kept)) {
    const file = path.join(kept, name);
    fs.writeFileSync(file, how(fs.readFileSync(file)));
  }
}

function flipAll(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, at) => (at < 64 ? byte : byte ^ 0xff)));
}

describe.runIf(process.getuid?.() === 0)('compiled code, by root', () => {
  it('is kept by the first call, for this Node, and used by the next', () => {
    const told = run();
    const first = listKept();
    expect(first.length).toBeGreaterThan(2);
    expect(first.every((each) => each.startsWith(`${process.version}-${process.arch}-`))).toBe(true);
    expect(fs.statSync(kept).mode & 0o777).toBe(0o700);
    expect(run()).toBe(told);
    expect(listKept()).toEqual(first);
  });

  it.each([
    ['damaged', flipAll],
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['empty', () => Buffer.alloc(0)],
  ])('is compiled anew where it is %s', (_, how) => {
    const told = run();
    const first = fs.readdirSync(kept);
    damage(how);
    const damaged = listKept();
    expect(run()).toBe(told);
    expect(fs.readdirSync(kept)).toEqual(first);
    expect(listKept().filter((each) => damaged.includes(each))).toEqual([]);
    const anew = listKept();
    expect(run()).toBe(told);
    expect(listKept()).toEqual(anew);
  });

  it('is compiled anew where something else is in its place', () => {
    const told = run();
    const first = fs.readdirSync(kept);
    for (const name of first) {
      fs.rmSync(path.join(kept, name));
      spawnSync('mkfifo', [path.join(kept, name)]);
    }
    expect(run()).toBe(told);
    expect(first.map((name) => fs.statSync(path.join(kept, name)).isFile())).toEqual(first.map(() => true));
  });

  it('is not that of another build of the same Node', () => {
    const other = path.join(directory, 'node');
    fs.copyFileSync(process.execPath, other);
    const told = run();
    const first = listKept();
    expect(run({ node: other })).toBe(told);
    expect(listKept()).toHaveLength(2 * first.length);
    expect(listKept()).toEqual(expect.arrayContaining(first));
  });

  it('is not taken from a directory that others may write to', () => {
    const told = run();
    fs.chmodSync(kept, 0o777);
    damage(flipAll);
    const before = listKept();
    expect(run()).toBe(told);
    expect(listKept()).toEqual(before);
  });

  it('is not kept where it cannot be, and nothing is said of it', () => {
    fs.rmdirSync(path.dirname(kept));
    fs.writeFileSync(path.dirname(kept), '');
    expect(run()).toContain('will-recover');
  });

  it('is not kept where Node is told to keep none', () => {
    run({ env: { NODE_DISABLE_COMPILE_CACHE: '1' } });
    expect(listKept()).toEqual([]);
  });

  it('is neither kept nor used by others', () => {
    fs.chmodSync(path.dirname(kept), 0o777);
    const told = run({ uid: 65534 });
    expect(listKept()).toEqual([]);
    run();
    const before = listKept();
    damage(flipAll);
    fs.chmodSync(kept, 0o755);
    expect(run({ uid: 65534 })).toBe(told);
    expect(listKept()).toEqual(before);
  });
});

it('a program that is replaced while it begins says so', () => {
  const replaced = path.join(directory, 'replaced');
  const text = fs.readFileSync(program, 'utf8');
  fs.writeFileSync(replaced, text.replaceAll(/^\/\/[0-9a-f]{16}[=~].*$/gm, ''));
  const { status, stderr } = spawnSync(process.execPath, [replaced, 'list'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain(`${replaced} was replaced while it began; call it again`);
});
