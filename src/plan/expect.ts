import type { Host } from '../host/host.ts';
import { looking } from '../model/command.ts';
import type { Expectation } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import { readBlockDevices } from '../stacks/devices.ts';
import { settle } from '../stacks/steps.ts';
import { findDevice } from '../stacks/find.ts';
import { askStatistics, askStatus } from '../stacks/kernel.ts';
import { readMetadataOf } from '../stacks/metadata.ts';
import { outputOf } from '../stacks/result.ts';
import { findUsers, isUnused } from '../stacks/users.ts';

/** What was found instead, in words; or a problem of its own kind when there is a better name for it. */
type Shortfall = string | Problem | undefined;

type Check<K extends Expectation['kind']> = (
  host: Host,
  expectation: Extract<Expectation, { kind: K }>,
  volume: string,
) => Promise<Shortfall> | Shortfall;

/** Checks one fact against the kernel or the disk. @returns undefined when it is so. */
export async function findShortfall(
  host: Host,
  expectation: Expectation,
  volume: string,
): Promise<Shortfall> {
  const check = checks[expectation.kind] as Check<Expectation['kind']>;
  return check(host, expectation, volume);
}

/** An expectation in words: what has to be so. */
export function describeExpectation(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'dm-absent':
      return `the device ${expectation.dmName} is gone`;
    case 'dm-present':
      return `the device ${expectation.dmName} is there`;
    case 'dm-table':
      return `the table of ${expectation.dmName} is "${expectation.table}"`;
    case 'unused':
      return `nobody uses ${expectation.device}`;
    case 'disk-state':
      return `the super block on ${expectation.device} says ${expectation.oneOf.join(' or ')}`;
    case 'mode':
      return `${expectation.dmName} is ${expectation.oneOf.join(' or ')}`;
    case 'read-only-recoveries':
      return `${expectation.dmName} counts ${String(expectation.atLeast)} read-only recoveries`;
  }
}

const checks: { readonly [K in Expectation['kind']]: Check<K> } = {
  'dm-absent': (host, { dmName }) => {
    const device = readBlockDevices(host.files).withDmName(dmName);
    return device === undefined ? undefined : `${dmName} is still there`;
  },
  'dm-present': (host, { dmName }) => {
    const device = readBlockDevices(host.files).withDmName(dmName);
    return device !== undefined && device.sizeBytes > 0 ? undefined : `${dmName} is not there`;
  },
  'dm-table': async (host, { dmName, table }) => {
    const found = outputOf(await host.run(looking('dmsetup', ['table', dmName]))).trimEnd();
    return found === table ? undefined : `its table is "${found}"`;
  },
  unused: checkUnused,
  'disk-state': async (host, { device, oneOf }) => {
    const metadata = await readMetadataOf(host, device);
    if (metadata.kind === 'not-understood') return metadata.failure.problem;
    if (metadata.kind !== 'read')
      return metadata.kind === 'failed' ? metadata.reason : `${device}: ${metadata.kind}`;
    const { state } = metadata.superBlock;
    return oneOf.includes(state) ? undefined : `it says ${state}`;
  },
  mode: async (host, { dmName, oneOf }) => {
    const mode = (await askStatus(host, dmName))?.mode;
    return mode !== undefined && oneOf.includes(mode) ? undefined : `it is ${mode ?? 'not running'}`;
  },
  'read-only-recoveries': async (host, { dmName, atLeast }) => {
    const found = (await askStatistics(host, dmName))?.readOnlyRecoveries;
    return found !== undefined && found >= atLeast ? undefined : `it counts ${String(found ?? 'none')}`;
  },
};

async function checkUnused(
  host: Host,
  { device: path }: { device: string },
  name: string,
): Promise<Shortfall> {
  const devices = readBlockDevices(host.files);
  const device = findDevice(host, devices, path);
  if (device === undefined) return `${path} is not there`;
  let users = findUsers(host.files, devices, [device]);
  if (users.processes.length > 0 && users.mounts.length + users.devices.length === 0) {
    // It may be udev's own probe of a device that just appeared or was just written.
    await host.run(settle);
    users = findUsers(host.files, devices, [device]);
  }
  return isUnused(users) ? undefined : { kind: 'in-use', name, ...users };
}
