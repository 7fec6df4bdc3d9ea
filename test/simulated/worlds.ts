import {
  activatePool,
  addDisk,
  addPool,
  addRootDisk,
  addVg,
  addVolume,
  tableFor,
  type PoolParameters,
  type VolumeParameters,
} from '../../src/simulator/arrange.ts';
import type { SimulatedHostOptions } from '../../src/simulator/simulated-host.ts';
import { createTestHost, type TestHost } from './test-host.ts';
import type { Host } from '../../src/host/host.ts';
import type { Disk, World } from '../../src/simulator/world/world.ts';
import * as happen from './levers.ts';
import { changing, looking, type CommandResult } from '../../src/model/command.ts';
import { parseGeometry, parseSuperBlock } from '../../src/parse/disk.ts';
import { addLayer } from './levers.ts';

export const gibibyte = 1024 ** 3;

/**
 * `vdb`, where it is not the usual one (10 GiB without a serial number), and the program's user, where it is not root.
 */
type DiskHostParameters = Partial<Pick<Disk, 'sizeBytes' | 'serial'>> &
  Pick<SimulatedHostOptions, 'identity'>;

/** A host with its root disk, an empty disk `vdb`, and whatever else is arranged. */
export function createDiskHost(
  arrange: (world: World) => void = () => undefined,
  { identity = {}, ...disk }: DiskHostParameters = {},
): TestHost {
  const host = createTestHost({ identity });
  host.change((world) => {
    addRootDisk(world);
    addDisk(world, { name: 'vdb', sizeBytes: 10 * gibibyte, ...disk });
    arrange(world);
  });
  return host;
}

/** Files that are written and synced before anything goes wrong. */
export const files = [
  { name: 'f1', checksum: '5f1d' },
  { name: 'f2', checksum: '9a0c' },
];

/** `my-vdo` on `low` on `vdb`, running. */
export function createDmHost(parameters: VolumeParameters = {}): TestHost {
  return createDiskHost(
    (world) => {
      addLayer(world, 'low', '/dev/vdb');
      addVolume(world, 'my-vdo', '/dev/mapper/low', parameters);
    },
    { serial: 'S1' },
  );
}

/** `vg/pool` with `vg/home`, active. */
export function createLvmHost(
  parameters: Partial<PoolParameters> = {},
  generation: World['generation'] = 'linux-6.12',
): TestHost {
  return createDiskHost((world) => {
    world.generation = generation;
    const pool = addPool(world, addVg(world, 'vg', ['/dev/vdb']), 'pool', {
      sizeBytes: 8 * gibibyte,
      volumes: [{ name: 'home', sizeBytes: 20 * gibibyte }],
      ...parameters,
    });
    activatePool(world, pool);
  });
}

/** Runs a line of words without blanks in them; the command looks, unless the first word is `!`. */
export function run(host: Host, line: string, timeLimitMs = 60_000): Promise<CommandResult> {
  const words = line.split(' ');
  const changes = words[0] === '!';
  const [file = '', ...args] = changes ? words.slice(1) : words;
  return host.run(changes ? changing(file, args, timeLimitMs) : looking(file, args, timeLimitMs));
}

/** The status line of the volume. */
export async function readStatus(host: TestHost, name = 'my-vdo'): Promise<string> {
  return (await run(host, `dmsetup status ${name}`)).stdout;
}

export const low = '/dev/mapper/low';

/** The arguments of `dmsetup` that start the volume. */
export function createCommand(host: TestHost, name = 'my-vdo', storage = low): readonly string[] {
  return ['create', name, '--table', tableFor(host.world, storage)];
}

/** The state in the super block, or the reason why there is none. */
export async function readDiskState(host: TestHost, device = low): Promise<string> {
  const [reading] = await host.readMetadata([{ id: 'x', extents: [{ device, startBytes: 0 }] }]);
  if (reading?.kind !== 'read') return reading?.kind ?? 'nothing';
  return parseSuperBlock(reading.superBlock, parseGeometry(reading.geometry)).state;
}

/** Cuts the power, and puts the layer below the volume back. */
export function crash(host: TestHost): void {
  host.change((world) => {
    happen.cutPower(world);
    addLayer(world, 'low', '/dev/vdb');
  });
}
