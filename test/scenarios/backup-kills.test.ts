import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { addBackupDisk } from '../simulated/levers.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import { makeVolumeWithFiles } from './steps.ts';
import '../../src/cli/handlers/backup.ts';

/**
 * SIGKILL right after each command of a backup that changes something, and each write to a file. Whatever is left, the
 * next look names it, cleanup removes it, the generation before stays as it was, and the next backup is whole.
 */

async function arrange(stack: 'dm' | 'lvm') {
  const world = createSimulatorWorld();
  const volume = await makeVolumeWithFiles(world, { stack });
  if (stack === 'lvm') await volume.mount();
  world.host.change((each) => {
    addBackupDisk(each);
  });
  const first = await world.vdoctl('backup', volume.name, '--to', '/backup');
  assert.equal(first.code, 0, first.stderr);
  return { world, volume };
}

/** What a backup could leave. */
function listLeft({ host: { world } }: SimulatorWorld): readonly string[] {
  return [
    ...world.dmDevices.map(({ name }) => name).filter((name) => /_vdoctl|-real$|-cow$/.test(name)),
    ...world.vgs.flatMap(({ lvs }) => lvs).flatMap(({ name, kind }) => (kind === 'snapshot' ? [name] : [])),
    ...world.mounts.map(({ path }) => path).filter((path) => path.startsWith('/run/vdoctl')),
    ...world.directories.filter((path) => /^\/run\/vdoctl\/mounts\/|\.partial$/.test(path)),
  ];
}

function listGenerations({ host: { world } }: SimulatorWorld): readonly string[] {
  return world.directories.filter((path) => /^\/backup\/.*Z$/.test(path)).toSorted();
}

function readGeneration({ host: { world } }: SimulatorWorld, path: string): string {
  const files = world.files.filter((file) => file.path.startsWith(`${path}/`));
  return JSON.stringify(files.map((file) => [file.path.slice(path.length), file.text]).toSorted());
}

describe.each(['dm', 'lvm'] as const)('%s', (stack) => {
  test('a backup, killed at every moment', { timeout: 900_000 }, async () => {
    let moments = 0;
    for (let nth = 1; ; nth += 1) {
      const { world, volume } = await arrange(stack);
      const [first = ''] = listGenerations(world);
      const before = readGeneration(world, first);
      const args = ['backup', volume.name, '--to', '/backup'];
      const killed = await world.vdoctlKilled({ nth, when: 'after' }, ...args);
      if (killed.code !== 137) {
        assert.equal(killed.code, 0, killed.stderr);
        break;
      }
      moments += 1;
      const moment = `killed after change ${String(nth)}`;
      const left = listLeft(world);
      const status = await world.vdoctl('status', volume.name);
      const isNamed = status.stdout.includes('unfinished-operation');
      assert.ok(left.length === 0 || isNamed, `${moment}: ${left.join(', ')}: ${status.stdout}`);
      const cleanup = await world.vdoctl('cleanup', '--all');
      assert.equal(cleanup.code, 0, `${moment}: ${cleanup.stdout}${cleanup.stderr}`);
      assert.deepEqual(listLeft(world), [], moment);
      assert.equal(readGeneration(world, first), before, moment);
      const again = await world.vdoctl(...args);
      assert.equal(again.code, 0, `${moment}: ${again.stderr}`);
      const [last = ''] = listGenerations(world).slice(-1);
      assert.equal(readGeneration(world, last), before, moment);
      await volume.verifyFiles();
    }
    assert.ok(moments > 20, String(moments));
  });
});
