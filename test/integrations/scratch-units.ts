import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../../src/packaging/systemd', import.meta.url));
const generator = '/usr/lib/systemd/system-generators/systemd-fstab-generator';
const units = 'usr/lib/systemd/system';
const settings = 'etc/systemd/system';

/** The verdict of systemd-analyze on a unit. */
export interface Verdict {
  /** Everything it complained of. */
  readonly complaints: string;
  readonly exitCode: number | null;
}

/** A root directory with this host's units, vdoctl's, and those that systemd makes of an fstab. */
export class ScratchUnits {
  readonly root = mkdtempSync(join(tmpdir(), 'vdoctl-units-'));

  constructor(fstab: readonly string[]) {
    const at = (path: string): string => join(this.root, path);
    for (const path of [dirname(units), settings, 'usr/sbin']) mkdirSync(at(path), { recursive: true });
    for (const name of ['lib', 'sbin']) symlinkSync(`usr/${name}`, at(name));
    cpSync(`/${units}`, at(units), { recursive: true, verbatimSymlinks: true });
    cpSync(own, at(units), { recursive: true });
    // systemd only checks that it is executable, and never runs it.
    writeFileSync(at('usr/sbin/vdoctl'), '#!/bin/sh\n');
    chmodSync(at('usr/sbin/vdoctl'), 0o755);
    writeFileSync(at('etc/fstab'), `${fstab.join('\n')}\n`);
    const late = ['early', 'late'].map((name) => at(`generated-${name}`));
    for (const path of late) mkdirSync(path);
    const env = { ...process.env, SYSTEMD_FSTAB: at('etc/fstab') };
    execFileSync(generator, [at(settings), ...late], { env, stdio: 'pipe' });
  }

  /**
   * Verifies a transaction that starts all these units: ordering cycles, and settings that systemd does not understand.
   */
  verify(names: readonly string[]): Verdict {
    const { status, stderr } = this.#analyze(names, {});
    return { complaints: stderr, exitCode: status };
  }

  /**
   * Everything that systemd understands of one unit: `Before: shutdown.target (origin-file)` gives `shutdown.target`.
   */
  describe(name: string): (key: string) => string[] {
    const { stdout } = this.#analyze([name], { SYSTEMD_LOG_LEVEL: 'debug' });
    const from = stdout.indexOf(`-> Unit ${name}:`);
    if (from < 0) throw new Error(`systemd-analyze says nothing of ${name}`);
    const lines =
      stdout
        .slice(from + 1)
        .split('\t-> Unit ')[0]
        ?.split('\n') ?? [];
    return (key) =>
      lines.flatMap((line) => {
        const found = /^\s*([^:]+): (.*?)(?: \([a-z -]+\))?$/.exec(line);
        return found?.[1] === key ? [found[2] ?? ''] : [];
      });
  }

  /** Puts a file among the administrator's units, or masks one there (`null`). */
  set(path: string, content: string | null): void {
    const full = join(this.root, settings, path);
    mkdirSync(dirname(full), { recursive: true });
    if (existsSync(full)) rmSync(full);
    if (content === null) symlinkSync('/dev/null', full);
    else writeFileSync(full, content);
  }

  /** Enables a unit as an administrator does: `systemctl enable`. */
  enable(name: string): void {
    execFileSync('systemctl', [`--root=${this.root}`, 'enable', name], { stdio: 'pipe' });
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  #analyze(names: readonly string[], env: Readonly<Record<string, string>>) {
    // Without man pages: systemd would look for them on this host, where they are not installed.
    const argv = ['verify', '--man=no', `--root=${this.root}`, ...names];
    return spawnSync('systemd-analyze', argv, { encoding: 'utf8', env: { ...process.env, ...env } });
  }
}

/** Escapes a name, such as `my-vdo`, for use as an instance: `systemd-escape`. */
export function escapeInstance(name: string): string {
  return execFileSync('systemd-escape', [name], { encoding: 'utf8' }).trim();
}
