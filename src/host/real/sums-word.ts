/**
 * With this word as its argument, the program writes or compares the checksums of a directory and does nothing else: in
 * a process of its own, which may hang with the device.
 */
export const sumsWord = '--sum-files';
