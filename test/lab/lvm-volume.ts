import type { Machine } from './machine.ts';
import { LabError } from './errors.ts';
import { writeOldGeometry, type GeometryVersion } from './geometry.ts';
import type { LabVolume, Place } from './volume.ts';

export interface LvmVolumeOptions {
  readonly group: string;
  readonly pool: string;
  readonly lv: string;
  /** Path of the device that becomes the physical volume of the group. */
  readonly storage: string;
  readonly virtualMib?: number;
  /** Default: 5.0. */
  readonly geometry?: GeometryVersion;
  /** Known places of pools' data, for a pool that is already stopped at a checkpoint. */
  readonly places?: Map<string, Place>;
}

/** A VDO pool of LVM with one logical volume in it. */
export class LvmVolume implements LabVolume {
  readonly stack = 'lvm';
  readonly name: string;
  readonly target: string;
  readonly device: string;
  readonly storage: string;
  readonly #machine: Machine;
  readonly #options: LvmVolumeOptions;
  readonly #places: Map<string, Place>;

  constructor(machine: Machine, options: LvmVolumeOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#places = options.places ?? new Map<string, Place>();
    this.name = `${options.group}/${options.pool}`;
    this.target = `${doubleDashes(options.group)}-${doubleDashes(options.pool)}-vpool`;
    this.device = `/dev/${options.group}/${options.lv}`;
    this.storage = options.storage;
  }

  async format(): Promise<void> {
    await this.formatAndStart();
    await this.stop();
  }

  async formatAndStart(): Promise<void> {
    const { group, pool, lv, virtualMib = 20 * 1024 } = this.#options;
    await this.#machine.run(['pvcreate', '-q', '-ff', '-y', this.storage]);
    await this.#machine.run(['vgcreate', '-q', group, this.storage]);
    const settings = 'allocation { vdo_slab_size_mb=128 vdo_use_compression=0 }';
    const size = ['-l', '100%FREE', '-V', `${String(virtualMib)}M`];
    await this.#machine.run([
      'lvcreate',
      '-y',
      '--config',
      settings,
      '--type',
      'vdo',
      '-n',
      lv,
      ...size,
      `${group}/${pool}`,
    ]);
    const place = await this.findPlace();
    if (this.#options.geometry !== '4.0') return;
    await this.stop();
    await writeOldGeometry(this.#machine, place);
    await this.start();
  }

  async start(): Promise<void> {
    await this.#machine.run(['lvchange', '-y', '-ay', `${this.#options.group}/${this.#options.lv}`], {
      timeoutMs: 300_000,
    });
    await this.#machine.run(['udevadm', 'settle']);
  }

  async stop(): Promise<void> {
    await this.#machine.run(['udevadm', 'settle']);
    await this.#machine.run(['vgchange', '-an', this.#options.group]);
  }

  async makeReadOnly(): Promise<void> {
    await this.#changeData('vdoreadonly');
  }

  async markForRebuild(): Promise<void> {
    await this.#changeData('vdoforcerebuild');
  }

  async findPlace(): Promise<Place> {
    const known = this.#places.get(this.name);
    if (known !== undefined) return known;
    const place = await this.#askForPlace();
    this.#places.set(this.name, place);
    return place;
  }

  async putDataUp(): Promise<void> {
    await this.#machine.run(['lvchange', '-y', '-ay', `${this.#options.group}/${this.#options.pool}_vdata`]);
  }

  /** Asked while the pool is active, then kept: nothing here moves the pool's data. */
  async #askForPlace(): Promise<Place> {
    const table = await this.#machine.run(['dmsetup', 'table', this.#dataDevice]);
    const found = /^0 (\d+) linear \S+ (\d+)\s*$/.exec(table);
    if (found === null) throw new LabError(`${this.#dataDevice} is not one piece of its storage: ${table}`);
    return { device: this.storage, sectors: Number(found[1]), firstSector: Number(found[2]) };
  }

  get #dataDevice(): string {
    return `${doubleDashes(this.#options.group)}-${doubleDashes(this.#options.pool)}_vdata`;
  }

  /** LVM activates the data LV read-only, whatever it is made of. Loading its own table once more makes it writable. */
  async #changeData(program: string): Promise<void> {
    const text = `
      lvchange -y -ay "$1"
      udevadm settle
      dmsetup table "$2" > /run/lab-table
      dmsetup reload "$2" /run/lab-table
      dmsetup resume "$2"
      "$3" "/dev/mapper/$2"
      udevadm settle
      lvchange -an "$1"`;
    const data = `${this.#options.group}/${this.#options.pool}_vdata`;
    await this.#machine.run([
      'bash',
      '-euo',
      'pipefail',
      '-c',
      text,
      'change',
      data,
      this.#dataDevice,
      program,
    ]);
  }
}

function doubleDashes(name: string): string {
  return name.replaceAll('-', '--');
}
