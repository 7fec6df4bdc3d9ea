import type { Host } from '../../src/host/host.ts';
import type { CommandResult } from '../../src/model/command.ts';
import { BlockDevices, type BlockDevice } from '../../src/model/device.ts';
import type { LvmReport, Mount } from '../../src/model/kernel.ts';
import type { Found, Mishaps } from '../../src/stacks/found-volume.ts';
import { withMishaps } from '../../src/stacks/running-storage.ts';
import { disk, makeFound, target } from './builders.ts';
import { createFakeFiles, type Entry } from './fakes.ts';

/** What `my-vdo` lies on, for tests of what may happen to it. */

export const mebibyte = 1024 ** 2;
export const gibibyte = 1024 ** 3;

export interface Scene {
  readonly devices?: readonly BlockDevice[];
  readonly found?: Partial<Found>;
  readonly files?: Readonly<Record<string, Entry>>;
  readonly groups?: readonly LvmReport[];
  readonly mounts?: readonly Mount[];
  readonly tables?: string;
}

/** The mishaps of `my-vdo`, and how often device-mapper was asked. */
export async function look(
  scene: Scene,
): Promise<{ readonly mishaps: Mishaps | undefined; readonly asked: number }> {
  const { devices = [disk, target], groups = [], mounts = [], tables = '' } = scene;
  const numbers: readonly (readonly [string, Entry])[] = devices.map(({ path, deviceNumber }) => [
    path,
    { device: deviceNumber },
  ]);
  let asked = 0;
  const host: Pick<Host, 'files' | 'identity' | 'run'> = {
    files: createFakeFiles({ ...Object.fromEntries(numbers), ...scene.files }),
    identity: { isRoot: true, user: 'root', hostName: 'host' },
    run(command): Promise<CommandResult> {
      asked += 1;
      const outcome = { kind: 'exited', code: 0 } as const;
      return Promise.resolve({ command, outcome, stdout: tables, stderr: '' } as CommandResult);
    },
  };
  const around = {
    host: host as Host,
    devices: new BlockDevices(devices),
    lvm: { groups, missing: [] },
    mounts,
  };
  const [found] = await withMishaps(around, [makeFound(scene.found)]);
  return { mishaps: found?.mishaps, asked };
}

export const sizeOf = (kernelName: string, bytes: number): Readonly<Record<string, Entry>> => ({
  [`/sys/class/block/${kernelName}/size`]: `${String(bytes / 512)}\n`,
});

/** A device-mapper device between the disk and the volume. */
export function makeLayer(parts: Partial<BlockDevice> & { readonly uuid?: string } = {}): BlockDevice {
  const { uuid = '', ...rest } = parts;
  return {
    ...disk,
    kernelName: 'dm-5',
    deviceNumber: '253:5',
    path: '/dev/mapper/layer',
    dm: { name: 'layer', uuid, suspended: false },
    below: ['vdb'],
    above: ['dm-0'],
    ...rest,
  };
}
const onLayer = { ...target, below: ['dm-5'] };
export const layered = (
  layer: BlockDevice,
  below: readonly BlockDevice[] = [{ ...disk, above: ['dm-5'] }],
): Scene => ({
  devices: [...below, layer, onLayer],
  found: { storage: layer, storagePath: layer.path, target: onLayer },
});

export const other: BlockDevice = {
  ...disk,
  kernelName: 'vdc',
  deviceNumber: '254:32',
  path: '/dev/vdc',
  above: [],
};

export function makeGroup(
  lvs: readonly { lvName: string; dmName: string; lvUuid: string }[],
  ranges: LvmReport['segments'][number]['ranges'] = [],
): LvmReport {
  const [first] = lvs;
  return {
    vgName: 'vg',
    extentBytes: 4 * mebibyte,
    pvs: [{ pvName: '/dev/vdb', extentsStartBytes: mebibyte }],
    lvs: lvs.map((lv) => ({
      ...lv,
      vgName: 'vg',
      sizeBytes: 10 * gibibyte,
      poolName: undefined,
      dataName: undefined,
      segmentType: 'linear',
      originName: undefined,
      isPartial: false,
    })),
    segments: [
      {
        lvUuid: first?.lvUuid ?? '',
        segmentType: 'linear',
        startBytes: 0,
        sizeBytes: 10 * gibibyte,
        ranges,
        lvNames: [],
      },
    ],
  };
}
