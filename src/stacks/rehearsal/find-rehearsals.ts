import type { Files } from '../../host/host.ts';
import type { BlockDevice, BlockDevices } from '../../model/device.ts';
import {
  changesFile,
  changesLv,
  dmNameOfChanges,
  rehearsalDevice,
  stateDirectory,
} from '../../model/rehearsal.ts';
import type { Found, Surroundings } from '../found-volume.ts';
import { isOfRehearsal, type FoundRehearsal } from './rehearsal-device.ts';

/** Adds to each volume the rehearsal that is up, or what is left of one. */
export function withRehearsals(around: Surroundings, found: readonly Found[]): readonly Found[] {
  const isUp = [...around.devices.all()].some(isOfRehearsal);
  const files = listChangesFiles(around.host.files);
  const lvs = new Set(
    around.lvm.groups.flatMap(({ vgName, lvs: rows }) => rows.map(({ lvName }) => `${vgName}/${lvName}`)),
  );
  return found.map((each) => {
    const lv = findChangesLv(each);
    const isLeft = files.has(each.dmName) || (lv !== undefined && lvs.has(lv));
    if (!isUp && !isLeft) return each;
    const rehearsal = describeRehearsal(around, each, {
      file: files.has(each.dmName),
      lv: lv !== undefined && lvs.has(lv) ? lv : undefined,
    });
    return rehearsal === undefined ? each : { ...each, rehearsal };
  });
}

/** The dm names of the volumes for which there is a file with changes. */
function listChangesFiles(files: Files): ReadonlySet<string> {
  const names = files.list(stateDirectory);
  return new Set(names.kind === 'read' ? names.value.flatMap((name) => dmNameOfChanges(name) ?? []) : []);
}

function findChangesLv({ pool }: Found): string | undefined {
  return pool === undefined ? undefined : changesLv(pool.group.vgName, pool.pool.lvName);
}

function describeRehearsal(
  { host, devices, mounts }: Surroundings,
  { dmName, storage }: Found,
  left: { readonly file: boolean; readonly lv: string | undefined },
): FoundRehearsal | undefined {
  const own = listDevices(devices, dmName);
  const path = changesFile(dmName);
  const loop = findLoop(host.files, devices, path);
  const isLeft = left.file || left.lv !== undefined || loop !== undefined;
  if (own.length === 0 && !isLeft) return undefined;
  const overlay = own.find(({ dm }) => dm?.name === rehearsalDevice(dmName, 'overlay').dmName);
  const other = overlay?.below
    .flatMap((name) => devices.get(name) ?? [])
    .find((device) => device !== storage && device.dm?.uuid.startsWith('LVM-') !== true);
  const file = left.file || loop !== undefined ? path : undefined;
  return {
    devices: own,
    loop,
    changes: file ?? left.lv ?? other?.path,
    mounts: mounts.filter(({ deviceNumber, source }) =>
      own.some((device) => device.deviceNumber === deviceNumber || device.path === source),
    ),
  };
}

/** The rehearsal's devices, the topmost first. */
function listDevices(devices: BlockDevices, dmName: string): readonly BlockDevice[] {
  const vdo = devices.withDmName(rehearsalDevice(dmName, 'vdo').dmName);
  const overlay = devices.withDmName(rehearsalDevice(dmName, 'overlay').dmName);
  const bases = [vdo, overlay].filter((device) => device !== undefined && isOfRehearsal(device));
  const found = bases as readonly BlockDevice[];
  const above = found.flatMap((device) => devices.upFrom(device)).filter(isOfRehearsal);
  return [...new Set([...above.filter((device) => !found.includes(device)), ...found])];
}

function findLoop(files: Files, devices: BlockDevices, path: string): BlockDevice | undefined {
  return [...devices.all()].find(({ kernelName, sizeBytes }) => {
    if (!/^loop\d+$/.test(kernelName) || sizeBytes === 0) return false;
    const backing = files.readText(`/sys/class/block/${kernelName}/loop/backing_file`);
    return backing.kind === 'read' && backing.value.trimEnd() === path;
  });
}
