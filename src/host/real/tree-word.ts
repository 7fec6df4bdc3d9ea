/**
 * With this word as its argument, the program reads the files of a directory and does nothing else: in a process of its
 * own, which may hang with the device.
 */
export const treeWord = '--read-tree';
