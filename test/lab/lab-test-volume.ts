import type { Delayed, TestVolume } from '../scenarios/world.ts';
import type { DmVolume } from './dm-volume.ts';
import { LabError } from './errors.ts';
import { makeFilesystem, mountDevice, unmount, verifyFiles, writeFiles } from './files.ts';
import { Holders } from './holders.ts';
import type { LvmVolume } from './lvm-volume.ts';
import type { Machine } from './machine.ts';
import type { DiskWrites, Storage } from './storage.ts';
import { findSuperBlock, readDiskState, readMode, type Place } from './volume.ts';
import { pollUntil } from './wait.ts';

/** Enough data that a recovery on a delayed disk goes through many slabs. */
const UNSYNCED_MIB = 160;
/** LVM's slabs are four times as large as the lab's, and therefore fewer: each must take longer. */
const SLOWER = { dm: 1, lvm: 3 } as const;

export interface LabTestVolumeParts {
  readonly machine: Machine;
  readonly storage: Storage;
  readonly volume: DmVolume | LvmVolume;
  /** Returns a disk of the machine that is still free. */
  readonly takeDisk: () => string;
}

/** A volume of a scenario on a real kernel. */
export class LabTestVolume implements TestVolume {
  readonly stack: 'dm' | 'lvm';
  readonly name: string;
  readonly target: string;
  readonly storage: string;
  readonly device: string;
  readonly mountPoint: string;
  readonly #machine: Machine;
  readonly #storage: Storage;
  readonly #volume: DmVolume | LvmVolume;
  readonly #holders: Holders;
  readonly #takeDisk: () => string;

  constructor({ machine, storage, volume, takeDisk }: LabTestVolumeParts) {
    this.#machine = machine;
    this.#storage = storage;
    this.#volume = volume;
    this.#takeDisk = takeDisk;
    this.#holders = new Holders(machine);
    this.stack = volume.stack;
    this.name = volume.name;
    this.target = volume.target;
    this.storage = storage.path;
    this.device = volume.device;
    this.mountPoint = `/mnt/${volume.target}`;
  }

  async make(): Promise<void> {
    await this.#storage.create();
    await this.#volume.formatAndStart();
    await this.makeFilesystem();
  }

