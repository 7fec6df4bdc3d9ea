import { addDm, format } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { changing } from '../../src/model/command.ts';
import { sectorBytes } from '../../src/model/disk.ts';
import { addLayer } from '../simulated/levers.ts';
import { diskBytes, imageOf, must, setSpeed, type Parts } from './simulated-parts.ts';
import type { TestVolume } from './world.ts';

/** The operations on the storage beneath a simulated volume. */
export function doStorage(
  parts: Parts,
): Pick<
  TestVolume,
  | 'attachStorage'
  | 'detachStorage'
  | 'slowStorage'
  | 'failStorage'
  | 'mendStorage'
  | 'suspendStorage'
  | 'resumeStorage'
  | 'shrinkStorage'
  | 'wipeStorage'
  | 'formatAgain'
  | 'layerOverStorage'
  | 'cloneStorage'
> {
  const { host, disk, below, place } = parts;
  const whole = diskBytes / sectorBytes;
  const linear = (sectors: number): string => `0 ${String(sectors)} linear /dev/${disk} 0`;
  const swap = async (table: string): Promise<void> => {
    await must(parts, changing('dmsetup', ['reload', below, '--table', table]));
    await must(parts, changing('dmsetup', ['resume', below]));
  };
  const setDelay = async (delayMs: number): Promise<void> => {
    await swap(`0 ${String(whole)} delay /dev/${disk} 0 ${String(delayMs)}`);
    setSpeed(parts, delayMs);
  };
  const addOver = (name: string, under: string): string => {
    const offset = String(place.atBytes / sectorBytes);
    host.change((world) =>
      addDm(world, name, `0 ${String(parts.sizeBytes / sectorBytes)} linear /dev/${under} ${offset}`),
    );
    return `/dev/mapper/${name}`;
  };
  return {
    async attachStorage(delayMs = 0) {
      host.change((world) => addLayer(world, below, `/dev/${disk}`));
      await setDelay(delayMs);
    },
    async detachStorage() {
      await must(parts, changing('dmsetup', ['remove', '--retry', below]));
    },
    slowStorage: setDelay,
    failStorage: () => swap(`0 ${String(whole)} error`),
    async mendStorage() {
      await swap(linear(whole));
      setSpeed(parts, 0);
    },
    suspendStorage: () => must(parts, changing('dmsetup', ['suspend', '--noflush', '--nolockfs', below])),
    resumeStorage: () => must(parts, changing('dmsetup', ['resume', below])),
    shrinkStorage: () => swap(linear(whole / 2)),
    wipeStorage() {
      host.change((world) => {
        happen.wipeFirstBlocks(world, disk);
      });
      return Promise.resolve();
    },
    formatAgain() {
      const { uuid, physicalBlocks, logicalBlocks } = imageOf(parts);
      const other = `${uuid.slice(0, -4)}0000`;
      host.change((world) =>
        format(world, `/dev/mapper/${below}`, { uuid: other, nonce: '7', physicalBlocks, logicalBlocks }),
      );
      return Promise.resolve();
    },
    layerOverStorage: () => Promise.resolve(addOver(`${below}-again`, disk)),
    cloneStorage() {
      const clone = `vd${String.fromCodePoint((disk.codePointAt(2) ?? 0) + 12)}`;
      host.change((world) => happen.cloneDisk(world, disk, clone));
      return Promise.resolve(addOver(`${below}-clone`, clone));
    },
  };
}
