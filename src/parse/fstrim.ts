/**
 * The bytes that `fstrim --verbose` says it trimmed: `/mnt: 17.2 GiB (18474246144 bytes) trimmed`. They are what the
 * filesystem does not use, whether it held anything or not. Undefined if it does not say.
 */
export function readTrimmedBytes(stdout: string): number | undefined {
  const bytes = /\((\d+) bytes\) trimmed\s*$/.exec(stdout)?.[1];
  return bytes === undefined ? undefined : Number(bytes);
}
