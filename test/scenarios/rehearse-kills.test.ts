import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { killAtEveryMoment } from './kill-sweep.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import { makeVolumeWithFiles } from './steps.ts';
import '../../src/cli/handlers/rehearse.ts';

/**
 * SIGKILL right after each command of a rehearsal that changes something, and each write to a file. Whatever is left,
 * the next look names it, cleanup removes it, and the volume is as it was.
 */

/** A volume of the manager is rehearsed with the same steps as one of the dm stack. */
const stacks = ['dm', 'lvm'] as const;

interface Story {
  readonly name: string;
  readonly runs: boolean;
  readonly more: readonly string[];
}

const stories: readonly Story[] = [
  { name: 'beside the running volume', runs: true, more: [] },
  { name: 'of a stopped volume, and kept', runs: false, more: ['--keep'] },
];

async function arrange(stack: (typeof stacks)[number], { runs }: Story) {
  const world = createSimulatorWorld();
  const volume = await makeVolumeWithFiles(world, { stack });
  await volume.stop();
  await volume.makeReadOnly();
  if (runs) await volume.start();
  return { world, volume, before: await world.snapshot() };
}

/** What a rehearsal could leave. */
function listLeft({ host: { world } }: SimulatorWorld): readonly string[] {
  return [
    ...world.dmDevices.map(({ name }) => name).filter((name) => name.startsWith('vdoctl-')),
    ...(world.loops ?? []).map(({ file }) => file),
    ...world.mounts.map(({ path }) => path).filter((path) => path.startsWith('/run/vdoctl')),
    ...world.directories.filter((path) => path.startsWith('/run/vdoctl/mounts/')),
    ...world.files.map(({ path }) => path).filter((path) => /rehears/.test(path)),
  ];
}

describe.each(stacks)('%s', (stack) => {
  test.each(stories)('a rehearsal $name, killed at every moment', { timeout: 900_000 }, async (story) => {
    const moments = await killAtEveryMoment({
      arrange: () => arrange(stack, story),
      args: (volume) => ['rehearse', volume.name, ...story.more],
      asks: true,
      listLeft,
      names: /unfinished-operation|rehearsal-kept/,
      afterwards: async ({ world, before }, moment) => {
        assert.equal(await world.snapshot(), before, moment);
      },
    });
    assert.ok(moments > 50, String(moments));
  });
});
