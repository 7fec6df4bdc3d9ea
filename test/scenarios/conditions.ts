import { addDisk, addVolume, addRemembered } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { leaveCreateCutOff } from '../../src/simulator/programs/manager/arrange.ts';
import { addLayer } from '../simulated/levers.ts';
import { leaveGrowLogicalCutOff, leaveImportCutOff } from '../simulated/manager-levers.ts';
import type { SimulatorWorld } from './simulator-world.ts';
import type { TestVolume } from './world.ts';

const gibibyte = 1024 ** 3;

/** A condition that a volume can be found in. */
export interface Condition {
  readonly what: string;
  /** Default: all stacks. */
  readonly stacks?: readonly TestVolume['stack'][];
  readonly arrange: (volume: TestVolume, world: SimulatorWorld) => Promise<unknown>;
}

const ofDisk = ['dm', 'manager'] as const;

const used: readonly Condition[] = [
  { what: 'mounted', arrange: (volume) => volume.mount() },
  { what: 'mounted elsewhere', arrange: (volume) => volume.mountElsewhere() },
  { what: 'used as swap', arrange: (volume, { host }) => swap(host, volume.device) },
  { what: 'held by a device', arrange: (volume) => volume.holdWithDevice() },
  { what: 'held by a process', arrange: (volume) => volume.holdWithProcess() },
  {
    what: 'stopped, its storage held by a device',
    stacks: ofDisk,
    async arrange(volume) {
      await volume.stop();
      await volume.holdStorageWithDevice();
    },
  },
  {
    what: 'stopped, its storage mounted',
    stacks: ofDisk,
    async arrange(volume, { host }) {
      await volume.stop();
      host.change((world) => {
        happen.mountDevice(world, volume.storage, '/mnt');
      });
    },
  },
];

function swap(host: SimulatorWorld['host'], device: string): Promise<void> {
  host.change((world) => {
    happen.useAsSwap(world, device);
  });
  return Promise.resolve();
}

/** Stops the volume, then lets something happen to it. */
function stopped(
  what: string,
  arrange: Condition['arrange'],
  stacks: Condition['stacks'] = ['dm', 'lvm', 'manager'],
): Condition {
  return {
    what: `stopped, ${what}`,
    stacks,
    async arrange(volume, world) {
      await volume.stop();
      await arrange(volume, world);
    },
  };
}

const crashed: Condition = {
  what: 'crashed',
  async arrange(volume, world) {
    await world.cutPower();
    await volume.attachStorage();
  },
};

const onDisk: readonly Condition[] = [
  stopped('cleanly', () => Promise.resolve()),
  crashed,
  stopped('its disk says read-only', (volume) => volume.makeReadOnly()),
  stopped('a forced rebuild is ordered', async (volume) => {
    await volume.makeReadOnly();
    await volume.markForRebuild();
  }),
  stopped('then started read-only', async (volume) => {
    await volume.makeReadOnly();
    await volume.start();
  }),
  {
    what: 'read-only, its storage failing',
    async arrange(volume, world) {
      await volume.mount();
      await volume.writeOn();
      await volume.failStorage();
      await world.until('read-only', async () => (await volume.mode()) === 'read-only');
      await volume.release();
      await volume.unmount();
    },
  },
  {
    what: 'read-only in memory alone',
    async arrange(volume, world) {
      await volume.mount();
      await volume.writeOn();
      await volume.failStorage();
      await world.until('read-only', async () => (await volume.mode()) === 'read-only');
      await volume.mendStorage();
      await volume.release();
      await volume.unmount();
    },
  },
  {
    what: 'recovering',
    async arrange(volume, world) {
      await world.cutPower();
      await volume.attachStorage(400);
      await volume.start();
    },
  },
  stopped('its first block wiped', (volume) => volume.wipeStorage()),
  stopped('formatted again', (volume) => volume.formatAgain(), ['dm']),
];

