import { writeOldGeometry, type GeometryVersion } from './geometry.ts';
import type { Machine } from './machine.ts';
import type { LabVolume, Place } from './volume.ts';

export interface DmVolumeOptions {
  readonly name: string;
  /** Path of the device that the volume lies on. */
  readonly storage: string;
  readonly logicalMib?: number;
  /** Default: 5.0. */
  readonly geometry?: GeometryVersion;
}

/** A VDO on the kernel's target alone, without LVM or the manager. */
export class DmVolume implements LabVolume {
  readonly stack = 'dm';
  readonly name: string;
  readonly target: string;
  readonly device: string;
  readonly storage: string;
  readonly #machine: Machine;
  readonly #logicalMib: number;
  readonly #geometry: GeometryVersion;

  constructor(machine: Machine, options: DmVolumeOptions) {
    this.#machine = machine;
    this.name = options.name;
    this.target = options.name;
    this.device = `/dev/mapper/${options.name}`;
    this.storage = options.storage;
    this.#logicalMib = options.logicalMib ?? 20 * 1024;
    this.#geometry = options.geometry ?? '5.0';
  }

  async format(): Promise<void> {
    // Small slabs: a recovery counts its progress in slabs.
    await this.#machine.run([
      'vdoformat',
      '--force',
      '--slab-bits=13',
      `--logical-size=${String(this.#logicalMib)}M`,
      this.storage,
    ]);
    if (this.#geometry === '4.0') await writeOldGeometry(this.#machine, await this.findPlace());
  }

  async formatAndStart(): Promise<void> {
    await this.format();
    await this.start();
  }

  async start(): Promise<void> {
    await this.#machine.run(await this.makeCreateCommand(), { timeoutMs: 300_000 });
    await this.#machine.run(['udevadm', 'settle']);
  }

  async makeCreateCommand(): Promise<string[]> {
    const sectors = Number(await this.#machine.run(['blockdev', '--getsz', this.storage]));
    const table = `0 ${String(this.#logicalMib * 2048)} vdo V4 ${this.storage} ${String(Math.floor(sectors / 8))} 4096 32768 16380`;
    return ['dmsetup', 'create', this.name, '--table', table];
  }

  async stop(): Promise<void> {
    await this.#machine.run(['udevadm', 'settle']);
    await this.#machine.run(['dmsetup', 'remove', '--retry', this.name]);
  }

  async makeReadOnly(): Promise<void> {
    await this.#machine.run(['vdoreadonly', this.storage]);
  }

  async markForRebuild(): Promise<void> {
    await this.#machine.run(['vdoforcerebuild', this.storage]);
  }

  async findPlace(): Promise<Place> {
    const sectors = Number(await this.#machine.run(['blockdev', '--getsz', this.storage]));
    return { device: this.storage, firstSector: 0, sectors };
  }
}
