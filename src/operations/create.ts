import type { Host } from '../host/host.ts';
import type { Plan } from '../model/plan.ts';
import { Failure } from '../model/problem.ts';
import { refuse } from '../model/refuse.ts';
import type { StackName } from '../model/volume.ts';
import { complainAboutName, type VolumeSpec } from '../model/volume-spec.ts';
import { makePlan } from '../plan/plans.ts';
import { describeAfterCreate } from '../prose/after-create.ts';
import type { Creation, Making } from '../stacks/create/creation.ts';
import { createDm } from '../stacks/create/dm.ts';
import { createLvm } from '../stacks/create/lvm.ts';
import { createManaged } from '../stacks/create/manager.ts';
import { demandOf, guardSpace, withSlabSize } from '../stacks/create/requirements.ts';
import { findSignatures, wipeStep } from '../stacks/create/signatures.ts';
import { findStablePath } from '../stacks/dm/adopt.ts';
import { findDevice } from '../stacks/found-volume.ts';
import { guardMemory } from '../stacks/kernel-memory.ts';
import { askGroups } from '../stacks/lvm/report.ts';
import { lookAtHost, type Look } from '../stacks/host-look.ts';
import { carryOut } from './carry-out.ts';
import { guardDeviceFree } from './guards/device.ts';
import { guardName } from './guards/name.ts';
import { prepareTarget } from './guards/target.ts';
import { optionsAtBoot } from './mount-at-boot.ts';
import { requireRoot, withLocks, type Session } from './session.ts';
import type { Changed } from './start-stop.ts';

const creators: Readonly<Record<StackName, (making: Making) => Creation | Promise<Creation>>> = {
  dm: createDm,
  lvm: createLvm,
  manager: createManaged,
};

/** Creates a volume on a device that exists, is free and large enough, and is empty or may be wiped. */
export async function create(session: Session, spec: VolumeSpec): Promise<Changed> {
  requireFittingName(spec);
  requireRoot(session, `create ${spec.name}`);
  const { host } = session;
  const first = await guardDeviceFree(host, await lookAtHost(host), spec);
  const work = async (): Promise<Changed> => {
    const plan = await planCreate(host, await lookAtHost(host), spec);
    const outcome = await carryOut(session, plan);
    if (outcome === 'done') tellNext(session, spec);
    return { name: spec.name, outcome };
  };
  return withLocks(session, spec.name, first.deviceNumber, work);
}

/** What comes next: a filesystem, and its line in `/etc/fstab`. */
function tellNext({ report }: Session, spec: VolumeSpec): void {
  const { name, stack, lv } = spec;
  const [group = ''] = name.split('/');
  const device = stack === 'lvm' ? `/dev/${group}/${lv}` : `/dev/mapper/${name}`;
  for (const message of describeAfterCreate(device, optionsAtBoot(spec)))
    report({ kind: 'notice', volume: name, message });
}

function requireFittingName(spec: VolumeSpec): void {
  const message = complainAboutName(spec);
  if (message !== undefined) throw new Failure({ kind: 'usage', message });
}

async function planCreate(host: Host, look: Look, asked: VolumeSpec): Promise<Plan> {
  guardName(look, asked.name);
  const device = await guardDeviceFree(host, look, asked);
  const spec = withSlabSize(asked, device.sizeBytes);
  const path = findStablePath(host, device);
  const making: Making = { host, look, spec, device, path };
  guardSpace(spec, device.sizeBytes);
  guardMemory(host.files, spec.name, demandOf(spec, device.sizeBytes));
  const held = (await isOwnPhysicalVolume(making)) ? [] : await findSignatures(host, device.path);
  if (held.length > 0 && spec.wipe === 'not-asked')
    refuse(spec.name, 'device-holds-data', { device: spec.device, holds: held });
  const first = await prepareTarget(host, spec);
  const creation = await creators[spec.stack](making);
  const steps = [...first, ...(held.length > 0 ? [wipeStep(path)] : []), ...creation.steps];
  const plan = makePlan('create', { name: spec.name, stack: spec.stack, storage: path }, steps);
  const own: Plan = { ...plan, undoOnlyIf: creation.undoOnlyIf };
  if (held.length === 0) return own;
  return {
    ...own,
    mayLose: [`What ${spec.device} holds is lost: ${held.join(', ')}.`],
    confirm: 'may-lose-data',
  };
}

/** Whether the device already belongs to the volume group: then it is not empty, and need not be. */
async function isOwnPhysicalVolume({ host, look, spec, device }: Making): Promise<boolean> {
  if (spec.stack !== 'lvm') return false;
  const [vg] = spec.name.split('/');
  const isSame = (path: string): boolean => findDevice(host, look.devices, path) === device;
  const group = (await askGroups(host)).find(({ vgName }) => vgName === vg);
  return group?.pvs.some(({ pvName }) => isSame(pvName)) ?? false;
}
