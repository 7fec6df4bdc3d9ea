import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findBuild } from '../builds.ts';
import { copiesDirectory } from '../../src/stacks/geometry/copies.ts';
import { findStatePath } from '../../src/simulator/make-host.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { makeController, python, type AnsibleRun, type Controller } from './ansible-controller.ts';
import { describeEnvironment, keepHost, makeCrashed, makeFailing, makeReadOnly } from './simulated-fleet.ts';
import { startSshHosts, type SshHosts } from './ssh-hosts.ts';

/** Ten hosts after a night of trouble: seven that can be recovered, two that are read-only, one that fails. */
const fleet: readonly ((host: TestHost) => Promise<unknown>)[] = [
  (host) => makeCrashed(host, 'dm'),
  (host) => makeCrashed(host, 'lvm'),
  (host) => makeReadOnly(host, 'dm'),
  (host) => makeCrashed(host, 'manager'),
  (host) => makeCrashed(host, 'dm'),
  (host) => makeFailing(host, 'dm'),
  (host) => makeCrashed(host, 'lvm'),
  (host) => makeReadOnly(host, 'lvm'),
  (host) => makeCrashed(host, 'dm'),
  (host) => makeCrashed(host, 'manager'),
];
const needsPerson: Readonly<Record<string, string>> = {
  host3: 'my-vdo is read-only: it is stopped, and its disk says that it will start read-only',
  host6: 'my-vdo: its storage /dev/mapper/store1 cannot be read: Input/output error',
  host8: 'my-vg/pool is read-only: it is stopped, and its disk says that it will start read-only',
};
const names = fleet.map((_, index) => `host${String(index + 1)}`);
const recoverable = names.filter((name) => needsPerson[name] === undefined);

// A play over ten hosts starts some forty processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 600_000 });

const directory = mkdtempSync(path.join(tmpdir(), 'vdoctl-ansible-'));
const stateOf = (name: string): string => path.join(directory, 'state', name);
let hosts: SshHosts | undefined;
let ansible: Controller;

beforeAll(async () => {
  const program = path.join(directory, 'bin', 'vdoctl');
  mkdirSync(path.dirname(program));
  copyFileSync(await findBuild('src/entry/main.ts'), program);
  for (const [index, arrange] of fleet.entries()) await keepHost(stateOf(names[index] ?? ''), arrange);
  const PATH = [path.dirname(program), path.dirname(process.execPath), '/usr/bin:/bin'].join(':');
  hosts = await startSshHosts({
    directory,
    environments: names.map((name) => ({ ...describeEnvironment(stateOf(name)), PATH })),
  });
  const { network, key } = hosts;
  const nobody = `nobody ansible_host=${network.addressOf(99)}`;
  ansible = makeController({
    directory,
    hosts: [...names.map((name, index) => `${name} ansible_host=${network.addressOf(index + 1)}`), nobody],
    variables: {
      ansible_user: 'root',
      ansible_ssh_private_key_file: key,
      ansible_python_interpreter: python,
      vdo_simulate: 'true',
    },
    enter: (argv) => network.enter(0, argv),
  });
});

afterAll(async () => {
  await hosts?.remove();
  rmSync(directory, { recursive: true });
});

function recoverFleet(...more: string[]): Promise<AnsibleRun> {
  return ansible.play('vdoctl.vdo.recover', '-e', 'vdo_hosts=all:!nobody', ...more);
}

/**
 * The lasting state of each host: its disks, its files with the journal of all operations, its devices. Copies of the
 * geometry block are left out: any look keeps one.
 */
function readStates(): readonly unknown[] {
  return names.map((name) => {
    const kept = readFileSync(findStatePath({ XDG_STATE_HOME: stateOf(name) }), 'utf8');
    const { disks, files: all, dmDevices, mounts } = JSON.parse(kept) as World;
    const files = all.filter(({ path: file }) => !file.startsWith(`${copiesDirectory}/`));
    return { disks, files, mounts, devices: dmDevices.map(({ name: device, live }) => ({ device, live })) };
  });
}

function countOf({ recap }: AnsibleRun, what: 'changed' | 'failed'): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name) => [name, recap[name]?.[what] ?? -1]));
}

