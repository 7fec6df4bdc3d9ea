/** Where the old name of a volume still stands. */
export interface OldNames {
  /** The devices that lines of `/etc/fstab` name. */
  readonly fstab: readonly string[];
  /** Whether a line of it requires the unit that starts the volume by its old name. */
  readonly requires: boolean;
  /** Units that are enabled. */
  readonly units: readonly string[];
  readonly to: string;
  /** The unit that starts the volume by its new name. */
  readonly unitOfNew: string;
}

/** What is to be changed by hand before the next boot, a sentence each. */
export function describeOldNames({ fstab, requires, units, to, unitOfNew }: OldNames): readonly string[] {
  return [
    ...fstab.map((source) => `before the next boot, change ${source} in /etc/fstab to /dev/mapper/${to}`),
    ...(requires ? [`before the next boot, let its line in /etc/fstab require ${unitOfNew}`] : []),
    ...units.map(
      (unit) =>
        `${unit} still has the old name: systemctl disable ${quote(unit)}, and enable that of ${to} instead`,
    ),
  ];
}

/** `systemd-escape` writes backslashes, which a shell takes away. */
function quote(unit: string): string {
  return unit.includes('\\') ? `'${unit}'` : unit;
}
