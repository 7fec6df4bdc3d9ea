import { describe, expect, test } from 'vitest';
import { readFilesystemLog } from '../../src/parse/filesystem-log.ts';

/** As Linux 6.12 printed it when a volume ran full beneath ext4. */
const aborted = `[    6.685386] EXT4-fs (vda): mounted filesystem fc93d989-7c34-4e31-8d1a-6e307deeb2d2 r/w with ordered data mode. Quota mode: none.
[   71.338501] EXT4-fs (dm-1): mounted filesystem 02b4ff1d-9098-48f5-aefe-205e6cdb5e84 r/w with ordered data mode. Quota mode: none.
[  551.336549] EXT4-fs warning (device dm-1): ext4_end_bio:353: I/O error 3 writing to inode 131157 starting block 391167)
[  551.340268] EXT4-fs (dm-1): failed to convert unwritten extents to written extents -- potential data loss!  (inode 131157, error -5)
[  553.980422] JBD2: I/O error when updating journal superblock for dm-1-8.
[  554.152635] EXT4-fs error (device dm-1): ext4_journal_check_start:84: comm mkdir: Detected aborted journal
[  554.156549] EXT4-fs (dm-1): I/O error while writing superblock
[  554.156977] EXT4-fs (dm-1): Remounting filesystem read-only
`;

describe('the kernel log tells whether it gave a filesystem up', () => {
  test('the first line that says so is told', () => {
    expect(readFilesystemLog(aborted, 'dm-1')).toEqual({
      said: 'failed',
      line: 'JBD2: I/O error when updating journal superblock for dm-1-8.',
    });
  });

  test('of other devices it says nothing, whatever their names begin with', () => {
    expect(readFilesystemLog(aborted, 'vda')).toEqual({ said: 'nothing' });
    expect(readFilesystemLog(aborted, 'dm-11')).toEqual({ said: 'silent' });
    expect(readFilesystemLog(aborted.replaceAll('dm-1', 'dm-12'), 'dm-1')).toEqual({ said: 'silent' });
  });

  test('what was said before the last mount concerns an earlier one', () => {
    const again = `${aborted}[  900.000000] EXT4-fs (dm-1): mounted filesystem 02b4 r/w with ordered data mode.\n`;
    expect(readFilesystemLog(again, 'dm-1')).toEqual({ said: 'nothing' });
  });

  test.each([
    'Aborting journal on device dm-3-8.',
    'XFS (dm-3): Filesystem has been shut down due to log error (0x2).',
    'XFS (dm-3): Log I/O Error (0x2) detected at xlog_ioend_work+0x6c/0x90 [xfs].  Shutting down filesystem.',
  ])('%s', (line) => {
    expect(readFilesystemLog(`[    1.000000] ${line}\n`, 'dm-3')).toEqual({ said: 'failed', line });
  });
});
