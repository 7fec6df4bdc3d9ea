import { describe, expect, test } from 'vitest';

import { addDisk, format, imageAt } from '../../src/simulator/arrange.ts';
import * as happen from './levers.ts';
import type { TestHost } from './test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { changing, type CommandResult } from '../../src/model/command.ts';
import { parseGeometry, parseSuperBlock } from '../../src/parse/disk.ts';
import { createDiskHost, createDmHost, gibibyte, low, readDiskState, readStatus, run } from './worlds.ts';

const exited = (code: number): unknown => ({ kind: 'exited', code });

/** A host with an empty disk `vdb`. */
function createBlankHost(arrange: (world: World) => void = () => undefined): TestHost {
  return createDiskHost(arrange, { serial: 'S1' });
}

describe('vdoformat', () => {
  test('without a size takes all that fits, as the real one did on the same device', async () => {
    const host = createBlankHost();
    const result = await run(host, '! vdoformat --slab-bits=13 /dev/vdb');
    expect(result.outcome).toEqual(exited(0));
    expect(result.stdout).toBe(
      'Logical blocks defaulted to 1853612 blocks.\n' +
        'The VDO volume can address 7.28 GB in 233 data slabs, each 32.00 MB.\n' +
        'It can grow to address at most 256.00 GB of physical storage in 8192 slabs.\n' +
        'If a larger maximum size might be needed, use bigger slabs.\n',
    );
    expect(await readDiskState(host, '/dev/vdb')).toBe('new');
  });

  test.each([
    ['--logical-size=20G', 20 * gibibyte],
    ['--logical-size=20480', 20 * gibibyte],
    ['--logical-size=1t', 1024 * gibibyte],
    ['--logical-size=8192K', 8 * 1024 ** 2],
    ['--logical-size=4096B', 4096],
  ])('%s', async (option, logicalBytes) => {
    const host = createBlankHost();
    const result = await run(host, `! vdoformat ${option} /dev/vdb`);
    expect(result.outcome).toEqual(exited(0));
    expect(result.stdout).not.toContain('defaulted');
    expect(imageAt(host.world, '/dev/vdb').logicalBlocks * 4096).toBe(logicalBytes);
  });

  test.each(['--logical-size=20GiB', '--logical-size=-1', '--slab-bits=12', '--logical-size=5000B'])(
    'does not take %s, and writes nothing',
    async (option) => {
      const host = createBlankHost();
      expect((await run(host, `! vdoformat ${option} /dev/vdb`)).outcome).toEqual(exited(1));
      expect(await readDiskState(host, '/dev/vdb')).toBe('not-vdo');
    },
  );

  test('a larger index moves everything behind it, and the volume says so', async () => {
    const host = createBlankHost((world) => addDisk(world, { name: 'vdc', sizeBytes: 40 * gibibyte }));
    const result = await run(host, '! vdoformat --uds-memory-size=1 /dev/vdc');
    expect(result.outcome).toEqual(exited(0));
    const area = { id: 'x', extents: [{ device: '/dev/vdc', startBytes: 0 }] };
    const [reading] = await host.readMetadata([area]);
    if (reading?.kind !== 'read') throw new Error('not read');
    const geometry = parseGeometry(reading.geometry);
    expect(geometry.superBlockAt).toBeGreaterThan(2_000_000);
    expect(parseSuperBlock(reading.superBlock, geometry).physicalBytes).toBe(40 * gibibyte);
    const image = imageAt(host.world, '/dev/vdc');
    const table = `0 ${String(image.logicalBlocks * 8)} vdo V4 /dev/vdc ${String(image.physicalBlocks)} 4096 32768 16380`;
    expect((await host.run(changing('dmsetup', ['create', 'big', '--table', table]))).outcome).toEqual(
      exited(0),
    );
    expect((await run(host, 'dmsetup message big 0 config')).stdout).toContain(
      'memorySize : 1, isSparse : 0',
    );
  });

  test('a disk too small for a slab', async () => {
    const host = createBlankHost((world) => addDisk(world, { name: 'vdc', sizeBytes: 3 * gibibyte }));
    const result = await run(host, '! vdoformat /dev/vdc');
    expect(result.outcome).toEqual(exited(187));
    expect(result.stderr).toBe(
      'Minimum required size for VDO volume: 5063921664 bytes\n' +
        "vdoformat: formatVDO failed on '/dev/vdc': VDO Status: Out of space\n",
    );
  });

  test('refuses what something lies on, forced or not, after five seconds', async () => {
    const host = createDmHost();
    const result = await run(host, `! vdoformat --force ${low}`);
    expect(result.outcome).toEqual(exited(1));
    expect(result.stderr).toContain(`The device ${low} is in use.`);
    expect(result.durationMs).toBeGreaterThan(4000);
    expect(await readStatus(host)).toContain(' normal ');
  });

  test('forced, makes another volume of an old one', async () => {
    const host = createBlankHost((world) => {
      format(world, '/dev/vdb');
    });
    const { uuid, nonce } = imageAt(host.world, '/dev/vdb');
    expect((await run(host, '! vdoformat /dev/vdb')).outcome).toEqual(exited(1));
    expect(imageAt(host.world, '/dev/vdb').uuid).toBe(uuid);
    const forced = await run(host, '! vdoformat --force /dev/vdb');
    expect(forced.outcome).toEqual(exited(0));
    expect(forced.stdout).toContain('Formatting device already containing a known signature.');
    const made = imageAt(host.world, '/dev/vdb');
    expect([made.uuid, made.nonce]).not.toEqual([uuid, nonce]);
  });
});

