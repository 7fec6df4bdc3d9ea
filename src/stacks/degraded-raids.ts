import type { Host } from '../host/host.ts';
import { looking, succeeded } from '../model/command.ts';
import type { BlockDevice, BlockDevices } from '../model/device.ts';
import type { Found } from './found-volume.ts';
import { listStorage } from './found-volume.ts';

/** The dm name of a leg of an LVM RAID. */
const legOfRaid = /_r(?:image|meta)_\d+$/;

/**
 * Adds what the kernel says about the RAIDs beneath each volume: asked without its locks, LVM does not say which legs
 * have failed. Costs a child process only if there is such a RAID.
 */
export async function withDegraded(
  host: Host,
  devices: BlockDevices,
  found: readonly Found[],
): Promise<readonly Found[]> {
  const beneath = new Map(
    found.map((each) => [each, listStorage(each).flatMap((on) => devices.downFrom(on))]),
  );
  const hasLegs = ({ below }: BlockDevice): boolean =>
    below.some((name) => legOfRaid.test(devices.get(name)?.dm?.name ?? ''));
  const isAnyRaid = [...beneath.values()].some((below) => below.some(hasLegs));
  const ofLvm = isAnyRaid && host.identity.isRoot ? await askRaids(host) : new Map<string, string>();
  return found.map((each) => {
    const degraded = [...new Set(beneath.get(each))].flatMap((device) => {
      const words = ofLvm.get(device.dm?.name ?? '') ?? describeArray(host, device);
      return words === undefined ? [] : [words];
    });
    return degraded.length === 0 ? each : { ...each, degraded };
  });
}

/** Every device-mapper RAID that lacks a leg, in words, by its dm name. */
async function askRaids(host: Host): Promise<ReadonlyMap<string, string>> {
  const [{ parseRaidStatus }, result] = await Promise.all([
    import('../parse/dmsetup-raid.ts'),
    host.run(looking('dmsetup', ['status', '--target', 'raid'])),
  ]);
  const found = succeeded(result) ? parseRaidStatus(result.stdout) : [];
  return new Map(
    found
      .filter(({ failedLegs }) => failedLegs > 0)
      .map(({ dmName, type, legs, failedLegs }) => [dmName, describeLegs(dmName, type, failedLegs, legs)]),
  );
}

function describeLegs(name: string, type: string, failed: number, legs: number): string {
  return `${String(failed)} of the ${String(legs)} legs of ${name} (${type}) ${failed === 1 ? 'has' : 'have'} failed`;
}

/** Says how many disks an md(4) array lacks, by its own count. */
function describeArray({ files }: Host, { kernelName }: BlockDevice): string | undefined {
  if (!/^md\d/.test(kernelName)) return undefined;
  const read = (what: string): string => {
    const reading = files.readText(`/sys/class/block/${kernelName}/md/${what}`);
    return reading.kind === 'read' ? reading.value.trim() : '';
  };
  const failed = Number(read('degraded'));
  return failed > 0
    ? describeLegs(`/dev/${kernelName}`, read('level'), failed, Number(read('raid_disks')))
    : undefined;
}
