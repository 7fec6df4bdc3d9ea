import { looking, type PlannedCommand } from '../../model/command.ts';

/** How each filesystem is checked without a write; the device follows. Sources: e2fsck(8), xfs_repair(8), btrfs-check(8). */
const checks = {
  ext2: ['e2fsck', '-fn'],
  ext3: ['e2fsck', '-fn'],
  ext4: ['e2fsck', '-fn'],
  xfs: ['xfs_repair', '-n'],
  btrfs: ['btrfs', 'check', '--readonly'],
} as const satisfies Readonly<Record<string, readonly [program: string, ...words: string[]]>>;

/** A type of filesystem that can be checked without a write. */
export type Checkable = keyof typeof checks;

export const isCheckable = (type: string): type is Checkable => Object.hasOwn(checks, type);

export const checkPrograms: readonly string[] = Object.values(checks).map(([program]) => program);

/**
 * Checks a filesystem and writes nothing. Its journal has to be replayed before: a check without that finds damage that
 * is none.
 */
export function checkCommand(type: Checkable, device: string, limitMs: number): PlannedCommand {
  const [program, ...words] = checks[type];
  return looking(program, [...words, device], limitMs);
}
