import { expect, test } from 'vitest';

import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { adviseCopy } from '../../src/operations/advise.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { listFreeDevices } from '../../src/stacks/volume-names.ts';
import { createDiskHost, createDmHost } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import '../../src/cli/handlers/list.ts';
import '../../src/cli/handlers/status.ts';

function usedAsSwap(): TestHost {
  const host = createDmHost();
  host.change((world) => {
    happen.useAsSwap(world, '/dev/mapper/my-vdo');
  });
  return host;
}

test('a volume that is used as swap is shown as lsblk shows it', async () => {
  const { stdout } = await callOn(usedAsSwap(), 'status', 'my-vdo');
  expect(stdout).toMatch(/^ *mounts +\[SWAP\] \(swap\)$/m);
  expect((await callOn(usedAsSwap(), 'list')).stdout).toMatch(/^my-vdo .* \[SWAP\]/m);
});

test('nobody is told to copy files out of swap', async () => {
  const host = usedAsSwap();
  const [seen] = (await lookAtHost(host)).seen;
  expect(seen && adviseCopy(seen)).toEqual([
    {
      about: { kind: 'swap', device: '/dev/mapper/my-vdo' },
      commands: [{ file: 'swapoff', args: ['/dev/mapper/my-vdo'] }],
    },
  ]);
});

test('a device that is used as swap is not offered for a volume', () => {
  const free = (arrange: Parameters<typeof createDiskHost>[0]): string[] =>
    listFreeDevices(createDiskHost(arrange)).map(({ path }) => path);
  expect(free(() => undefined)).toContain('/dev/vdb');
  expect(
    free((world) => {
      happen.useAsSwap(world, '/dev/vdb');
    }),
  ).not.toContain('/dev/vdb');
});
