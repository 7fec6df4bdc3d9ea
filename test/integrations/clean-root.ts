import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { findMirror } from '../lab/apt.ts';
import { findCacheDirectory, runOnHost, withFileLock } from '../lab/host.ts';

/** Any change here makes new roots. */
const recipe = {
  // mmdebstrap's dpkg settings would keep the documentation of other packages out, too.
  hooks: ['rm -f "$1/etc/dpkg/dpkg.cfg.d/99mmdebstrap"'],
  leftOut: ['/usr/share/locale/*', '/usr/share/doc/*', '/usr/share/i18n/*'],
} as const;

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * A small Debian with these packages and nothing else, as an archive: made once, kept where the lab keeps its machine.
 */
async function makeArchive(suite: string, packages: readonly string[]): Promise<string> {
  const cache = findCacheDirectory();
  const whole = JSON.stringify({ ...recipe, suite, packages });
  const name = `clean-root-${createHash('sha256').update(whole).digest('hex').slice(0, 16)}`;
  const archive = join(cache, `${name}.tar`);
  if (existsSync(archive)) return archive;
  if (process.getuid?.() !== 0) throw new Error('a clean Debian root can only be made, and used, by root');
  return withFileLock(join(cache, `${name}.lock`), async () => {
    if (existsSync(archive)) return archive;
    const partial = `${archive}.partial.tar`;
    const argv = [
      'mmdebstrap',
      '--quiet',
      '--mode=root',
      '--variant=apt',
      `--keyring=${keyring}`,
      '--aptopt=Apt::Install-Recommends "false"',
      ...recipe.leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
      ...recipe.hooks.map((hook) => `--customize-hook=${hook}`),
      ...packages.map((each) => `--include=${each}`),
      suite,
      partial,
      await findMirror(),
    ] as const;
    await runOnHost({ argv });
    renameSync(partial, archive);
    return archive;
  });
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A private Debian to install something in; it is removed after the test. */
export class CleanRoot {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes a root of Debian 13 with Node and the given Debian packages. */
  static async make(...more: readonly string[]): Promise<CleanRoot> {
    return CleanRoot.unpack(await makeArchive('trixie', ['nodejs', ...more]));
  }

  /** Makes a root of Debian 12, whose Node is too old: it has none, and nothing else but apt. */
  static async makeOlder(): Promise<CleanRoot> {
    return CleanRoot.unpack(await makeArchive('bookworm', []));
  }

  private static unpack(archive: string): CleanRoot {
    const path = mkdtempSync(join(tmpdir(), 'vdoctl-root-'));
    execFileSync('tar', ['--extract', '--numeric-owner', '--file', archive, '--directory', path]);
    execFileSync('chmod', ['755', path]);
    return new CleanRoot(path);
  }

  /** Runs a command in the root, to its end. */
  run(...argv: readonly string[]): Ended {
    // Its own mount and pid namespaces: mounts and processes end with the command.
    const text = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';
    const alone = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', text, this.path, ...argv];
    const env = {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      LC_ALL: 'C.UTF-8',
      DEBIAN_FRONTEND: 'noninteractive',
    };
    const { status, stdout, stderr } = spawnSync('unshare', alone, { encoding: 'utf8', env });
    return { code: status, stdout, stderr };
  }

  /** Runs a command that must succeed; returns its stdout. */
  must(...argv: readonly string[]): string {
    const { code, stdout, stderr } = this.run(...argv);
    if (code !== 0) throw new Error(`${argv.join(' ')}: exit code ${String(code)}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Installs a package file of this machine, as an administrator does. */
  install(file: string): void {
    const copy = join('/tmp', basename(file));
    copyFileSync(file, join(this.path, copy));
    this.must('apt-get', 'install', '--quiet', '--yes', '-o', 'Dpkg::Use-Pty=0', copy);
  }

  /** Every file and directory in the root, but for the package managers' own records. */
  list(): string[] {
    const entries = readdirSync(this.path, { recursive: true, withFileTypes: true });
    const names = entries.map((entry) => `/${relative(this.path, join(entry.parentPath, entry.name))}`);
    return names
      .filter((name) => !/^\/(var\/(lib\/(dpkg|apt|rpm)|cache|log)|proc|tmp|run)\//.test(name))
      .sort();
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
