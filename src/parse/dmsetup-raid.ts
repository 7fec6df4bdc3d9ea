/** One line of `dmsetup status` for a target of type raid: dm-raid.rst, "Status Output". */
export interface RaidStatus {
  readonly dmName: string;
  /** `raid1`, `raid5_ls` */
  readonly type: string;
  readonly legs: number;
  /** How many of them have failed or are missing. */
  readonly failedLegs: number;
}

/** Every RAID in the output of `dmsetup status --target raid`. Lines of another form are left out. */
export function parseRaidStatus(output: string): RaidStatus[] {
  const lines = output.matchAll(/^([^\s:]+): \d+ \d+ raid (\S+) (\d+) ([-AaD]+) /gm);
  return Array.from(lines, ([, dmName = '', type = '', legs = '', health = '']) => ({
    dmName,
    type,
    legs: Number(legs),
    failedLegs: health.replaceAll(/[Aa]/g, '').length,
  }));
}