const storage: readonly Condition[] = [
  { what: 'suspended', arrange: (volume) => volume.suspend() },
  { what: 'its storage suspended', arrange: (volume) => volume.suspendStorage() },
  stopped('its storage suspended', (volume) => volume.suspendStorage()),
  stopped('its storage gone', (volume) => volume.detachStorage()),
  stopped('its storage too small', (volume) => volume.shrinkStorage()),
  stopped('its storage failing', (volume) => volume.failStorage()),
  stopped('a name without a table left', (volume) => volume.leaveName(), ofDisk),
  stopped('its data up', (volume) => volume.leaveDataUp(), ['lvm']),
  {
    what: 'its storage known by another path, too',
    async arrange(volume, world) {
      const again = await volume.layerOverStorage();
      await world.vdoctl('adopt', 'twin', '--device', again);
    },
  },
  {
    what: 'a clone of it known, too',
    async arrange(volume, world) {
      const clone = await volume.cloneStorage();
      await world.vdoctl('adopt', 'twin', '--device', clone);
    },
  },
  stopped(
    'another device has its name',
    ({ target }, { host }) => {
      host.change((world) => {
        addDisk(world, { name: 'vdx', sizeBytes: 10 * gibibyte });
        addLayer(world, target, '/dev/vdx');
      });
      return Promise.resolve();
    },
    ofDisk,
  ),
];

const known: readonly Condition[] = [
  { what: 'running', arrange: () => Promise.resolve() },
  {
    what: 'what is remembered of it not understood',
    stacks: ['dm'],
    arrange(volume, { host }) {
      host.change(({ files }) => {
        for (const file of files) if (file.path.endsWith(`/${volume.name}.json`)) file.text = '{}';
      });
      return Promise.resolve();
    },
  },
  {
    what: 'remembered on a device that something else runs on',
    stacks: ['dm'],
    async arrange(volume, { host }) {
      await volume.stop();
      host.change((world) => {
        addRemembered(world, 'again', volume.storage);
      });
      await volume.start();
    },
  },
  {
    what: 'an operation on it cut off',
    async arrange({ name }, world) {
      await world.vdoctlKilled({ nth: 3, when: 'after' }, 'stop', name);
    },
  },
];

function managed(what: string, change: Parameters<SimulatorWorld['host']['change']>[0]): Condition {
  return {
    what,
    stacks: ['manager'],
    arrange(_volume, { host }) {
      host.change(change);
      return Promise.resolve();
    },
  };
}

const config = (from: RegExp, to: string) =>
  managed(`its entry has ${to}`, ({ files }) => {
    for (const file of files) if (file.path === '/etc/vdoconf.yml') file.text = file.text.replace(from, to);
  });

const ofManager: readonly Condition[] = [
  config(/activated: \w+/, 'activated: disabled'),
  config(/device: \S+/, 'device: /dev/vdz'),
  config(/logicalSize: \S+/, 'logicalSize: 99G'),
  config(/operationState: \w+/, 'operationState: beginImport'),
  managed('its entry is lost', (world) => {
    world.files = world.files.filter(({ path }) => path !== '/etc/vdoconf.yml');
  }),
  managed('a create of another was cut off', (world) => {
    addDisk(world, { name: 'vdx', sizeBytes: 10 * gibibyte });
    leaveCreateCutOff(world, 'half', '/dev/vdx', 'recorded');
  }),
  managed('a create of another was cut off behind its format', (world) => {
    addDisk(world, { name: 'vdx', sizeBytes: 10 * gibibyte });
    leaveCreateCutOff(world, 'half', '/dev/vdx', 'formatted');
  }),
  managed('an import of it was cut off', (world) => {
    addDisk(world, { name: 'vdx', sizeBytes: 10 * gibibyte });
    addVolume(world, 'lent', '/dev/vdx');
    happen.stopDevice(world, 'lent');
    leaveImportCutOff(world, 'half', '/dev/vdx', 'recorded');
  }),
  managed('its growth was cut off', (world) => {
    leaveGrowLogicalCutOff(world, 'my-vdo', 40 * gibibyte, 'recorded');
  }),
];

/** Every condition that the simulated host can bring a volume into, one at a time. */
export const conditions: readonly Condition[] = [...known, ...used, ...onDisk, ...storage, ...ofManager];
