/** A block device as `/sys/class/block` shows it. */
export interface BlockDevice {
  /** `dm-0`, `vda1` */
  readonly kernelName: string;
  /** `MAJOR:MINOR` */
  readonly deviceNumber: string;
  /** The name that a person knows: `/dev/mapper/slow`, `/dev/vdb`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Set for a device-mapper device. */
  readonly dm: { readonly name: string; readonly uuid: string; readonly suspended: boolean } | undefined;
  /** Kernel names of what it lies on (a partition lies on its disk). */
  readonly below: readonly string[];
  /** Kernel names of what lies on it. */
  readonly above: readonly string[];
}

/** Every block device of the host, by kernel name, with ways to walk the layers. */
export class BlockDevices {
  private readonly byKernelName: ReadonlyMap<string, BlockDevice>;
  private readonly byDmName: ReadonlyMap<string, BlockDevice>;
  private readonly byNumber: ReadonlyMap<string, BlockDevice>;

  constructor(devices: readonly BlockDevice[]) {
    this.byKernelName = new Map(devices.map((device) => [device.kernelName, device]));
    this.byDmName = new Map(
      devices.flatMap((device) => (device.dm ? [[device.dm.name, device] as const] : [])),
    );
    this.byNumber = new Map(devices.map((device) => [device.deviceNumber, device]));
  }

  all(): IterableIterator<BlockDevice> {
    return this.byKernelName.values();
  }

  get(kernelName: string): BlockDevice | undefined {
    return this.byKernelName.get(kernelName);
  }

  withDmName(dmName: string): BlockDevice | undefined {
    return this.byDmName.get(dmName);
  }

  withNumber(deviceNumber: string): BlockDevice | undefined {
    return this.byNumber.get(deviceNumber);
  }

  /** The device and everything it lies on, top first, each once. */
  downFrom(device: BlockDevice): BlockDevice[] {
    return this.walk(device, (each) => each.below);
  }

  /** Everything that lies on the device, directly or not; without the device itself. */
  upFrom(device: BlockDevice): BlockDevice[] {
    return this.walk(device, (each) => each.above).slice(1);
  }

  /** The devices at the very bottom, with nothing beneath them; the device itself if it lies on nothing. */
  disksUnder(device: BlockDevice): BlockDevice[] {
    return this.downFrom(device).filter((each) => each.below.length === 0);
  }

  /** The suspended devices among this one and those beneath it. While there is one, a read of this device hangs. */
  suspendedUnder(device: BlockDevice): BlockDevice[] {
    return this.downFrom(device).filter((each) => each.dm?.suspended === true);
  }

  /** Their device-mapper names: no other device can be suspended. */
  namesOfSuspendedUnder(device: BlockDevice): string[] {
    return this.suspendedUnder(device).flatMap(({ dm }) => dm?.name ?? []);
  }

  private walk(start: BlockDevice, next: (device: BlockDevice) => readonly string[]): BlockDevice[] {
    const seen = new Set<BlockDevice>([start]);
    for (const device of seen) {
      for (const kernelName of next(device)) {
        const neighbour = this.byKernelName.get(kernelName);
        if (neighbour !== undefined) seen.add(neighbour);
      }
    }
    return [...seen];
  }
}
