/**
 * What comes next for a volume that was just made.
 *
 * @param device the path of its device
 * @param options with which it is mounted at boot
 */
export function describeAfterCreate(device: string, options: readonly string[]): readonly string[] {
  return [
    `it is empty; make a filesystem, without discarding what holds nothing yet: mkfs.xfs -K ${device}, or mkfs.ext4 -E nodiscard ${device}`,
    `to have it mounted at boot, in /etc/fstab: ${device} MOUNTPOINT TYPE ${options.join(',')} 0 0`,
  ];
}
