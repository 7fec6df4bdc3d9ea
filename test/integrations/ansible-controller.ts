import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Debian's own programs, whatever comes first in the PATH. */
const bin = '/usr/bin';
export const python = '/usr/bin/python3';

export const collectionSource = 'src/packaging/ansible';
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };

/** What a run of a playbook printed. */
export interface AnsibleRun {
  readonly code: number | null;
  readonly output: string;
  /** By host. */
  readonly recap: Readonly<Record<string, Recap>>;
}

type Count = 'ok' | 'changed' | 'unreachable' | 'failed' | 'skipped' | 'rescued' | 'ignored';
export type Recap = Readonly<Record<Count, number>>;

/** What a module answered, as Ansible hands it on. */
export type ModuleResult = Readonly<Record<string, unknown>>;

/**
 * Ansible with the collection, installed from the built archive as a user installs it, and without the user's settings.
 */
export interface Controller {
  /** Calls one module of the collection on one host. */
  call(
    host: string,
    module: string,
    args: Readonly<Record<string, unknown>>,
    ...more: string[]
  ): Promise<ModuleResult>;
  play(playbook: string, ...args: string[]): Promise<AnsibleRun>;
  doc(...args: string[]): string;
}

export interface ControllerOptions {
  /** The test's own directory. */
  readonly directory: string;
  /** The hosts' lines of the inventory, and variables that all hosts have. */
  readonly hosts: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly environment?: NodeJS.ProcessEnv;
  /** Prefixes the command line, to run Ansible in another place. */
  readonly enter?: (argv: readonly string[]) => readonly string[];
}

export function makeController(options: ControllerOptions): Controller {
  const { directory, hosts, variables, enter = (argv: readonly string[]) => argv } = options;
  const env = { ...makeEnvironment(directory), ...options.environment };
  installCollection(directory, env);
  const inventory = path.join(directory, 'inventory');
  const shared = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  writeFileSync(inventory, [...hosts, '[all:vars]', ...shared, ''].join('\n'));
  const run = (program: string, args: readonly string[]): Promise<Omit<AnsibleRun, 'recap'>> =>
    runToEnd(enter([`${bin}/${program}`, '-i', inventory, ...args]), env);
  return {
    async call(host, module, args, ...more) {
      // Without more verbosity Ansible shows less of a result: the diff, for one, is missing.
      const words = [
        host,
        '--one-line',
        '-vvv',
        '-m',
        `vdoctl.vdo.${module}`,
        '-a',
        JSON.stringify(args),
        ...more,
      ];
      const { output } = await run('ansible', words);
      const [, how, json] = /^\S+ \| ([A-Z!]+) => (\{.*\})$/m.exec(output) ?? [];
      if (json === undefined) throw new Error(`ansible ${words.join(' ')}: ${output}`);
      return { ...(JSON.parse(json) as ModuleResult), failed: how === 'FAILED!' };
    },
    async play(playbook, ...args) {
      const done = await run('ansible-playbook', [playbook, ...args]);
      return { ...done, recap: readRecap(done.output) };
    },
    doc: (...args) => execFileSync(`${bin}/ansible-doc`, args, { env, encoding: 'utf8' }),
  };
}

function makeEnvironment(directory: string): NodeJS.ProcessEnv {
  const home = path.join(directory, 'home');
  mkdirSync(home, { recursive: true });
  return {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C.UTF-8',
    HOME: home,
    ANSIBLE_HOME: path.join(home, '.ansible'),
    ANSIBLE_COLLECTIONS_PATH: path.join(directory, 'collections'),
    ANSIBLE_LOCAL_TEMP: path.join(directory, 'tmp'),
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_HOST_KEY_CHECKING: 'false',
    ANSIBLE_PIPELINING: 'true',
    // A connection that is kept open would outlast the test.
    ANSIBLE_SSH_ARGS: '-o ControlMaster=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR',
  };
}

function installCollection(directory: string, env: NodeJS.ProcessEnv): void {
  const galaxy = (...args: string[]): void => {
    execFileSync(`${bin}/ansible-galaxy`, ['collection', ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  };
  galaxy('build', collectionSource, '--output-path', directory);
  const archive = path.join(directory, `vdoctl-vdo-${version}.tar.gz`);
  galaxy('install', archive, '-p', path.join(directory, 'collections'));
}

function runToEnd(
  [file = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Omit<AnsibleRun, 'recap'>> {
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}

/** The counts behind `PLAY RECAP`, by host. */
export function readRecap(output: string): Record<string, Recap> {
  const lines = output.slice(output.indexOf('PLAY RECAP')).split('\n');
  const rows = lines.flatMap((line) => {
    const [, host, counts] = /^(\S+)\s+: (ok=.*?)\s*$/.exec(line) ?? [];
    if (host === undefined || counts === undefined) return [];
    const pairs = counts.split(/\s+/).map((pair) => pair.split('='));
    return [
      [host, Object.fromEntries(pairs.map(([name, count]) => [name, Number(count)])) as Recap] as const,
    ];
  });
  return Object.fromEntries(rows);
}
