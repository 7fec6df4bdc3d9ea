import type { GeometryVersion } from './geometry.ts';
import type { KernelName } from './kernels.ts';

/** What a scenario is played on: the kernel, and the geometry of the volumes that the lab makes for it. */
export interface Setting {
  readonly kernel: KernelName;
  readonly geometry: GeometryVersion;
}

const stable: Setting = { kernel: 'stable', geometry: '5.0' };
const newest: Setting = { kernel: 'newest', geometry: '5.0' };

/**
 * The scenarios that decide what lands, and what each is played on: one for each promise that only a real kernel can
 * prove, few enough for the time that there is. Without `--core` all of them are played.
 */
export const coreScenarios: Readonly<Record<string, readonly Setting[]>> = {
  'dm: a crashed volume: status says that it will recover, recover brings it back with its files': [stable],
  'lvm: a crashed volume: status says that it will recover, recover brings it back with its files': [stable],
  'dm: running read-only, and its disk says so too: 6, then 10, then rebuilt with its files': [
    stable,
    newest,
  ],
  'lvm: running read-only, and its disk says so too: 6, then 10, then rebuilt with its files': [stable],
  'dm: --force-rebuild of a volume that is normal rebuilds nothing, running or stopped': [stable],
  'dm: the storage failed for a while: a plain restart recovers it, after a confirmation': [stable],
  'lvm: the storage failed for a while: a plain restart recovers it, after a confirmation': [stable],
  'dm: the device beneath is suspended: list and status answer within 3 s and name it, nothing else is begun':
    [stable],
  'lvm: the device beneath is suspended: list and status answer within 3 s and name it, nothing else is begun':
    [stable],
  'dm: stop of a volume that is mounted is refused, and says by what': [stable],
  'dm: the first block of the storage is wiped: start and recover are refused with 8': [stable],
  'dm: storage that a running volume uses through another layer is refused: never two on one storage': [
    stable,
  ],
  'dm: a clone of a running volume is refused, and may run when that is stopped': [stable],
  'dm: the storage starts failing during a recovery: recover ends with 6, and does not hang': [stable],
  'dm: recover --timeout 1s exits 5, and the recovery goes on': [stable],
  'dm: stop right after use works the first time': [stable],
  'dm: lifecycle: made, grown both ways, set, restarted, removed and made again, each as its plan says': [
    stable,
  ],
  'lvm: lifecycle: made, grown both ways, set, restarted, removed and made again, each as its plan says': [
    stable,
  ],
  'dm: create, killed with its command right after the target appeared: named, refused, cleaned up, made again':
    [stable],
  'lvm: recover --force-rebuild, the machine reset right after the order: named after the boot, cleaned up': [
    stable,
  ],
};
