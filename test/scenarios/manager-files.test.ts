import assert from 'node:assert/strict';
import { describe, test } from 'vitest';

import { addManagedVolume } from '../../src/simulator/programs/manager/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';

/** A volume whose entry is in a file that `vdo` reads only with `--confFile`. */

const file = '/etc/data.yml';
const name = 'my-vdo';

interface Arrangement {
  readonly unit?: { readonly path: string; readonly line: string };
  /** Empty, as the module of RHEL 7 leaves it; later modules write the manager's UUID. */
  readonly dmUuid?: '';
  readonly isStopped?: true;
  readonly text?: (text: string) => string;
}

async function arrange({
  unit,
  dmUuid,
  isStopped,
  text = (same) => same,
}: Arrangement): Promise<SimulatorWorld> {
  const world = createSimulatorWorld('kvdo-6.2');
  const device = await world.makeDevice();
  world.host.change((simulated) => {
    const dm = addManagedVolume(simulated, name, device);
    if (dmUuid !== undefined) dm.uuid = dmUuid;
    for (const each of simulated.files)
      if (each.path === '/etc/vdoconf.yml') Object.assign(each, { path: file, text: text(each.text) });
    simulated.files.push({ path: '/usr/bin/vdo', text: '', mode: 0o755 });
    if (unit !== undefined)
      simulated.files.push({ path: unit.path, text: `[Service]\n${unit.line}\n`, mode: 0o644 });
    if (isStopped) happen.stopDevice(simulated, name);
  });
  return world;
}

const units = {
  'a unit': {
    path: '/etc/systemd/system/data.service',
    line: `ExecStart=/usr/bin/vdo start --all --confFile ${file}`,
  },
  'a unit, by =': {
    path: '/etc/systemd/system/data.service',
    line: `ExecStop=-/usr/bin/vdo stop -a --confFile=${file}`,
  },
  'a unit, -f': {
    path: '/etc/systemd/system/data.service',
    line: `ExecStart=/usr/bin/vdo start -a -f "${file}"`,
  },
  'a drop-in': {
    path: '/etc/systemd/system/vdo.service.d/data.conf',
    line: `ExecStartPost=/usr/bin/vdo start -a -f${file}`,
  },
};

async function list(world: SimulatorWorld) {
  const { code, stdout } = await world.vdoctl('list', '--json');
  const { volumes } = JSON.parse(stdout) as {
    volumes: { name: string; stack: string; state: string; alerts: { code: string; next: string }[] }[];
  };
  return { code, volumes };
}

describe.each(Object.entries(units))('a volume in a file that %s names', (_, unit) => {
  test.each([{}, { dmUuid: '' }, { isStopped: true }] as const)(
    'is shown as the manager’s: %j',
    async (how) => {
      const world = await arrange({ unit, ...how });
      const { code, volumes } = await list(world);
      assert.equal(code, 0);
      assert.deepEqual(
        volumes.map((each) => [each.name, each.stack, each.state, each.alerts.map((alert) => alert.code)]),
        [[name, 'manager', 'isStopped' in how ? 'stopped' : 'running', ['other-manager-file']]],
      );
      assert.equal(volumes[0]?.alerts[0]?.next, `vdo COMMAND --name=${name} --confFile=${file}`);
    },
  );
});

const unit = units['a unit'];

test.each([
  ['start', { isStopped: true }],
  ['stop', {}],
  ['remove', {}],
  ['remove --entry-only', { isStopped: true }],
  ['grow --logical 90G', {}],
  ['set compression=off', {}],
  ['adopt', { dmUuid: '' }],
] as const)('%s is refused with the file’s name, and adopt is no advice', async (words, how) => {
  const world = await arrange({ unit, ...how });
  const before = await world.snapshot();
  const [verb = '', ...rest] = words.split(' ');
  const yes = verb === 'remove' ? ['--yes'] : [];
  const refused = await world.vdoctl(verb, name, ...rest, ...yes);
  assert.equal(refused.code, 8, refused.stdout + refused.stderr);
  if (verb !== 'adopt') assert.ok(refused.stderr.includes(`--confFile=${file}`), refused.stderr);
  assert.doesNotMatch(refused.stderr, /vdoctl adopt/);
  assert.equal(await world.snapshot(), before);
});

test('what was cut off there is refused by cleanup, too, with the file’s name', async () => {
  const text = (was: string): string =>
    was.replace('_operationState: finished', '_operationState: beginImport');
  const world = await arrange({ unit, text });
  const before = await world.snapshot();
  for (const args of [
    ['cleanup', name, '--yes'],
    ['cleanup', '--all', '--yes'],
    ['recover', name],
  ]) {
    const refused = await world.vdoctl(...args);
    assert.equal(refused.code, 8, refused.stdout + refused.stderr);
    assert.ok(refused.stderr.includes(`--confFile=${file}`), refused.stderr);
  }
  assert.equal(await world.snapshot(), before);
});

test('a file that is not understood is named, and hides only its own', async () => {
  const world = await arrange({ unit, text: () => 'nonsense' });
  const { stdout, stderr } = await world.vdoctl('list');
  assert.ok(stdout.includes(name), stdout);
  assert.ok(stderr.includes(`volumes of the classic manager in ${file}`), stderr);
});

test('a file that nobody names is not looked for', async () => {
  const { volumes } = await list(await arrange({ isStopped: true }));
  assert.deepEqual(volumes, []);
});