  async makeFilesystem(): Promise<void> {
    await makeFilesystem(this.#machine, 'ext4', this.device);
  }

  async growFilesystem(): Promise<void> {
    await this.#machine.run(['resize2fs', this.device]);
  }

  async mount(): Promise<void> {
    await mountDevice(this.#machine, this.device, this.mountPoint);
  }

  async mountElsewhere(): Promise<number> {
    return this.#holders.mountElsewhere(this.device, this.mountPoint);
  }

  async unmount(): Promise<void> {
    await unmount(this.#machine, this.mountPoint);
  }

  async writeFiles(): Promise<void> {
    await writeFiles(this.#machine, { directory: this.#files, count: 4, mibEach: 1 });
  }

  async writeOn(): Promise<void> {
    const path = `${this.mountPoint}/unsynced`;
    const write = ['dd', 'if=/dev/urandom', `of=${path}`, 'bs=1M', 'oflag=direct', 'status=none'];
    const child = this.#machine.start(write);
    await pollUntil(
      async () => {
        const { stdout } = await this.#machine.exec(['stat', '-c', '%s', path]);
        return Number(stdout) >= UNSYNCED_MIB * 2 ** 20 && child.running ? true : undefined;
      },
      {
        timeoutMs: 120_000,
        makeError: () => new LabError(`${path} does not grow: ${child.output().stderr}`),
      },
    );
  }

  async verifyFiles(): Promise<void> {
    await this.mount();
    await verifyFiles(this.#machine, this.#files);
    await this.unmount();
  }

  async checkFilesystem(): Promise<void> {
    await this.#machine.run(['e2fsck', '-fn', this.device]);
  }

  async stop(): Promise<void> {
    await this.#volume.stop();
  }

  async start(): Promise<void> {
    await this.#volume.start();
  }

  async makeReadOnly(): Promise<void> {
    await this.#volume.makeReadOnly();
  }

  async markForRebuild(): Promise<void> {
    await this.#volume.markForRebuild();
  }

  async suspend(): Promise<void> {
    await this.#machine.run(['dmsetup', 'suspend', this.target]);
  }

  async resume(): Promise<void> {
    await this.#machine.run(['dmsetup', 'resume', this.target]);
  }

  async leaveName(): Promise<void> {
    await this.#machine.run(['dmsetup', 'create', this.target, '--notable']);
  }

  async leaveDataUp(): Promise<void> {
    await this.#requireLvm().putDataUp();
  }

  async attachStorage(delayMs = 0, delayed?: Delayed): Promise<void> {
    await this.#storage.create();
    if (delayMs > 0) await this.slowStorage(delayMs, delayed);
  }

  async detachStorage(): Promise<void> {
    await this.#storage.remove();
  }

  async slowStorage(delayMs: number, delayed?: Delayed): Promise<void> {
    await this.#storage.setDelay(delayMs * SLOWER[this.stack], delayed);
  }

  async failStorage(): Promise<void> {
    await this.#storage.fail();
  }

  async mendStorage(): Promise<void> {
    await this.#storage.mend();
  }

  async suspendStorage(): Promise<void> {
    await this.#storage.suspend();
  }

  async resumeStorage(): Promise<void> {
    await this.#storage.resume();
  }

  async shrinkStorage(): Promise<void> {
    await this.#storage.resize(4096);
  }

  async wipeStorage(): Promise<void> {
    const { device, firstSector } = await this.#volume.findPlace();
    const place = [`of=${device}`, 'bs=4096', `seek=${String(firstSector / 8)}`, 'count=1', 'oflag=direct'];
    await this.#machine.run(['dd', 'if=/dev/zero', ...place, 'status=none']);
  }

  /** Equal counts before and after mean that not a byte of the storage beneath was written in between. */
  async countWrites(): Promise<DiskWrites> {
    return this.#storage.countWrites();
  }

  async findPlace(): Promise<Place> {
    return this.#volume.findPlace();
  }

  async formatAgain(): Promise<void> {
    await this.#volume.format();
  }

  async layerOverStorage(): Promise<string> {
    const place = await this.#volume.findPlace();
    return `/dev/mapper/${await this.#holders.stack(`${this.#label}-layer`, place.device, place)}`;
  }

  async cloneStorage(): Promise<string> {
    const place = await this.#volume.findPlace();
    const superBlock = await findSuperBlock(this.#machine, place);
    const disk = `/dev/disk/by-id/virtio-${this.#takeDisk()}`;
    for (const block of [0, superBlock]) {
      const from = [`if=${place.device}`, `skip=${String(place.firstSector / 8 + block)}`, 'iflag=direct'];
      const to = [`of=${disk}`, `seek=${String(block)}`, 'oflag=direct'];
      await this.#machine.run(['dd', ...from, ...to, 'bs=4096', 'count=256', 'status=none']);
    }
    const { sectors } = place;
    return `/dev/mapper/${await this.#holders.stack(`${this.#label}-clone`, disk, { sectors })}`;
  }

  async holdWithDevice(): Promise<string> {
    return this.#holders.stack(`${this.#label}-holder`, this.device);
  }

  async holdWithProcess(): Promise<number> {
    return this.#holders.open(this.device);
  }

  async holdStorageWithDevice(): Promise<string> {
    return this.#holders.stack(`${this.#label}-below`, this.storage);
  }

  async release(): Promise<void> {
    await this.#holders.release();
  }

  async readOnlyRecoveries(): Promise<number> {
    return this.#readCounter('read-only recovery count');
  }

  async completedRecoveries(): Promise<number> {
    return this.#readCounter('completed recovery count');
  }

  async mode(): Promise<string | undefined> {
    if (await this.#isSuspended(this.target)) return undefined;
    return readMode(this.#machine, this.target);
  }

  async diskState(): Promise<string> {
    return readDiskState(this.#machine, await this.#volume.findPlace());
  }

  /** A power cut ends every holder: nothing is left to release. */
  forgetHolders(): void {
    this.#holders.forget();
  }

  /** The disk state for a snapshot: it must neither hang nor fail. */
  async describeDisk(): Promise<string> {
    if (await this.#isSuspended(this.storage)) return 'suspended';
    return this.diskState().catch(() => 'unreadable');
  }

  get #files(): string {
    return `${this.mountPoint}/files`;
  }

  /** Part of the names of devices around the volume; it must not hold a slash. */
  get #label(): string {
    return this.target;
  }

  async #isSuspended(device: string): Promise<boolean> {
    const info = ['dmsetup', 'info', '-c', '--noheadings', '-o', 'suspended', device];
    return (await this.#machine.exec(info)).stdout.trim() === 'Suspended';
  }

  async #readCounter(key: string): Promise<number> {
    const text = await this.#machine.run(['vdostats', '--verbose', this.target]);
    const line = text.split('\n').find((each) => each.split(':')[0]?.trim() === key);
    if (line === undefined) throw new LabError(`vdostats says no ${key}:\n${text}`);
    return Number(line.split(':')[1]);
  }

  #requireLvm(): LvmVolume {
    if (this.#volume.stack === 'lvm') return this.#volume;
    throw new LabError(`${this.name} is no pool`);
  }
}
