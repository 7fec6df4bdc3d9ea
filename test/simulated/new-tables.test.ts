import { describe, expect, test } from 'vitest';

import { imageAt } from '../../src/simulator/arrange.ts';
import * as happen from './levers.ts';
import type { TestHost } from './test-host.ts';
import type { DmDevice } from '../../src/simulator/world/world.ts';
import { changing, type CommandResult } from '../../src/model/command.ts';
import { parseGeometry, parseSuperBlock } from '../../src/parse/disk.ts';
import { createDmHost, gibibyte, low, readDiskState, readStatus, run } from './worlds.ts';

const exited = (code: number): unknown => ({ kind: 'exited', code });

function findVdo(host: TestHost): DmDevice {
  const found = host.world.dmDevices.find(({ vdo }) => vdo !== undefined);
  if (found === undefined) throw new Error('no volume runs');
  return found;
}

/** Loads the live table again with other sizes. */
async function reload(
  host: TestHost,
  sizes: { readonly logicalBytes?: number; readonly physicalBytes?: number; readonly options?: string },
): Promise<CommandResult> {
  const image = imageAt(host.world, low);
  const sectors = (sizes.logicalBytes ?? image.logicalBlocks * 4096) / 512;
  const blocks = (sizes.physicalBytes ?? image.physicalBlocks * 4096) / 4096;
  const table = `0 ${String(sectors)} vdo V4 ${low} ${String(blocks)} 4096 32768 16380 ${sizes.options ?? ''}`;
  return host.run(changing('dmsetup', ['reload', 'my-vdo', '--table', table.trim()]));
}

const physicalBlocks = (8 * gibibyte) / 4096;
const grown = 10 * gibibyte;

