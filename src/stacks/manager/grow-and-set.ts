import type { Host } from '../../host/host.ts';
import type { BlockDevice } from '../../model/device.ts';
import { blockBytes } from '../../model/disk.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import { refuse } from '../../model/refuse.ts';
import type { Growth, Setting, Switch } from '../drive.ts';
import { guardGrowth, isSwitched, opposite, promiseOf } from '../change-promises.ts';
import { oneSwitch, switchInKernel } from '../dm/grow-and-set.ts';
import { guardLimits } from '../kernel-limits.ts';
import type { Seen } from '../host-look.ts';
import { readMetadataOf } from '../metadata.ts';
import { runStep } from '../shared-steps.ts';
import type { Managed } from './config.ts';
import { vdoCommand } from './steps.ts';

/** Grows a running volume. Empty when there is nothing to grow: the manager would call that an error. */
export async function growSteps(
  host: Host,
  seen: Seen,
  managed: Managed,
  growth: Growth,
): Promise<readonly Step[]> {
  const { name, device } = managed;
  const { volume, found } = seen;
  const before: readonly Expectation[] = [{ kind: 'mode', dmName: name, oneOf: ['normal'] }];
  const sizes = { kind: 'sizes', dmName: name, device } as const;
  const settled: Expectation = { kind: 'manager-state', name, oneOf: ['finished'] };
  if (growth.kind === 'logical') {
    const { bytes } = growth;
    if (!guardGrowth(name, volume.sizes.logicalBytes ?? managed.logicalBytes, bytes)) return [];
    const command = vdoCommand('growLogical', name, `--vdoLogicalSize=${String(bytes)}B`);
    const after: Expectation = { ...sizes, logicalBytes: bytes, physicalBytes: null };
    return [
      { ...runStep(`Grow the logical size of ${name}`, command, [after, settled]), before, ...growing(name) },
      ...restoreSteps(seen, managed),
    ];
  }
  if (found.storage === undefined) refuse(name, 'storage-missing', { device, group: null });
  const physicalBytes = Math.floor(found.storage.sizeBytes / blockBytes) * blockBytes;
  // The kernel takes no more than whole slabs; less than one is nothing.
  const nowBytes = volume.sizes.physicalBytes ?? managed.physicalBytes;
  if (physicalBytes - nowBytes < managed.slabBytes) return [];
  await guardSlabs(host, managed, found.storage, physicalBytes);
  const after: Expectation = { ...sizes, logicalBytes: null, physicalBytes };
  const command = vdoCommand('growPhysical', name);
  const title = `Grow the physical size of ${name} to all of its storage`;
  return [
    { ...runStep(title, command, [after, settled]), before, ...growing(name) },
    ...restoreSteps(seen, managed),
  ];
}

/** The index size that the volume was created with is on its disk; if that cannot be read, the default is assumed. */
async function guardSlabs(
  host: Host,
  { name, slabBytes }: Managed,
  storage: BlockDevice,
  physicalBytes: number,
): Promise<void> {
  const metadata = await readMetadataOf(host, storage.path);
  const superBlockAt = metadata.kind === 'read' ? metadata.geometry.superBlockAt : undefined;
  const sizes = {
    physicalBlocks: physicalBytes / blockBytes,
    slabBlocks: slabBytes / blockBytes,
    superBlockAt,
  };
  guardLimits(name, sizes, { device: storage.path });
}

/** Once the manager has written down that it began, only the manager can end it; its `status` does. */
function growing(name: string): Partial<Step> {
  const settled: Expectation = { kind: 'manager-state', name, oneOf: ['finished'] };
  const begun: Expectation = {
    kind: 'manager-state',
    name,
    oneOf: ['beginGrowLogical', 'beginGrowPhysical'],
  };
  const finish = [runStep('Let the manager finish what it began', vdoCommand('status', name), [settled])];
  return { ifTorn: { recognisedBy: [begun], finish }, mayFailInPart: true, pointOfNoReturn: true };
}

/** Changes settings now and for every start to come. Empty when they are configured so. */
export function setSteps(seen: Seen, managed: Managed, settings: readonly Setting[]): readonly Step[] {
  // The policy first: it swaps the table, and the kernel forgets with it what it was told of the others.
  const rank = ({ key }: Setting): number => (key === 'write-policy' ? 0 : 1);
  const steps = settings
    .toSorted((one, other) => rank(one) - rank(other))
    .flatMap((setting) => setStep(seen, managed, setting) ?? []);
  const isReloaded = settings.some(
    ({ key, value }) => key === 'write-policy' && managed.writePolicy !== value,
  );
  return isReloaded ? [...steps, ...restoreSteps(seen, managed, settings)] : steps;
}

/**
 * The manager reloads the table of the last start: what was switched since is lost, and its exit code is 0. Only what
 * the kernel is known to do, and no other step sees to, is told again.
 */
function restoreSteps({ volume }: Seen, managed: Managed, settings: readonly Setting[] = []): Step[] {
  return (['compression', 'deduplication'] as const).flatMap((key) => {
    const wanted: Switch = { key, value: managed[key] ? 'on' : 'off' };
    const isSeenTo = settings.some((setting) => setting.key === key && setting.value !== wanted.value);
    const isTold = isSwitched(volume, wanted) && !isSeenTo && volume.mode !== 'read-only';
    return isTold ? [restore(managed.name, wanted)] : [];
  });
}

function restore(name: string, wanted: Switch): Step {
  return {
    ...oneSwitch(name, wanted),
    // Cut off by a crash there is nothing to tell: the manager's next start does.
    after: [{ ...promiseOf(name, wanted), ifRunning: true }],
    title: `Switch ${wanted.key} of ${name} ${wanted.value} again, which the new table does not carry`,
  };
}

/** Whether the kernel does the opposite. If that is unknown, or the volume is read-only, it is left alone. */
function differs(volume: Seen['volume'], setting: Switch): boolean {
  return volume.mode !== 'read-only' && isSwitched(volume, opposite(setting));
}

function setStep({ volume }: Seen, managed: Managed, setting: Setting): Step | undefined {
  const { name } = managed;
  if (setting.key === 'write-policy') {
    if (managed.writePolicy === setting.value) return undefined;
    const command = vdoCommand('changeWritePolicy', name, `--writePolicy=${setting.value}`);
    return runStep(`Set the write policy of ${name} to ${setting.value}`, command, []);
  }
  if (managed[setting.key] === (setting.value === 'on')) {
    // The manager goes by its file, and says that there is nothing to do, whatever the kernel does.
    return differs(volume, setting) ? switchInKernel(name, setting) : undefined;
  }
  return { ...switchStep(volume, name, setting), undo: [switchStep(volume, name, opposite(setting))] };
}

function switchStep({ state }: Seen['volume'], name: string, setting: Switch): Step {
  const { key, value } = setting;
  const isOn = value === 'on';
  const verb = `${isOn ? 'enable' : 'disable'}${key === 'compression' ? 'Compression' : 'Deduplication'}`;
  const after = state === 'stopped' ? [] : [promiseOf(name, setting)];
  return runStep(`Switch ${key} of ${name} ${value}`, vdoCommand(verb, name), after);
}
