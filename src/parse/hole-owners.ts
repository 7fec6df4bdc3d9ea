/**
 * Reads `debugfs -R "icheck BLOCK…" IMAGE`: a heading, then a line for each block with its inode, or
 * `<block not found>` for one that no file has.
 *
 * @returns the inodes, each once.
 */
export function parseIcheck(text: string): readonly string[] {
  return [...new Set(Array.from(text.matchAll(/^\d+\t(\d+)$/gm), ([, inode = '']) => inode))];
}

/** Reads `debugfs -R "ncheck INODE…" IMAGE`: a heading, then a line for each name of an inode. */
export function parseNcheck(text: string): readonly string[] {
  return Array.from(text.matchAll(/^\d+\t(\/.*)$/gm), ([, name = '']) => name);
}

/**
 * Reads what `blockuse -n` of xfs_db prints for a block: `block 12 (0/12) type data inode 131 a/b`.
 *
 * @returns the names of files, and for what belongs to none its type: `the btree of free space (btbno)`.
 */
export function parseBlockuse(text: string): readonly string[] {
  const owners = Array.from(
    text.matchAll(/^block \d+ \(\d+\/\d+\) type (\S+)(?: inode (\d+))?(?: (.+))?$/gm),
    ([, type = '', inode, name]) => {
      if (name !== undefined) return `/${name.replace(/^\/+/, '')}`;
      if (inode !== undefined) return `inode ${inode}`;
      return /^free/.test(type) ? '' : `metadata (${type})`;
    },
  );
  return [...new Set(owners.filter((owner) => owner !== ''))];
}