const oneFor = (chosen: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(names.map((name) => [name, chosen.includes(name) ? 1 : 0]));

/** Expects the play to end with the hosts that need a person, and why. */
function expectReasons({ output }: AnsibleRun): void {
  const end = output.slice(output.indexOf('TASK [This host needs a person]'), output.indexOf('PLAY RECAP'));
  for (const [name, reason] of Object.entries(needsPerson))
    expect(end).toContain(`fatal: [${name}]: FAILED! => {"changed": false, "msg": "${reason}`);
}

describe('the playbook over ten hosts', () => {
  test('in check mode it says what it would do, and changes nothing', async () => {
    const before = readStates();
    const run = await recoverFleet('--check', '--diff');
    expect(readStates()).toEqual(before);
    expect(countOf(run, 'changed')).toEqual(oneFor(recoverable));
    expect(countOf(run, 'failed')).toEqual(oneFor(Object.keys(needsPerson)));
    expect(run.output.match(/^-.*"state": "stopped"/gm)).toHaveLength(recoverable.length);
    expect(run.output.match(/^\+.*"state": "running"/gm)).toHaveLength(recoverable.length);
  });

  test('it stops at the first that needs a person, where that is asked for', async () => {
    const run = await recoverFleet('-e', 'vdo_stop_at_first=true vdo_batch=1', '--check');
    expect(run.code).not.toBe(0);
    expect(Object.keys(run.recap)).toEqual(['host1', 'host2', 'host3']);
    expect(run.recap['host3']?.failed).toBe(1);
    expect(run.output).toContain(needsPerson['host3']);
  });

  test('it stops when more of a batch fails than is allowed', async () => {
    const run = await recoverFleet('-e', 'vdo_max_fail_percentage=30 vdo_batch=3', '--check');
    expect(run.code).not.toBe(0);
    expect(Object.keys(run.recap)).toEqual(['host1', 'host2', 'host3']);
  });

  test('it goes on when as much of a batch fails as is allowed', async () => {
    const run = await recoverFleet('-e', 'vdo_max_fail_percentage=40 vdo_batch=3', '--check');
    expect(countOf(run, 'failed')).toEqual(oneFor(Object.keys(needsPerson)));
  });

  test('it recovers seven, and stops for the others with their reason', async () => {
    // In batches of one, so that there is a batch of which every host fails.
    const run = await recoverFleet('-e', 'vdo_batch=1', '--diff');
    expect(run.code).toBe(2);
    expect(countOf(run, 'changed')).toEqual(oneFor(recoverable));
    expect(countOf(run, 'failed')).toEqual(oneFor(Object.keys(needsPerson)));
    expectReasons(run);
    expect(run.output.match(/^-.*"on_disk": "dirty"/gm)).toHaveLength(recoverable.length);
    expect(run.output.match(/^\+.*"mode": "normal"/gm)).toHaveLength(recoverable.length);
  });

  // A retry would be a third run.
  test('a second run changes nothing', { retry: 0 }, async () => {
    const before = readStates();
    const run = await recoverFleet();
    expect(readStates()).toEqual(before);
    expect(countOf(run, 'changed')).toEqual(oneFor([]));
    expect(countOf(run, 'failed')).toEqual(oneFor(Object.keys(needsPerson)));
    expectReasons(run);
  });

  test('each host tells its own volumes', async () => {
    const told = await Promise.all(
      ['host1', 'host7'].map((name) => ansible.call(name, 'facts', { simulate: true })),
    );
    const volumes = told.map(({ ansible_facts: facts }) => (facts as Facts).vdo.volumes);
    expect(volumes).toMatchObject([
      [{ name: 'my-vdo', stack: 'dm', mode: 'normal' }],
      [{ name: 'my-vg/pool', stack: 'lvm', mode: 'normal' }],
    ]);
  });

  test('a host that does not answer does not keep it from the others', async () => {
    const run = await ansible.play('vdoctl.vdo.recover', '-e', 'vdo_hosts=nobody,host1 vdo_batch=1');
    expect(run.recap).toMatchObject({ nobody: { failed: 1 }, host1: { ok: 1, failed: 0, changed: 0 } });
    expect(run.output).toMatch(/\[nobody\]: FAILED! => .*No route to host/);
  });
});

interface Facts {
  readonly vdo: { readonly volumes: readonly unknown[] };
}
