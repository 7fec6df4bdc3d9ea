import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from './errors.ts';
import { runOnHost } from './host.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The Debian archive that this host already uses, or the one that the environment names. */
export async function findMirror(): Promise<string> {
  const chosen = process.env['VDOCTL_LAB_MIRROR'];
  if (chosen !== undefined && chosen !== '') return chosen;
  const format = '$(CREATED_BY)|$(COMPONENT)|$(ORIGIN)|$(LABEL)|$(REPO_URI)';
  const argv = ['apt-get', 'indextargets', '--format', format] as const;
  let listing = await runOnHost({ argv });
  if (!listing.includes('|Debian|Debian|')) {
    // Origin and label come from the lists, which container images leave out.
    await runOnHost({ argv: ['apt-get', 'update', '-q'] });
    listing = await runOnHost({ argv });
  }
  for (const line of listing.split('\n')) {
    const [kind, component, origin, label, uri] = line.split('|');
    if (kind === 'Packages' && component === 'main' && origin === 'Debian' && label === 'Debian' && uri)
      return uri;
  }
  throw new LabError('apt of this host knows no main Debian archive; set VDOCTL_LAB_MIRROR to one');
}

/** An apt with its own sources, lists and (empty) list of installed packages: the host's stays as it is. */
export class PrivateApt {
  readonly mirror: string;
  readonly suite: string;
  readonly #directory: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(options: { directory: string; mirror: string; suite: string }) {
    this.mirror = options.mirror;
    this.suite = options.suite;
    this.#directory = options.directory;
    this.#env = { APT_CONFIG: join(options.directory, 'apt.conf'), DEBIAN_FRONTEND: 'noninteractive' };
  }

  get keyring(): string {
    return KEYRING;
  }

  async update(): Promise<void> {
    const at = (name: string) => join(this.#directory, name);
    for (const name of ['state/lists/partial', 'cache/archives/partial', 'parts']) {
      mkdirSync(at(name), { recursive: true });
    }
    writeFileSync(at('status'), '');
    writeFileSync(at('sources.list'), `deb [signed-by=${KEYRING}] ${this.mirror} ${this.suite} main\n`);
    writeFileSync(
      at('apt.conf'),
      [
        `Dir::State "${at('state')}";`,
        `Dir::State::status "${at('status')}";`,
        `Dir::Cache "${at('cache')}";`,
        `Dir::Etc::sourcelist "${at('sources.list')}";`,
        `Dir::Etc::sourceparts "${at('parts')}";`,
        `Dir::Etc::preferencesparts "${at('parts')}";`,
        'APT::Architecture "amd64";',
        'APT::Sandbox::User "root";',
        'DPkg::Pre-Install-Pkgs { };',
        '',
      ].join('\n'),
    );
    await runOnHost({ argv: ['apt-get', 'update', '-q'], env: this.#env });
  }

  /** The dependencies of a package; none if these lists do not have the package. */
  async listDependencies(name: string): Promise<string[]> {
    const known = await runOnHost({ argv: ['apt-cache', 'pkgnames', name], env: this.#env });
    if (!known.split('\n').includes(name)) return [];
    const text = await runOnHost({ argv: ['apt-cache', 'depends', name], env: this.#env });
    return [...text.matchAll(/^\s*Depends: (\S+)$/gm)].flatMap((match) => match[1] ?? []);
  }

  /** Unpacks packages, alone or with everything they depend on, without running their scripts. */
  async unpack(
    names: readonly string[],
    target: string,
    depth: 'alone' | 'with-dependencies',
  ): Promise<void> {
    const archives = join(this.#directory, `debs-${names.join('-')}`);
    mkdirSync(join(archives, 'partial'), { recursive: true });
    if (depth === 'alone') {
      await runOnHost({ argv: ['apt-get', 'download', '-q', ...names], env: this.#env, cwd: archives });
    } else {
      const place = ['-o', `Dir::Cache::archives=${archives}`];
      const options = ['-q', '-y', '--download-only', '--no-install-recommends'];
      await runOnHost({ argv: ['apt-get', 'install', ...place, ...options, ...names], env: this.#env });
    }
    mkdirSync(target, { recursive: true });
    for (const deb of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
      await runOnHost({ argv: ['dpkg-deb', '-x', join(archives, deb), target] });
    }
  }

  /** Writes the settings of the host's apt that say how to fetch (proxy, dates), for another apt to read. */
  async writeAcquireOptions(path: string): Promise<void> {
    const dump = await runOnHost({ argv: ['apt-config', 'dump'] });
    const lines = dump
      .split('\n')
      .filter((line) => /^Acquire::(?!IndexTargets|Changelogs|CompressionTypes)/.test(line));
    writeFileSync(path, `${lines.join('\n')}\n`);
  }
}