describe('signatures', () => {
  const probe = (host: TestHost): Promise<CommandResult> => run(host, 'blkid -p -o export /dev/vdb');

  test.each([
    ['ext4', 'TYPE=ext4', 'erased at offset 0x00000438 (ext4): 53 ef'],
    ['xfs', 'TYPE=xfs', 'erased at offset 0x00000000 (xfs): 58 46 53 42'],
    ['dos', 'PTTYPE=dos', 'erased at offset 0x000001fe (dos): 55 aa'],
  ])('of %s is found and wiped', async (other, type, erased) => {
    const host = createBlankHost((world) => {
      happen.overwriteDisk(world, 'vdb', other);
    });
    expect((await probe(host)).stdout).toContain(type);
    expect((await run(host, '! vdoformat /dev/vdb')).stderr).toContain('existing signature');
    expect((await run(host, 'wipefs --all --no-act /dev/vdb')).stdout).toContain(erased);
    expect((await probe(host)).outcome).toEqual(exited(0));
    expect((await run(host, '! wipefs --all --types vdo /dev/vdb')).stdout).toBe('');
    expect((await run(host, '! wipefs --all /dev/vdb')).stdout).toContain(erased);
    expect((await probe(host)).outcome).toEqual(exited(2));
    expect((await run(host, '! vdoformat /dev/vdb')).outcome).toEqual(exited(0));
  });

  test('of a VDO is wiped, and the volume gone with it', async () => {
    const host = createBlankHost((world) => {
      format(world, '/dev/vdb');
    });
    const result = await run(host, '! wipefs --all --types vdo /dev/vdb');
    expect(result.stdout).toBe(
      '/dev/vdb: 8 bytes were erased at offset 0x00000000 (vdo): 64 6d 76 64 6f 30 30 31\n',
    );
    expect(await readDiskState(host, '/dev/vdb')).toBe('not-vdo');
  });

  test('is not wiped off a device in use, and the probe of a suspended one is killed', async () => {
    const host = createDmHost();
    const result = await run(host, `! wipefs --all ${low}`);
    expect(result.outcome).toEqual(exited(1));
    expect(result.stderr).toContain('Device or resource busy');
    host.change((world) => {
      happen.suspend(world, 'low');
    });
    const hung = await run(host, `blkid -p -o export ${low}`, 3000);
    expect(hung.outcome).toMatchObject({ kind: 'timed-out', ended: true });
  });

  test('what runs has that of its file system; a partition has its entry in the table', async () => {
    const host = createDmHost();
    expect((await run(host, 'blkid -p -o export /dev/mapper/my-vdo')).stdout).toContain('TYPE=ext4\n');
    host.change((world) => {
      const partitions = [{ number: 1, startBytes: 1024 ** 2, sizeBytes: gibibyte }];
      addDisk(world, { name: 'vdc', sizeBytes: 2 * gibibyte, partitions });
    });
    expect((await run(host, 'blkid -p -o export /dev/vdc')).stdout).toContain('PTTYPE=dos\n');
    expect((await run(host, 'blkid -p -o export /dev/vdc1')).stdout).toContain('PART_ENTRY_NUMBER=1\n');
  });
});

test('the memory that is left is told', () => {
  const host = createDmHost();
  const read = (): number => {
    const text = host.files.readText('/proc/meminfo');
    return Number(/^MemAvailable: +(\d+) kB$/m.exec(text.kind === 'read' ? text.value : '')?.[1]);
  };
  const before = read();
  host.change((world) => {
    happen.stopDevice(world, 'my-vdo');
  });
  expect(read()).toBeGreaterThan(before);
  host.change((world) => (world.memoryAvailableBytes = 100 * 1024 ** 2));
  expect(read()).toBe(100 * 1024);
});
