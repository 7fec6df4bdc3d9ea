import type { Host } from '../../host/host.ts';
import type { BlockDevice } from '../../model/device.ts';
import { blockBytes } from '../../model/disk.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import { refuse } from '../../model/refuse.ts';
import { differing } from '../../model/table-tunables.ts';
import { keysWithValue, tunables as tunableRows, type Tunables } from '../../model/tunables.ts';
import { isTunableSetting, type Growth, type Setting, type Switch } from '../drive.ts';
import {
  describeTunables,
  guardGrowth,
  guardTunables,
  isSwitched,
  opposite,
  promiseOf,
  sortOut,
  targetOf,
} from '../change-promises.ts';
import { oneSwitch, switchInKernel } from '../dm/grow-and-set.ts';
import { guardLimits } from '../kernel-limits.ts';
import type { Seen } from '../host-look.ts';
import { readMetadataOf } from '../metadata.ts';
import { runStep } from '../shared-steps.ts';
import type { Managed } from './config.ts';
import { vdoCommand } from './steps.ts';
import { formatManagerTunables } from './tunables.ts';

/** Grows a running volume. Empty if there is nothing to grow, which the manager would call an error. */
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
    const nowBytes = volume.sizes.logicalBytes ?? managed.logicalBytes;
    const bytes = targetOf(growth, nowBytes);
    if (!guardGrowth(name, nowBytes, bytes)) return [];
    const command = vdoCommand('growLogical', name, `--vdoLogicalSize=${String(bytes)}B`);
    const after: Expectation = { ...sizes, logicalBytes: bytes, physicalBytes: null };
    return [
      { ...runStep(`Grow the logical size of ${name}`, command, [after, settled]), before, ...growing(name) },
      ...restoreSteps(seen, managed),
    ];
  }
  if (found.storage === undefined) refuse(name, 'storage-missing', { device, group: null });
  const physicalBytes = Math.floor(found.storage.sizeBytes / blockBytes) * blockBytes;
  // The kernel grows by whole slabs only, so less than one slab is no growth.
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

/** Takes the size of the index from the volume's disk; if that cannot be read, assumes the default. */
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

/** Once the manager has recorded that it began, only the manager can finish; its `status` does. */
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

/** Changes switches now and for every later start, what is tuned for the starts. Empty if all is already configured. */
export function setSteps(seen: Seen, managed: Managed, settings: readonly Setting[]): readonly Step[] {
  const { tunables } = sortOut(settings);
  guardTunables(seen, managed.tunables, tunables);
  // The write policy comes first: it swaps the table, which makes the kernel forget the other switches.
  const rank = ({ key }: Setting): number => (key === 'write-policy' ? 0 : 1);
  const steps = settings
    .toSorted((one, other) => rank(one) - rank(other))
    .flatMap((setting) => setStep(seen, managed, setting) ?? []);
  const isReloaded = settings.some(
    ({ key, value }) => key === 'write-policy' && managed.writePolicy !== value,
  );
  return [
    ...(isReloaded ? [...steps, ...restoreSteps(seen, managed, settings)] : steps),
    ...tuneSteps(managed, differing(tunables, managed.tunables)),
  ];
}

function tuneSteps({ name, tunables: from }: Managed, to: Tunables): Step[] {
  const keys = keysWithValue(to);
  if (keys.length === 0) return [];
  const step = (title: string, values: Tunables): Step =>
    runStep(title, vdoCommand('modify', name, ...formatManagerTunables(values)), [
      { kind: 'configured', stack: 'manager', name, values: { ...values } },
    ]);
  const back = Object.fromEntries(keys.map((key) => [key, from[key] ?? tunableRows[key].usual.manager]));
  return [
    {
      ...step(`Record for the next start of ${name}: ${describeTunables(to)}`, to),
      undo: [step(`Record as it was: ${describeTunables(back)}`, back)],
    },
  ];
}

/**
 * The manager reloads the table of the last start, which loses later switches, and exits 0. Switches that were known to
 * be so in the kernel, and that no other step sets, are set again.
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
    // If a crash cut this off, the kernel needs no switch: the manager's next start sets it.
    after: [{ ...promiseOf(name, wanted), ifRunning: true }],
    title: `Switch ${wanted.key} of ${name} ${wanted.value} again, which the new table does not carry`,
  };
}

/** Whether the kernel does the opposite. An unknown state, or a read-only volume, is left alone. */
function differs(volume: Seen['volume'], setting: Switch): boolean {
  return volume.mode !== 'read-only' && isSwitched(volume, opposite(setting));
}

function setStep({ volume }: Seen, managed: Managed, setting: Setting): Step | undefined {
  const { name } = managed;
  // One step sets all of these.
  if (isTunableSetting(setting)) return undefined;
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
