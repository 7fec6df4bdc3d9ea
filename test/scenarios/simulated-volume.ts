import { addDisk, addDm, addRemembered } from '../../src/simulator/arrange.ts';
import { findDm } from '../../src/simulator/world/devices.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { VdoImage } from '../../src/simulator/world/world.ts';
import { changing, looking } from '../../src/model/command.ts';
import { lvmDmName } from '../../src/model/names.ts';
import { addLayer } from '../simulated/levers.ts';
import {
  ask,
  diskBytes,
  imageOf,
  makeDm,
  makeLvm,
  makeManaged,
  mountPointOf,
  must,
  pvStartBytes,
  setSpeed,
  settle,
  type Parts,
} from './simulated-parts.ts';
import { doStorage } from './simulated-storage.ts';
import type { TakenVolume, TestVolume, VolumeOptions } from './world.ts';

const makers = { dm: makeDm, lvm: makeLvm, manager: makeManaged };

export function makeSimulatedVolume(host: TestHost, number: number, options: VolumeOptions): TestVolume {
  const disk = `vd${String.fromCodePoint(97 + number)}`;
  const below = `store${String(number)}`;
  host.change((world) => {
    addDisk(world, { name: disk, sizeBytes: diskBytes, serial: `disk${String(number)}` });
    addLayer(world, below, `/dev/${disk}`);
  });
  const parts = makers[options.stack](host, number, { disk, below });
  if (options.stack === 'dm' && options.remembered !== false)
    host.change((world) => {
      addRemembered(world, parts.name, `/dev/mapper/${below}`);
    });
  setSpeed(parts, 0);
  return makeTestVolume(parts, `/dev/mapper/${below}`);
}

/** Takes over a volume that lies right on a disk: there is no layer that could be made slow. */
export function takeSimulatedVolume(host: TestHost, taken: TakenVolume): TestVolume {
  const { stack, name, device } = taken;
  const disk = device.replace('/dev/', '');
  const [vg = '', pool = ''] = name.split('/');
  const own =
    stack === 'lvm'
      ? { target: lvmDmName(vg, pool, 'vpool'), device: `/dev/${vg}/${taken.lv}`, atBytes: pvStartBytes }
      : { target: name, device: `/dev/mapper/${name}`, atBytes: 0 };
  const place = { disk, atBytes: own.atBytes };
  const { sizeBytes = 0 } = host.world.disks.find((each) => each.name === disk) ?? {};
  const parts = { ...own, host, stack, name, disk, below: disk, place, sizeBytes, toStart: [], toStop: [] };
  host.change(() => {
    imageOf(parts).fileSystem = 'ext4';
  });
  setSpeed(parts, 0);
  return makeTestVolume(parts, device);
}

function makeTestVolume(parts: Parts, storage: string): TestVolume {
  const { stack, name, target, device } = parts;
  const own = { stack, name, target, device, storage, mountPoint: mountPointOf(parts) };
  return {
    ...own,
    ...doUse(parts),
    ...doDrive(parts),
    ...doStorage(parts),
    ...doHold(parts),
    ...doAsk(parts),
  };
}

function doUse(
  parts: Parts,
): Pick<
  TestVolume,
  | 'mount'
  | 'mountElsewhere'
  | 'unmount'
  | 'writeFiles'
  | 'writeOn'
  | 'verifyFiles'
  | 'growFilesystem'
  | 'checkFilesystem'
> {
  const { host, device, target } = parts;
  const mountPoint = mountPointOf(parts);
  const mount = async (): Promise<void> => {
    await must(parts, changing('mount', [device, mountPoint]));
  };
  const unmount = async (): Promise<void> => {
    await must(parts, changing('umount', [mountPoint]));
  };
  const files = [1, 2, 3].map((number) => ({
    name: `f${String(number)}`,
    checksum: `sum of ${device} ${String(number)}`,
  }));
  const verify = (): void => {
    const found = JSON.stringify(happen.readFiles(host.world, target));
    if (found !== JSON.stringify(files)) throw new Error(`${parts.name} has other files: ${found}`);
  };
  return {
    mount,
    unmount,
    mountElsewhere: () =>
      Promise.resolve(
        host.change((world) => {
          happen.mountDevice(world, device, mountPoint, 2);
          return happen.addProcess(world, { name: 'unshare', namespace: 2 }).pid;
        }),
      ),
    writeFiles() {
      host.change((world) => {
        happen.writeFiles(world, target, files);
      });
      return Promise.resolve();
    },
    writeOn: () => Promise.resolve(),
    async verifyFiles() {
      await mount();
      verify();
      await unmount();
    },
    growFilesystem: () => Promise.resolve(),
    checkFilesystem() {
      verify();
      return Promise.resolve();
    },
  };
}

