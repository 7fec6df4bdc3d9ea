import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CleanRoot } from './clean-root.ts';
import { buildPackages, listCheckout, type Packages } from './packages.ts';

let packages: Packages;

beforeAll(() => {
  packages = buildPackages();
});

/** What a host remembers once vdoctl was used on it, and a unit that the administrator enabled. */
const state = ['/etc/vdoctl/volumes/my-vdo.json', '/var/lib/vdoctl/operations/1.jsonl'];
const enabled = '/etc/systemd/system/multi-user.target.wants/vdoctl@my\\x2dvdo.service';

function leaveState(root: CleanRoot): void {
  for (const file of state) {
    mkdirSync(join(root.path, dirname(file)), { recursive: true });
    writeFileSync(join(root.path, file), '{}\n');
  }
  mkdirSync(join(root.path, dirname(enabled)), { recursive: true });
  symlinkSync('/usr/lib/systemd/system/vdoctl@.service', join(root.path, enabled));
}

/** Stands in for a running systemd: what it is asked for is written down. */
function pretendSystemd(root: CleanRoot): () => string[] {
  const log = join(root.path, 'var/log/systemctl');
  mkdirSync(join(root.path, 'run/systemd/system'), { recursive: true });
  const program = join(root.path, 'usr/bin/systemctl');
  writeFileSync(program, '#!/bin/sh\necho "$@" >> /var/log/systemctl\n');
  chmodSync(program, 0o755);
  writeFileSync(log, '');
  return () => {
    const said = readFileSync(log, 'utf8').trim().split('\n');
    writeFileSync(log, '');
    return said;
  };
}

/** Runs apt-get as an administrator does. */
function apt(root: CleanRoot, verb: 'remove' | 'purge', what: string): void {
  root.must('apt-get', verb, '--quiet', '--yes', '-o', 'Dpkg::Use-Pty=0', what);
}

/** The installed path of each file of the checkout that is packaged as it is. */
function listPlaces(format: 'deb' | 'rpm'): string[] {
  const of = (name: string, place: string): string[] =>
    listCheckout(`src/packaging/${name}`).map((file) => `${place}/${file}`);
  return [
    ...of('systemd', '/usr/lib/systemd/system'),
    ...of('ansible', '/usr/share/ansible/collections/ansible_collections/vdoctl/vdo'),
    ...of('prometheus', '/usr/share/vdoctl/prometheus'),
    ...of('grafana', '/usr/share/vdoctl/grafana'),
    ...listCheckout('man').map((file) => `/usr/share/man/man${file.split('.').at(-1) ?? ''}/${file}.gz`),
    '/usr/share/bash-completion/completions/vdoctl',
    `/usr/share/zsh/${format === 'deb' ? 'vendor-completions' : 'site-functions'}/_vdoctl`,
    '/usr/share/fish/vendor_completions.d/vdoctl.fish',
  ];
}

