import { execFileSync } from 'node:child_process';

/**
 * A network of its own: network namespaces on a bridge in another namespace, which cannot reach or disturb the machine.
 */
export interface Network {
  /** The words that run a program in a host of the network (0: the host that all others are connected to). */
  readonly enter: (host: number, argv: readonly string[]) => readonly [string, ...string[]];
  readonly addressOf: (host: number) => string;
  remove(): void;
}

const addressOf = (host: number): string => `10.77.0.${String(host === 0 ? 254 : host)}`;

/** @throws an error that says why the network cannot be made */
export function makeNetwork(hosts: number): Network {
  const nameOf = (host: number): string => `vdoctl-${String(process.pid)}-${String(host)}`;
  const all = Array.from({ length: hosts + 1 }, (_, host) => host);
  const made: number[] = [];
  const remove = (): void => {
    for (const host of made.splice(0)) ip('netns', 'del', nameOf(host));
  };
  try {
    for (const host of all) {
      ip('netns', 'add', nameOf(host));
      made.push(host);
      ip('-n', nameOf(host), 'link', 'set', 'lo', 'up');
    }
    connect(all.slice(1), nameOf);
  } catch (error) {
    remove();
    throw new Error(
      `this test makes network namespaces, which needs root and the capability to: ${String(error)}`,
      { cause: error },
    );
  }
  return { enter: (host, argv) => ['ip', 'netns', 'exec', nameOf(host), ...argv], addressOf, remove };
}

function connect(hosts: readonly number[], nameOf: (host: number) => string): void {
  const [hub] = [nameOf(0)];
  ip('-n', hub, 'link', 'add', 'bridge', 'type', 'bridge');
  ip('-n', hub, 'addr', 'add', `${addressOf(0)}/24`, 'dev', 'bridge');
  ip('-n', hub, 'link', 'set', 'bridge', 'up');
  for (const host of hosts) {
    const port = `host${String(host)}`;
    ip('-n', hub, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', nameOf(host));
    ip('-n', hub, 'link', 'set', port, 'master', 'bridge', 'up');
    ip('-n', nameOf(host), 'addr', 'add', `${addressOf(host)}/24`, 'dev', 'eth0');
    ip('-n', nameOf(host), 'link', 'set', 'eth0', 'up');
  }
}

function ip(...args: readonly string[]): void {
  execFileSync('/usr/sbin/ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
