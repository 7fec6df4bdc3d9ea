/**
 * How many bytes rsync has copied so far, by a line of `--info=progress2`
 * (`     1,238,099  45%  146.38kB/s    0:00:08 (xfr#5, to-chk=169/396)`); undefined for any other line. Files that an
 * earlier call copied are not among them.
 */
export function readTransferredBytes(line: string): number | undefined {
  const match = /^\s*([0-9][0-9,]*)\s+[0-9]{1,3}%\s+[0-9.,]+[A-Za-z]*B\/s\s/.exec(line);
  return match === null ? undefined : Number((match[1] ?? '').replaceAll(',', ''));
}
