/** The version that the kernel's vdo target tells of itself: which generation of VDO runs. */
export interface TargetVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

function isFrom(version: TargetVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

/**
 * Whether it answers the message `stats`. One that does not must never be sent it: kvdo 6.2 takes one message at a time,
 * one that it does not know holds the place, and the next, somebody else's, is refused.
 */
export function answersStats(version: TargetVersion): boolean {
  return isFrom(version, 8, 1);
}

/** Whether it answers the message `config`: since Linux 6.9. */
export function answersConfig(version: TargetVersion): boolean {
  return isFrom(version, 9, 1);
}

/** Whether it takes tables of version 4. Those before take 2 at the most; all take the older ones. */
export function takesV4(version: TargetVersion): boolean {
  return isFrom(version, 8, 1);
}
