/** The version that the kernel's vdo target reports: it tells which generation of VDO runs. */
export interface TargetVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

function isFrom(version: TargetVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

/**
 * Whether the target answers the message `stats`. Never send it to one that does not: kvdo 6.2 takes one message at a
 * time, an unknown message keeps the place, and the next message, somebody else's, is refused.
 */
export function answersStats(version: TargetVersion): boolean {
  return isFrom(version, 8, 1);
}

/** Whether the target answers the message `config`: since Linux 6.9. */
export function answersConfig(version: TargetVersion): boolean {
  return isFrom(version, 9, 1);
}

/** Whether the target takes tables of version 4. Earlier targets take 2 at most; all take the older versions. */
export function takesV4(version: TargetVersion): boolean {
  return isFrom(version, 8, 1);
}
