/**
 * The scenarios that decide what lands: one for each promise that only a real kernel can prove, few enough for the time
 * that there is. Without `--core` all of them are played.
 */
export const coreScenarios: readonly string[] = [
  'dm: a crashed volume: status says that it will recover, recover brings it back with its files',
  'lvm: a crashed volume: status says that it will recover, recover brings it back with its files',
  'dm: running read-only, and its disk says so too: 6, then 10, then rebuilt with its files',
  'lvm: running read-only, and its disk says so too: 6, then 10, then rebuilt with its files',
  'dm: --force-rebuild of a volume that is normal rebuilds nothing, running or stopped',
  'dm: the storage failed for a while: a plain restart recovers it, after a confirmation',
  'lvm: the storage failed for a while: a plain restart recovers it, after a confirmation',
  'dm: the device beneath is suspended: list and status answer within 3 s and name it, nothing else is begun',
  'lvm: the device beneath is suspended: list and status answer within 3 s and name it, nothing else is begun',
  'dm: stop of a volume that is mounted is refused, and says by what',
  'dm: the first block of the storage is wiped: start and recover are refused with 8',
  'dm: storage that a running volume uses through another layer is refused: never two on one storage',
  'dm: a clone of a running volume is refused, and may run when that is stopped',
  'dm: the storage starts failing during a recovery: recover ends with 6, and does not hang',
  'dm: recover --timeout 1s exits 5, and the recovery goes on',
  'dm: stop right after use works the first time',
  'dm: lifecycle: made, grown both ways, set, restarted, removed and made again, each as its plan says',
  'lvm: lifecycle: made, grown both ways, set, restarted, removed and made again, each as its plan says',
  'dm: create, killed with its command right after the target appeared: named, refused, cleaned up, made again',
  'lvm: recover --force-rebuild, the machine reset right after the order: named after the boot, cleaned up',
];
