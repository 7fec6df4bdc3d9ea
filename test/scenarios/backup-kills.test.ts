import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { addBackupDisk } from '../simulated/levers.ts';
import { killAtEveryMoment } from './kill-sweep.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import { makeVolumeWithFiles } from './steps.ts';
import type { TestVolume } from './world.ts';
import '../../src/cli/handlers/backup.ts';

/**
 * SIGKILL right after each command of a backup that changes something, and each write to a file. Whatever is left, the
 * next look names it, cleanup removes it, the generation before stays as it was, and the next backup is whole.
 */

interface Way {
  readonly stack: 'dm' | 'lvm';
  readonly isMounted: boolean;
  readonly flags: readonly string[];
}

const ways: Readonly<Record<string, Way>> = {
  'dm, not mounted': { stack: 'dm', isMounted: false, flags: [] },
  'dm, frozen': { stack: 'dm', isMounted: true, flags: ['--freeze', '30s'] },
  'lvm, from a snapshot': { stack: 'lvm', isMounted: true, flags: [] },
};

async function arrange({ stack, isMounted, flags }: Way) {
  const world = createSimulatorWorld();
  const volume = await makeVolumeWithFiles(world, { stack });
  if (isMounted) await volume.mount();
  world.host.change((each) => {
    addBackupDisk(each);
  });
  const first = await world.vdoctl('backup', volume.name, '--to', '/backup', ...flags);
  assert.equal(first.code, 0, first.stderr);
  const [generation = ''] = listGenerations(world);
  const before: [generation: string, files: string] = [generation, readGeneration(world, generation)];
  return { world, volume, before };
}

/** What a backup could leave. */
function listLeft({ host: { world } }: SimulatorWorld): readonly string[] {
  return [
    ...world.dmDevices.map(({ name }) => name).filter((name) => /_vdoctl|-real$|-cow$/.test(name)),
    ...world.vgs.flatMap(({ lvs }) => lvs).flatMap(({ name, kind }) => (kind === 'snapshot' ? [name] : [])),
    ...world.mounts.map(({ path }) => path).filter((path) => path.startsWith('/run/vdoctl')),
    ...world.directories.filter((path) => /^\/run\/vdoctl\/(?:mounts|frozen)\/|\.partial$/.test(path)),
    ...(world.frozen ?? []).map((number) => `the frozen filesystem on ${number}`),
  ];
}

function listGenerations({ host: { world } }: SimulatorWorld): readonly string[] {
  return world.directories.filter((path) => /^\/backup\/.*Z$/.test(path)).toSorted();
}

function readGeneration({ host: { world } }: SimulatorWorld, path: string): string {
  const files = world.files.filter((file) => file.path.startsWith(`${path}/`));
  return JSON.stringify(files.map((file) => [file.path.slice(path.length), file.text]).toSorted());
}

describe.each(Object.keys(ways))('%s', (name) => {
  const way = ways[name] ?? assert.fail(name);
  test('a backup, killed at every moment', { timeout: 900_000 }, async () => {
    const args = (volume: TestVolume) => ['backup', volume.name, '--to', '/backup', ...way.flags];
    const moments = await killAtEveryMoment({
      arrange: () => arrange(way),
      args,
      asks: false,
      listLeft,
      names: /unfinished-operation/,
      afterwards: async ({ world, volume, before: [first, files] }, moment) => {
        assert.equal(readGeneration(world, first), files, moment);
        const again = await world.vdoctl(...args(volume));
        assert.equal(again.code, 0, `${moment}: ${again.stderr}`);
        const [last = ''] = listGenerations(world).slice(-1);
        assert.equal(readGeneration(world, last), files, moment);
        await volume.verifyFiles();
      },
    });
    assert.ok(moments > 20, String(moments));
  });
});
