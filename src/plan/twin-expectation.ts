import type { Host, StorageArea } from '../host/host.ts';
import type { BlockDevice, BlockDevices } from '../model/device.ts';
import { looking } from '../model/command.ts';
import type { Expectation } from '../model/plan.ts';
import { askStatusOfAll } from '../stacks/ask-kernel.ts';
import { readBlockDevices } from '../stacks/devices.ts';
import { patienceMs, readMetadata } from '../stacks/metadata.ts';
import { isOfRehearsal } from '../stacks/rehearsal/rehearsal-device.ts';
import type { Instead } from './disk-expectations.ts';

/**
 * Whether another device is the same VDO. It may have been started since the plan was made: while a person thought about
 * the plan, or by a plan that was made at the same time. A rehearsal is a copy.
 */
export async function checkNoTwin(
  host: Host,
  { dmName, uuid, nonce }: Extract<Expectation, { kind: 'no-twin-runs' }>,
): Promise<Instead> {
  const devices = readBlockDevices(host.files);
  const running = await askStatusOfAll(host);
  const others: BlockDevice[] = [];
  for (const device of devices.all()) {
    const { dm } = device;
    if (dm === undefined || dm.name === dmName || isOfRehearsal(device)) continue;
    if (running.has(dm.name) || (dm.suspended && (await isStarting(host, dm.name)))) others.push(device);
  }
  const read = await readMetadata(host, others.flatMap(areaBeneath(devices)), patienceMs);
  const twin = [...read].find(
    ([, metadata]) =>
      metadata.kind === 'read' &&
      metadata.geometry.uuid === uuid &&
      String(metadata.geometry.nonce) === nonce,
  );
  return twin === undefined ? undefined : { what: 'twin-runs', name: twin[0] };
}

/** A volume that is being started is suspended until its journal is replayed; its table is in use only then. */
async function isStarting(host: Host, dmName: string): Promise<boolean> {
  const tables = [['table'], ['table', '--inactive']].map((words) =>
    host.run(looking('dmsetup', [...words, dmName])),
  );
  return (await Promise.all(tables)).some(({ stdout }) => /^\d+ \d+ vdo /m.test(stdout));
}

/** What a target lies on, if a read of that does not hang. */
function areaBeneath(devices: BlockDevices): (device: BlockDevice) => readonly StorageArea[] {
  return ({ dm, kernelName, below: [first = ''] }) => {
    const storage = devices.get(first);
    if (storage === undefined || devices.suspendedUnder(storage).length > 0) return [];
    return [{ id: dm?.name ?? kernelName, extents: [{ device: storage.path, startBytes: 0 }] }];
  };
}
