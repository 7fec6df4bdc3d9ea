import { describe, expect, test } from 'vitest';

import type { TestHost } from '../simulated/test-host.ts';
import { leastMemory, usualCacheBytes } from '../../src/stacks/kernel-memory.ts';
import { createDiskHost, gibibyte } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import '../../src/cli/handlers/create.ts';
import '../../src/cli/handlers/start.ts';
import '../../src/cli/handlers/stop.ts';

const mebibyte = 1024 ** 2;
const demand = { cacheBytes: usualCacheBytes, logicalBytes: 0, physicalBytes: 0, index: undefined };

describe('the least memory', () => {
  test.each([
    ['the smallest volume', demand, 384],
    ['without its index', { ...demand, index: 'none' }, 128],
    ['with a large index', { ...demand, index: { memoryGibibytes: 2, isSparse: true } }, 128 + 2048],
    ['with 16 TiB of storage', { ...demand, physicalBytes: 16 * 1024 * gibibyte }, 384 + 4096],
  ] as const)('of %s', (_, what, mebibytes) => {
    expect(leastMemory(what) / mebibyte).toBe(mebibytes);
  });
});

describe.each(['dm', 'manager'] as const)('a stopped volume on the stack %s', (stack) => {
  const stopped = async (...more: readonly string[]): Promise<TestHost> => {
    const host = createDiskHost();
    await callOn(host, 'create', 'v', '--device', '/dev/vdb', '--stack', stack, '--yes', ...more);
    await callOn(host, 'stop', 'v');
    return host;
  };
  const leave = (host: TestHost, mebibytes: number): void => {
    host.change((world) => {
      world.memoryAvailableBytes = mebibytes * mebibyte;
    });
  };

  test('is not started without the memory for its index and its cache', async () => {
    const host = await stopped();
    leave(host, 380);
    const { code, stderr } = await callOn(host, 'start', 'v');
    expect(stderr).toMatch(
      /needs at least 387 MiB of memory to run .*128 MiB for its block map cache, 256 MiB/,
    );
    expect(code).toBe(8);
    leave(host, 1000);
    expect((await callOn(host, 'start', 'v')).code).toBe(0);
  });

  test('needs less where it does not deduplicate', async () => {
    const host = await stopped('--deduplication', 'off');
    leave(host, 380);
    expect((await callOn(host, 'start', 'v')).code).toBe(0);
  });
});
