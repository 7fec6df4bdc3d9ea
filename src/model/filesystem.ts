/**
 * How a filesystem on a volume takes writes. `failed`: it is mounted and takes none any more, because one that it could
 * not do without failed: ext4 has aborted its journal, XFS has shut down. `/proc/mounts` may say `rw` all the same.
 */
export type FilesystemCondition = 'writable' | 'read-only' | 'failed' | 'not-mounted';
