import assert from 'node:assert/strict';
import { test } from 'vitest';
import * as happen from '../simulated/levers.ts';
import { killAtEveryMoment } from './kill-sweep.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import { makeVolumeWithFiles } from './steps.ts';
import '../../src/cli/handlers/reclaim.ts';

/**
 * SIGKILL right after each command of a reclaim that replays a journal aside, and each write to a file. Whatever is
 * left, cleanup removes it, and the next reclaim brings the volume back with its files.
 */

/** The steps are the same on every stack. */
async function arrange() {
  const world = createSimulatorWorld();
  const volume = await makeVolumeWithFiles(world, { stack: 'dm' });
  await volume.mount();
  world.host.change((each) => {
    happen.fill(each, volume.target);
    happen.deleteFiles(each, volume.target, 200 * 256);
    happen.failFilesystem(each, volume.target);
  });
  await volume.unmount();
  return { world, volume, before: undefined };
}

/** What a replay aside could leave. */
function listLeft({ host: { world } }: SimulatorWorld): readonly string[] {
  return [
    ...world.dmDevices.map(({ name }) => name).filter((name) => name.startsWith('vdoctl-')),
    ...(world.loops ?? []).map(({ file }) => file),
    ...world.mounts.map(({ path }) => path).filter((path) => path.startsWith('/run/vdoctl')),
    ...world.directories.filter((path) => path.startsWith('/run/vdoctl/mounts/')),
    ...world.files.map(({ path }) => path).filter((path) => /\.changes$|rehears/.test(path)),
  ];
}

test('a reclaim without room, killed at every moment', async () => {
  const moments = await killAtEveryMoment({
    arrange,
    args: (volume) => ['reclaim', volume.name],
    asks: false,
    listLeft,
    names: /unfinished-operation/,
    afterwards: async ({ world, volume }, moment) => {
      const { code, stderr } = await world.vdoctl('reclaim', volume.name);
      assert.equal(code, 0, `${moment}: ${stderr}`);
      await volume.verifyFiles();
    },
  });
  assert.ok(moments > 30, String(moments));
});
