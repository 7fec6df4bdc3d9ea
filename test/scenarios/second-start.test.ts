import { describe, expect, test } from 'vitest';
import { formatCommand } from '../../src/model/command.ts';
import { createSimulatorWorld } from './simulator-world.ts';
import type { TestVolume } from './world.ts';

const starts: Readonly<Record<TestVolume['stack'], string>> = {
  dm: 'dmsetup create',
  lvm: 'lvchange -ay my-vg/data',
  manager: 'vdo start',
};

/** The storage fails for a moment after each start of the volume: its disk does not say that it is read-only. */
async function makeFlaky(stack: TestVolume['stack']) {
  const world = createSimulatorWorld();
  const volume = await world.makeVolume({ stack });
  const commands: string[] = [];
  world.host.afterEach(async (command) => {
    const line = formatCommand(command);
    if (command.effect !== 'changes') return;
    commands.push(line);
    if (!line.startsWith(starts[stack])) return;
    await volume.failStorage();
    await volume.mendStorage();
  });
  return { world, volume, commands };
}

describe.each(['dm', 'lvm', 'manager'] as const)(
  '%s: a volume whose storage fails when it starts',
  (stack) => {
    const countStarts = (commands: readonly string[]): number =>
      commands.filter((line) => line.startsWith(starts[stack])).length;

    test('is started once, and not restarted after: that would be a second start', async () => {
      const { world, volume, commands } = await makeFlaky(stack);
      await volume.stop();
      commands.length = 0;
      const { code, stderr } = await world.vdoctl('recover', volume.name, '--yes');
      expect({ code, stderr }).toMatchObject({
        code: 6,
        stderr: expect.stringContaining('it went read-only right after it was started') as string,
      });
      expect(countStarts(commands)).toBe(1);
      expect(await volume.mode()).toBe('read-only');
    });

    test('is restarted once where it ran before', async () => {
      const { world, volume, commands } = await makeFlaky(stack);
      await volume.failStorage();
      await volume.mendStorage();
      const { code } = await world.vdoctl('recover', volume.name, '--yes');
      expect(code).toBe(6);
      expect(countStarts(commands)).toBe(1);
    });
  },
);
