import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeNetwork, type Network } from './namespaces.ts';

/** Hosts that can be logged in to, each in a network namespace of its own with an sshd. */
export interface SshHosts {
  readonly network: Network;
  /** The key that lets root log in to all of them. */
  readonly key: string;
  remove(): Promise<void>;
}

export interface SshHostOptions {
  /** The test's own directory. */
  readonly directory: string;
  /** The environment of sessions on each host; host 1 is the first. */
  readonly environments: readonly Readonly<Record<string, string>>[];
}

export async function startSshHosts({ directory, environments }: SshHostOptions): Promise<SshHosts> {
  const network = makeNetwork(environments.length);
  const daemons: ChildProcess[] = [];
  const remove = async (): Promise<void> => {
    await Promise.all(daemons.map(end));
    network.remove();
  };
  try {
    for (const name of ['id', 'host-key'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(directory, name)]);
    mkdirSync('/run/sshd', { recursive: true });
    for (const [index, environment] of environments.entries()) {
      const config = path.join(directory, `sshd-${String(index + 1)}.conf`);
      writeFileSync(config, describeDaemon(directory, network.addressOf(index + 1), environment));
      const [file, ...args] = network.enter(index + 1, ['/usr/sbin/sshd', '-D', '-e', '-f', config]);
      const daemon = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      daemons.push(daemon);
      await untilListening(daemon);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { network, key: path.join(directory, 'id'), remove };
}

function describeDaemon(
  directory: string,
  address: string,
  environment: Readonly<Record<string, string>>,
): string {
  const variables = Object.entries(environment).map(([name, value]) => `"${name}=${value}"`);
  return [
    `ListenAddress ${address}`,
    `HostKey ${path.join(directory, 'host-key')}`,
    `AuthorizedKeysFile ${path.join(directory, 'id.pub')}`,
    `SetEnv ${variables.join(' ')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    '',
  ].join('\n');
}

/** Resolves when sshd says that it listens. If it ends instead, the error carries what it said. */
function untilListening(daemon: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    daemon.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('Server listening')) resolve();
    });
    daemon.once('error', reject);
    daemon.once('exit', () => {
      reject(new Error(`sshd ended: ${said}`));
    });
  });
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  await new Promise((resolve) => {
    daemon.once('exit', resolve);
    daemon.kill();
  });
}