function doDrive(
  parts: Parts,
): Pick<
  TestVolume,
  'stop' | 'start' | 'makeReadOnly' | 'markForRebuild' | 'suspend' | 'resume' | 'leaveName' | 'leaveDataUp'
> {
  const { host, target } = parts;
  const setState = (state: VdoImage['state']): Promise<void> => {
    if (findDm(host.world, target) !== undefined) throw new Error(`${parts.name} is running`);
    host.change(() => {
      imageOf(parts).state = state;
    });
    return Promise.resolve();
  };
  return {
    async start() {
      for (const command of [...parts.toStart, settle]) await must(parts, command);
    },
    async stop() {
      for (const command of [settle, ...parts.toStop]) await must(parts, command);
    },
    makeReadOnly: () => setState('read-only'),
    markForRebuild: () => setState('force-rebuild'),
    suspend: () => must(parts, changing('dmsetup', ['suspend', target])),
    resume: () => must(parts, changing('dmsetup', ['resume', target])),
    leaveName() {
      host.change((world) => {
        delete addDm(world, target, '0 8 zero').live;
      });
      return Promise.resolve();
    },
    async leaveDataUp() {
      await must(parts, changing('lvchange', ['-y', '-ay', `${parts.name}_vdata`]));
    },
  };
}

function doHold(
  parts: Parts,
): Pick<TestVolume, 'holdWithDevice' | 'holdWithProcess' | 'holdStorageWithDevice' | 'release'> {
  const { host, device, below } = parts;
  const pids: number[] = [];
  const holders: string[] = [];
  const holdWith = (name: string, under: string): Promise<string> => {
    host.change((world) => addLayer(world, name, under));
    holders.push(name);
    return Promise.resolve(name);
  };
  return {
    holdWithDevice: () => holdWith(`on-${below}`, device),
    holdStorageWithDevice: () => holdWith(`beside-${below}`, `/dev/mapper/${below}`),
    holdWithProcess() {
      const { pid } = host.change((world) => happen.addProcess(world, { name: 'sleep', opens: [device] }));
      pids.push(pid);
      return Promise.resolve(pid);
    },
    async release() {
      host.change((world) => {
        for (const pid of pids.splice(0)) happen.endProcess(world, pid);
        world.processes = world.processes.filter(({ namespace }) => namespace === 1);
        world.mounts = world.mounts.filter(({ namespace }) => namespace === 1);
      });
      for (const name of holders.splice(0))
        await must(parts, changing('dmsetup', ['remove', '--retry', name]));
    },
  };
}

function doAsk(
  parts: Parts,
): Pick<TestVolume, 'readOnlyRecoveries' | 'completedRecoveries' | 'mode' | 'diskState'> {
  const count = async (what: string): Promise<number> => {
    const text = await ask(parts, looking('vdostats', ['--verbose', parts.target]));
    return Number(new RegExp(`${what} recovery count +: (\\d+)`).exec(text)?.[1]);
  };
  return {
    readOnlyRecoveries: () => count('read-only'),
    completedRecoveries: () => count('completed'),
    async mode() {
      if (findDm(parts.host.world, parts.target)?.suspended === true) return undefined;
      const { stdout } = await parts.host.run(looking('dmsetup', ['status', parts.target]));
      return / vdo \S+ (\S+) /.exec(stdout)?.[1];
    },
    diskState: () => Promise.resolve(imageOf(parts).state),
  };
}