describe('the .deb, in a Debian that has nothing but Node', () => {
  let root: CleanRoot;
  let before: string[];
  let askedOfSystemd: () => string[];

  beforeAll(async () => {
    root = await CleanRoot.make();
    askedOfSystemd = pretendSystemd(root);
    before = root.list();
    root.install(packages.deb);
  });

  afterAll(() => {
    root.remove();
  });

  test('needs Node and no other package, and tells systemd that there are units', () => {
    const asked = execFileSync('dpkg-deb', ['--field', packages.deb, 'Depends'], { encoding: 'utf8' });
    expect(asked.trim()).toBe('nodejs (>= 20.19)');
    expect(askedOfSystemd()).toEqual(['daemon-reload']);
  });

  test('the program works, whatever else is called node on the PATH', () => {
    const other = join(root.path, 'usr/local/bin/node');
    writeFileSync(other, '#!/bin/sh\nexit 99\n');
    chmodSync(other, 0o755);
    expect(root.must('vdoctl', '--version')).toBe(`vdoctl ${packages.version}\n`);
    const { volumes } = JSON.parse(root.must('vdoctl', 'list', '--json', '--simulate')) as {
      volumes: { name: string }[];
    };
    expect(volumes.length).toBeGreaterThan(0);
    root.must('rm', '/usr/local/bin/node');
  });

  test('a crashed volume of the simulated host is brought back with it', () => {
    const listed = root.must('vdoctl', 'list', '--simulate');
    expect(listed).toMatch(/^backups .*will-recover/m);
    expect(root.run('vdoctl', 'recover', 'backups', '--simulate')).toMatchObject({
      code: 0,
      stdout: 'backups: normal again\n',
    });
    expect(root.must('vdoctl', 'list', '--simulate')).toMatch(/^backups .*normal/m);
  });

  test('everything has its place', () => {
    const there = root.list();
    expect(there).toEqual(expect.arrayContaining(listPlaces('deb')));
    // Nothing is installed elsewhere.
    const added = there.filter((name) => !before.includes(name) && !name.startsWith('/root/'));
    const leadsToOwn = (name: string): boolean =>
      added.some((other) => other.includes('vdoctl') && other.startsWith(`${name}/`));
    expect(added.filter((name) => !name.includes('vdoctl') && !leadsToOwn(name))).toEqual([]);
  });

  test('lintian has nothing to say', () => {
    const argv = ['--allow-root', '--fail-on', 'error,warning', packages.deb];
    const { status, stdout } = spawnSync('lintian', argv, { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  test('removed, it leaves what it remembers, and nothing else', () => {
    leaveState(root);
    apt(root, 'remove', 'vdoctl');
    expect(askedOfSystemd()).toEqual(['stop vdoctl-check.timer vdoctl-backup@*.timer', 'daemon-reload']);
    const left = root.list().filter((name) => !before.includes(name) && !name.startsWith('/root/'));
    expect(left).toEqual(expect.arrayContaining([...state, enabled]));
    expect(left.filter((name) => !/^\/(etc|var\/lib)\/(vdoctl|systemd)/.test(name))).toEqual([]);
  });

  test('purged, nothing is left', () => {
    apt(root, 'purge', 'vdoctl');
    const left = root.list().filter((name) => !before.includes(name) && !name.startsWith('/root/'));
    // The directories of systemd do not count: this test made them.
    expect(left.filter((name) => name.includes('vdoctl'))).toEqual([]);
  });
});

describe('the .rpm', () => {
  function query(...argv: readonly string[]): string[] {
    return execFileSync('rpm', ['--query', '--package', ...argv, packages.rpm], { encoding: 'utf8' })
      .trim()
      .split('\n');
  }

  test('has the same files as the .deb, but for licenses and where each distribution keeps a thing', () => {
    const listing = execFileSync('dpkg-deb', ['--contents', packages.deb], { encoding: 'utf8' });
    const deb = [...listing.matchAll(/ \.(\/.*[^/\n])$/gm)].map(([, name = '']) => name);
    const isAlike = (name: string): boolean => !/^\/usr\/share\/(doc|licenses|zsh)\//.test(name);
    const lines = query('--queryformat', '[%{FILEMODES:perms} %{FILENAMES}\n]');
    const files = lines
      .filter((line) => line.startsWith('-'))
      .map((line) => line.slice(line.indexOf(' ') + 1));
    expect(files.filter(isAlike)).toEqual(deb.filter(isAlike).sort());
    expect(files).toEqual(
      expect.arrayContaining([...listPlaces('rpm'), '/usr/share/licenses/vdoctl/LICENSE']),
    );
  });

  test('belongs to root, and needs Node and no other package', () => {
    expect(new Set(query('--queryformat', '[%{FILEUSERNAME}:%{FILEGROUPNAME}\n]'))).toEqual(
      new Set(['root:root']),
    );
    const needs = query('--requires').filter((line) => !line.startsWith('rpmlib('));
    expect(new Set(needs)).toEqual(new Set(['/bin/sh', 'nodejs >= 1:20.19']));
  });

  test('installed, used, installed again and removed in a root of its own', async () => {
    const root = await CleanRoot.make();
    try {
      const askedOfSystemd = pretendSystemd(root);
      const before = root.list();
      const rpm = (...argv: readonly string[]): string =>
        execFileSync('rpm', ['--root', root.path, '--dbpath', '/var/lib/rpm', '--nodeps', ...argv], {
          encoding: 'utf8',
        });
      rpm('--install', packages.rpm);
      expect(askedOfSystemd()).toEqual(['daemon-reload']);
      expect(root.must('vdoctl', '--version')).toBe(`vdoctl ${packages.version}\n`);
      expect(root.list()).toEqual(expect.arrayContaining(listPlaces('rpm')));
      rpm('--verify', 'vdoctl');
      leaveState(root);
      rpm('--reinstall', packages.rpm);
      // A reinstall does not stop the timer.
      expect(askedOfSystemd()).toEqual(['daemon-reload']);
      rpm('--erase', 'vdoctl');
      expect(askedOfSystemd()).toEqual(['stop vdoctl-check.timer vdoctl-backup@*.timer', 'daemon-reload']);
      for (const file of state) expect(existsSync(join(root.path, file))).toBe(true);
      const left = root.list().filter((name) => !before.includes(name));
      // On the distributions that use rpm, another package owns the directory of licenses.
      const known = /^\/(etc|var\/lib)\/(vdoctl|systemd|rpm)|^\/usr\/share\/licenses$/;
      expect(left.filter((name) => !known.test(name))).toEqual([]);
    } finally {
      root.remove();
    }
  });
});

// No retry: it would compare the second packages with others built the same way.
test('the same commit makes the same packages, byte for byte', { retry: 0 }, () => {
  const before = [packages.deb, packages.rpm].map((file) => readFileSync(file));
  const home = mkdtempSync(join(tmpdir(), 'vdoctl-home-'));
  const again = buildPackages({
    ...process.env,
    TZ: 'Pacific/Auckland',
    LANG: 'de_DE.UTF-8',
    HOME: home,
  });
  // By itself, rpmbuild makes its database in the home directory.
  expect(existsSync(join(home, '.rpmdb'))).toBe(false);
  rmSync(home, { recursive: true });
  [again.deb, again.rpm].forEach((file, index) => {
    expect(readFileSync(file).equals(before[index] ?? Buffer.alloc(0)), basename(file)).toBe(true);
  });
});
