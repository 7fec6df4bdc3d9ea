import type { Delayed } from '../scenarios/world.ts';
import type { Machine } from './machine.ts';

const SECTORS_PER_MIB = 2048;
/** The offset hides the storage's signature from the disk below: LVM would see it twice. */
const OFFSET_SECTORS = SECTORS_PER_MIB;

export interface StorageOptions {
  readonly name: string;
  /** `disk1`, `disk2`, … of the machine. */
  readonly disk: string;
  /** Less than the disk by at least one: the storage begins at the disk's second MiB. */
  readonly mib: number;
}

/** Counts as the kernel keeps them for a disk. */
export interface DiskWrites {
  readonly writtenSectors: number;
  readonly discardedSectors: number;
}

/**
 * A device-mapper device between a disk and a volume; it can be made slow, failing or hanging while the volume runs. A
 * reset removes it: `create` it again.
 */
export class Storage {
  readonly path: string;
  readonly #machine: Machine;
  readonly #options: StorageOptions;
  #sectors: number;

  constructor(machine: Machine, options: StorageOptions) {
    this.#machine = machine;
    this.#options = options;
    this.path = `/dev/mapper/${options.name}`;
    this.#sectors = options.mib * SECTORS_PER_MIB;
  }

  get #disk(): string {
    return `/dev/disk/by-id/virtio-${this.#options.disk}`;
  }

  async create(): Promise<void> {
    await this.#machine.run(['dmsetup', 'create', this.#options.name, '--table', this.#describeLinear()]);
    await this.#machine.run(['udevadm', 'settle']);
  }

  /** Set the delay last: udev takes seconds to probe a device that is slow to read. */
  async setDelay(ms: number, delayed: Delayed = 'everything'): Promise<void> {
    const place = `${this.#disk} ${String(OFFSET_SECTORS)}`;
    const delays = delayed === 'everything' ? `${place} ${String(ms)}` : `${place} 0 ${place} ${String(ms)}`;
    await this.#swapTable(`0 ${String(this.#sectors)} delay ${delays}`);
  }

  /** Every request fails from now on, as on a disk that was pulled. */
  async fail(): Promise<void> {
    await this.#swapTable(`0 ${String(this.#sectors)} error`);
  }

  /** Makes the device fast and faultless again. */
  async mend(): Promise<void> {
    await this.#swapTable(this.#describeLinear());
  }

  /** Requests hang from now on. */
  async suspend(): Promise<void> {
    await this.#machine.run(['dmsetup', 'suspend', '--noflush', '--nolockfs', this.#options.name]);
  }

  async resume(): Promise<void> {
    await this.#machine.run(['dmsetup', 'resume', '--noudevsync', this.#options.name]);
  }

  async resize(mib: number): Promise<void> {
    this.#sectors = mib * SECTORS_PER_MIB;
    await this.mend();
  }

  async remove(): Promise<void> {
    await this.#machine.run(['udevadm', 'settle']);
    await this.#machine.run(['dmsetup', 'remove', '--retry', this.#options.name]);
  }

  /** What the disk beneath was asked to write and to discard since the boot; all of it is on the disk by now. */
  async countWrites(): Promise<DiskWrites> {
    const read = 'sync; cat "/sys/class/block/$(basename "$(readlink -f "$1")")/stat"';
    const text = await this.#machine.run(['sh', '-euc', read, 'count', this.#disk]);
    const fields = text.trim().split(/\s+/).map(Number);
    const [written = NaN, discarded = NaN] = [fields[6], fields[13]];
    return { writtenSectors: written, discardedSectors: discarded };
  }

  #describeLinear(): string {
    return `0 ${String(this.#sectors)} linear ${this.#disk} ${String(OFFSET_SECTORS)}`;
  }

  async #swapTable(table: string): Promise<void> {
    await this.#machine.run(['dmsetup', 'load', this.#options.name, '--table', table]);
    await this.suspend();
    await this.resume();
  }
}
