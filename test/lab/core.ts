import type { GeometryVersion } from './geometry.ts';
import type { KernelName } from './kernels.ts';

/** What a scenario is played on: the kernel, and the geometry of the volumes that the lab makes for it. */
export interface Setting {
  readonly kernel: KernelName;
  readonly geometry: GeometryVersion;
}

const stable: Setting = { kernel: 'stable', geometry: '5.0' };
const newest: Setting = { kernel: 'newest', geometry: '5.0' };
const stableOld: Setting = { kernel: 'stable', geometry: '4.0' };
const newestOld: Setting = { kernel: 'newest', geometry: '4.0' };

/**
 * The scenarios that decide what lands: one for each promise that only a real kernel can prove, few enough for the time
 * there is. Without `--core` all scenarios are played.
 *
 * The most used operations are played on each stack and on each kernel, some with volumes as RHEL 7 and 8 formatted
 * them. What the kernels do alike is played on one of them, so that both machines take equally long.
 */
export const coreScenarios: Readonly<Record<string, readonly Setting[]>> = {
  'dm: a crashed volume: status says that it will recover, recover brings it back with its files': [
    newestOld,
  ],
  'lvm: a crashed volume: status says that it will recover, recover brings it back with its files': [
    stableOld,
  ],
  'dm: running read-only, and its disk says so too: 6, then 10, then rebuilt with its files': [stable],
  'lvm: running read-only, and its disk says so too: 6, then 10, then rebuilt with its files': [newest],
  'dm: create, killed with its command right after the target appeared: named, refused, cleaned up, made again':
    [newest],
  'lvm: create, killed with its command right after the pool appeared: named, refused, cleaned up, made again':
    [stable],
  'lvm: the first block is wiped, where the kernel formats what begins so: nothing starts it, no byte is written, and it is repaired with its files':
    [newest],
  'dm: lifecycle: made, grown both ways, set, restarted, removed and made again, each as its plan says': [
    stable,
  ],
  'lvm: lifecycle: made, grown both ways, set, restarted, removed and made again, each as its plan says': [
    stable,
  ],
  'lvm: the storage failed for a while: a plain restart recovers it, after a confirmation': [stable],
  'dm: the device beneath is suspended: list and status answer within 3 s and name it, nothing else is begun':
    [stable],
  'dm: salvage of ext4: to a directory and to an image that mounts, killed halfway and gone on with, and around what fails to read':
    [stable],
  'dm: stop of a volume that is mounted is refused, and says by what': [newest],
  'dm: storage that a running volume uses through another layer is refused: never two on one storage': [
    newest,
  ],
  'dm: the storage starts failing during a recovery: recover ends with 6, and does not hang': [newest],
  'dm: stop right after use works the first time': [stable],
  'lvm: recover --force-rebuild, the machine reset right after the order: named after the boot, cleaned up': [
    stable,
  ],
};
