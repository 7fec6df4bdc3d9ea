import type { DeviceOptions } from '../scenarios/world.ts';
import type { Machine } from './machine.ts';
import { Storage } from './storage.ts';

const usualBytes = 6 * 1024 ** 3;

/** Writes a partition table with one partition, from the first MiB on, and the boot signature at its end. */
const partitionTable = `
  printf '\\000\\000\\000\\000\\203\\000\\000\\000\\000\\010\\000\\000\\000\\000\\040\\000' |
    dd of="$1" bs=1 seek=446 conv=notrunc,fsync status=none
  printf '\\125\\252' | dd of="$1" bs=1 seek=510 conv=notrunc,fsync status=none`;

const makers: Readonly<Record<NonNullable<DeviceOptions['holds']>, readonly string[] | undefined>> = {
  nothing: undefined,
  ext4: ['mke2fs', '-q', '-F', '-t', 'ext4'],
  vdo: ['vdoformat'],
  'partition-table': ['sh', '-c', partitionTable, 'sh'],
};

/** A device without a volume: a piece of a disk, so that it can grow. */
export class SpareDevice {
  readonly storage: Storage;
  readonly #machine: Machine;
  readonly #holds: NonNullable<DeviceOptions['holds']>;

  constructor(machine: Machine, disk: string, { sizeBytes = usualBytes, holds = 'nothing' }: DeviceOptions) {
    this.#machine = machine;
    this.#holds = holds;
    const name = `spare${disk.replace('disk', '')}`;
    this.storage = new Storage(machine, { name, disk, mib: Math.floor(sizeBytes / 2 ** 20) });
  }

  get path(): string {
    return this.storage.path;
  }

  async make(): Promise<void> {
    await this.storage.create();
    const maker = makers[this.#holds];
    if (maker === undefined) return;
    await this.#machine.run([...maker, this.path]);
    await this.#machine.run(['udevadm', 'settle']);
  }
}
