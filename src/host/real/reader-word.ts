/**
 * Reading metadata takes a process of its own: a read from a device that hangs cannot be ended, and would keep its
 * process from ending. The parent gives up on that process instead. The program calls itself with this word.
 */
export const readerWord = '--read-metadata';

/** Told with each line that it prints. A reader of another is another vdoctl, which took the place of this one. */
export const readerProtocol = 1;
