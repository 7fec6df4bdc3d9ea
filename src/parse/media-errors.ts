/** A line in which the kernel says that a disk did not do what it was asked to. */
export interface DiskErrorLine {
  /** `medium`: the disk itself says that it cannot read or write there; `other`: it or the way to it failed. */
  readonly kind: 'medium' | 'other';
  /** The kernel's name of the whole disk: `sdb`. */
  readonly disk: string;
  /** From the beginning of the whole disk, in units of 512 bytes. */
  readonly sector: number;
  /** `READ`, `WRITE`; undefined before Linux 4.20. */
  readonly operation: string | undefined;
  /** Without its time stamp. */
  readonly line: string;
}

/** As `blk_print_req_error` of the kernel prints it (block/blk-mq.c), since Linux 2.6. */
const errorLine =
  /^(?:\[[^\]\n]*\] )?(.*?\b(critical medium|protection|I\/O|timeout) error, dev ([^\s,]+), sector (\d+)(?: op 0x[0-9a-f]+:\(([A-Z_]+)\))?.*)$/gm;

/** The errors of disks in the output of dmesg, oldest first. */
export function findDiskErrors(text: string): DiskErrorLine[] {
  return Array.from(text.matchAll(errorLine), ([, line = '', what, disk = '', sector, operation]) => ({
    kind: what === 'critical medium' ? 'medium' : 'other',
    disk,
    sector: Number(sector),
    operation,
    line,
  }));
}