describe('another table for a running volume', () => {
  test('waits until the resume, and is cleared', async () => {
    const host = createDmHost({ physicalBlocks });
    expect((await reload(host, { logicalBytes: 50 * gibibyte })).outcome).toEqual(exited(0));
    const info = 'dmsetup info -c --noheadings --separator , -o tables_loaded my-vdo';
    expect((await run(host, info)).stdout).toBe('Both\n');
    await run(host, '! dmsetup clear my-vdo');
    expect((await run(host, info)).stdout).toBe('Live\n');
    const before = imageAt(host.world, low).logicalBlocks;
    await run(host, '! dmsetup resume my-vdo');
    expect(imageAt(host.world, low).logicalBlocks).toBe(before);
  });

  test('makes it larger, in the super block, the configuration and the counters', async () => {
    const host = createDmHost({ physicalBlocks });
    await reload(host, { logicalBytes: 50 * gibibyte, physicalBytes: grown });
    expect((await run(host, '! dmsetup resume my-vdo')).outcome).toEqual(exited(0));
    expect(await readStatus(host)).toMatch(new RegExp(`^0 104857600 vdo .* ${String(grown / 4096)}\n$`));
    const config = (await run(host, 'dmsetup message my-vdo 0 config')).stdout;
    expect(config).toContain(`physicalSize : ${String(grown)}, logicalSize : ${String(50 * gibibyte)},`);
    expect((await run(host, 'vdostats --verbose my-vdo')).stdout).toMatch(/physical blocks +: 2621440\n/);
    const area = { id: 'x', extents: [{ device: low, startBytes: 0 }] };
    const [reading] = await host.readMetadata([area]);
    if (reading?.kind !== 'read') throw new Error('not read');
    const superBlock = parseSuperBlock(reading.superBlock, parseGeometry(reading.geometry));
    expect(superBlock).toMatchObject({
      logicalBytes: 50 * gibibyte,
      physicalBytes: grown,
      state: 'dirty',
    });
  });

  test.each([
    ['shrinks it', { logicalBytes: gibibyte }, 'Invalid argument', "Can't shrink VDO logical size"],
    ['takes storage away', { physicalBytes: 7 * gibibyte }, 'Invalid argument', 'Removing physical storage'],
    [
      'adds less than its journal needs',
      { physicalBytes: 8 * gibibyte + 100 * 1024 ** 2 },
      'Input/output error',
      'VDO_INCREMENT_TOO_SMALL',
    ],
    ['has other threads', { options: 'bio 2' }, 'Invalid argument', 'Thread configuration cannot change'],
    ['has one kind of zones', { options: 'hash 2' }, 'Invalid argument', 'must all be zero or all non-zero'],
    ['has no thread', { options: 'cpu 0' }, 'Invalid argument', 'Invalid optional argument configuration'],
  ])('that %s is refused when it is loaded', async (_what, sizes, said, logged) => {
    const host = createDmHost({ physicalBlocks });
    const result = await reload(host, sizes);
    expect(result.outcome).toEqual(exited(1));
    expect(result.stderr).toBe(`device-mapper: reload ioctl on my-vdo  failed: ${said}\nCommand failed.\n`);
    expect((await run(host, 'dmesg')).stdout).toContain(logged);
    expect(findVdo(host).inactive).toBeUndefined();
  });

  test('that adds less than a slab is refused', async () => {
    const host = createDmHost({ physicalBlocks, slabBlocks: 524_288 });
    expect((await reload(host, { physicalBytes: 8.5 * gibibyte })).outcome).toEqual(exited(1));
    expect((await reload(host, { physicalBytes: grown })).outcome).toEqual(exited(0));
  });

  test('cannot grow the storage while it recovers', async () => {
    const host = createDmHost({ physicalBlocks, recovery: { scrubMs: 60_000 } });
    host.change((world) => {
      happen.stopDevice(world, 'my-vdo');
      happen.setDiskState(world, low, 'recovering');
    });
    const image = imageAt(host.world, low);
    const table = `0 ${String(image.logicalBlocks * 8)} vdo V4 ${low} ${String(physicalBlocks)} 4096 32768 16380`;
    await host.run(changing('dmsetup', ['create', 'my-vdo', '--table', table]));
    expect((await reload(host, { physicalBytes: grown })).outcome).toEqual(exited(1));
    expect((await run(host, 'dmesg')).stdout).toContain('VDO_RETRY_AFTER_REBUILD');
  });

  test('of a read-only volume: more storage is refused at once, more to promise leaves it suspended', async () => {
    const host = createDmHost({ physicalBlocks });
    host.change((world) => {
      happen.makeReadOnly(world, 'my-vdo');
    });
    expect((await reload(host, { physicalBytes: grown })).stderr).toContain('Input/output error');
    expect((await reload(host, { logicalBytes: 50 * gibibyte })).outcome).toEqual(exited(0));
    const resumed = await run(host, '! dmsetup resume my-vdo');
    expect(resumed.outcome).toEqual(exited(1));
    expect(resumed.stderr).toBe(
      'device-mapper: resume ioctl on my-vdo  failed: Input/output error\nCommand failed.\n',
    );
    expect(findVdo(host).suspended).toBe(true);
  });

  test('that promises more storage than there is: the resume fails, and the old table brings it back', async () => {
    const host = createDmHost({ physicalBlocks });
    expect((await reload(host, { physicalBytes: 12 * gibibyte })).outcome).toEqual(exited(0));
    expect((await run(host, '! dmsetup resume my-vdo')).stderr).toContain('Invalid argument');
    expect(await readStatus(host)).toContain(' suspended ');
    await reload(host, {});
    expect((await run(host, '! dmsetup resume my-vdo')).outcome).toEqual(exited(0));
    expect(await readStatus(host)).toMatch(/ normal .* 2097152\n$/);
    expect(await readDiskState(host)).toBe('dirty');
  });
});

describe('data reduction', () => {
  const message = (host: TestHost, words: string): Promise<CommandResult> =>
    run(host, `! dmsetup message my-vdo 0 ${words}`);

  test('follows messages', async () => {
    const host = createDmHost();
    await message(host, 'compression on');
    expect(await readStatus(host)).toContain(' online online ');
    await message(host, 'compression off');
    await message(host, 'index-disable');
    expect(await readStatus(host)).toContain(' offline offline ');
    await message(host, 'index-enable');
    expect(await readStatus(host)).toContain(' online offline ');
    await message(host, 'index-close');
    expect(await readStatus(host)).toContain(' closed offline ');
    await message(host, 'index-create');
    expect(await readStatus(host)).toContain(' opening offline ');
    await host.clock.sleep(2000);
    expect(await readStatus(host)).toContain(' online offline ');
  });

  test('goes by the table again at each resume', async () => {
    const host = createDmHost();
    await message(host, 'compression on');
    await message(host, 'index-disable');
    await run(host, '! dmsetup suspend my-vdo');
    await run(host, '! dmsetup resume my-vdo');
    expect(await readStatus(host)).toContain(' online offline ');
    await reload(host, { options: 'compression on deduplication off' });
    await run(host, '! dmsetup resume my-vdo');
    expect(await readStatus(host)).toContain(' closed online ');
  });
});
