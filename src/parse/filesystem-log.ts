/**
 * What the kernel log says of a mounted filesystem. `failed`: the kernel gave it up; `line` says so, without its time.
 * `nothing`: its mount is in the log, and nothing bad since. `silent`: the log, which is a ring, does not reach back to
 * the mount, so it proves nothing.
 */
export type FilesystemLog =
  { readonly said: 'failed'; readonly line: string } | { readonly said: 'nothing' | 'silent' };

/** Each begins the life of a filesystem on a device: what was said before concerns another mount. */
const beginnings: readonly RegExp[] = [
  /^EXT4-fs .*: mounted filesystem/,
  /^XFS .*: (?:Mounting|Ending clean)/,
];

/**
 * How the kernel says that a filesystem takes no writes any more, whatever `/proc/mounts` says.
 * Sources: fs/jbd2/journal.c, fs/ext4/super.c, fs/xfs/xfs_fsops.c (xfs_do_force_shutdown).
 */
const ends: readonly RegExp[] = [
  /^Aborting journal on device /,
  /^JBD2: I\/O error when updating journal superblock /,
  /^EXT4-fs error .*Detected aborted journal/,
  /^EXT4-fs .*: Remounting filesystem read-only/,
  /^EXT4-fs .*: shut down requested/,
  /^XFS .*: Filesystem has been shut down/,
  /^XFS .*: .*[Ss]hutting down filesystem/,
];

/**
 * Whether the kernel gave up the filesystem on a device since it was mounted last.
 *
 * @param text what dmesg prints
 * @param kernelName the device's: `dm-1`
 */
export function readFilesystemLog(text: string, kernelName: string): FilesystemLog {
  // jbd2 names the inode of the journal, too: `dm-1-8`.
  const isAbout = new RegExp(`(?:\\(|device |for )${kernelName}(?:-\\d+)?[).: ]`);
  let found: FilesystemLog = { said: 'silent' };
  for (const whole of text.split('\n')) {
    const line = whole.replace(/^\[[^\]]*\] /, '');
    if (!isAbout.test(line)) continue;
    if (beginnings.some((each) => each.test(line))) found = { said: 'nothing' };
    else if (found.said !== 'failed' && ends.some((each) => each.test(line)))
      found = { said: 'failed', line };
  }
  return found;
}
