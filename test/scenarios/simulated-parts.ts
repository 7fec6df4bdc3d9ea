import { activatePool, addPool, addVg, addVolume, gibibyte } from '../../src/simulator/arrange.ts';
import { findContent, findDm } from '../../src/simulator/world/devices.ts';
import { addManagedVolume } from '../../src/simulator/programs/manager/arrange.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { DiskPlace, VdoImage } from '../../src/simulator/world/world.ts';
import { changing, formatCommand, looking, succeeded, type Command } from '../../src/model/command.ts';

export const diskBytes = 10 * gibibyte;
export const pvStartBytes = 1024 ** 2;
/** Recovery times on a fast disk: nearly zero. */
export const fastReplayMs = 400;
export const fastScrubMs = 600;

/** The parts of the volume on this host. */
export interface Parts {
  readonly host: TestHost;
  readonly stack: 'dm' | 'lvm' | 'manager';
  readonly name: string;
  readonly target: string;
  readonly device: string;
  readonly disk: string;
  /** Name of the dm device beneath it. */
  readonly below: string;
  /** The place of its block 0 on the disk. */
  readonly place: DiskPlace;
  readonly sizeBytes: number;
  /** The commands of its stack. */
  readonly toStart: readonly Command[];
  readonly toStop: readonly Command[];
}

export type Beneath = Pick<Parts, 'disk' | 'below'>;

export function makeDm(host: TestHost, number: number, { disk, below }: Beneath): Parts {
  const name = number === 1 ? 'my-vdo' : `my-vdo${String(number)}`;
  const storage = `/dev/mapper/${below}`;
  const table = host.change((world) => {
    const { live } = addVolume(world, name, storage);
    return (live ?? []).map(({ start, sectors, target, parameters }) =>
      [start, sectors, target, parameters].join(' '),
    );
  });
  return {
    ...{ host, stack: 'dm', name, target: name, device: `/dev/mapper/${name}`, disk, below },
    ...{ place: { disk, atBytes: 0 }, sizeBytes: diskBytes },
    toStart: [changing('dmsetup', ['create', name, '--table', table.join('\n')])],
    toStop: [changing('dmsetup', ['remove', '--retry', name])],
  };
}

export function makeManaged(host: TestHost, number: number, { disk, below }: Beneath): Parts {
  const name = number === 1 ? 'my-vdo' : `my-vdo${String(number)}`;
  host.change((world) => {
    addManagedVolume(world, name, `/dev/mapper/${below}`);
  });
  return {
    ...{ host, stack: 'manager', name, target: name, device: `/dev/mapper/${name}`, disk, below },
    ...{ place: { disk, atBytes: 0 }, sizeBytes: diskBytes },
    toStart: [changing('vdo', ['start', `--name=${name}`])],
    toStop: [changing('vdo', ['stop', `--name=${name}`])],
  };
}

export function makeLvm(host: TestHost, number: number, { disk, below }: Beneath): Parts {
  const vg = number === 1 ? 'my-vg' : `my-vg${String(number)}`;
  const sizeBytes = 8 * gibibyte;
  const target = host.change((world) => {
    const group = addVg(world, vg, [`/dev/mapper/${below}`]);
    const volumes = [{ name: 'data', sizeBytes: 20 * gibibyte }];
    return activatePool(world, addPool(world, group, 'pool', { sizeBytes, volumes })).name;
  });
  return {
    ...{ host, stack: 'lvm', name: `${vg}/pool`, target, device: `/dev/${vg}/data`, disk, below },
    ...{ place: { disk, atBytes: pvStartBytes }, sizeBytes },
    toStart: [changing('lvchange', ['-ay', `${vg}/data`])],
    toStop: [changing('lvchange', ['-an', `${vg}/data`])],
  };
}

export function mountPointOf({ below }: Parts): string {
  return `/mnt/${below}`;
}

export function imageOf({ host, place }: Parts): VdoImage {
  const disk = host.world.disks.find(({ name }) => name === place.disk);
  const image = disk === undefined ? undefined : findContent(disk, place.atBytes)?.vdo;
  if (image === undefined) throw new Error(`no VDO on ${place.disk}`);
  return image;
}

/** A slow disk makes replay and scrubbing last; a recovery under way keeps its progress. */
export function setSpeed(parts: Parts, delayMs: number): void {
  parts.host.change((world) => {
    const { recovery } = imageOf(parts);
    const before = recovery.scrubMs;
    recovery.replayMs = fastReplayMs + delayMs * 20;
    recovery.scrubMs = fastScrubMs + delayMs * 50;
    const scrub = findDm(world, parts.target)?.vdo?.scrub;
    if (scrub !== undefined)
      scrub.startedAt = world.now - ((world.now - scrub.startedAt) * recovery.scrubMs) / before;
  });
}

/** Runs a command of the scenario itself, not of vdoctl. Returns its stdout. */
export async function ask({ host }: Parts, command: Command): Promise<string> {
  const result = await host.run(command);
  if (!succeeded(result))
    throw new Error(`${formatCommand(command)}: ${JSON.stringify(result.outcome)} ${result.stderr}`);
  return result.stdout;
}

/** The same, for its effect only. */
export async function must(parts: Parts, command: Command): Promise<void> {
  await ask(parts, command);
}

export const settle = looking('udevadm', ['settle']);
