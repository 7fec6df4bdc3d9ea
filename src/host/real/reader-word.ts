/**
 * With this word as its argument, the program reads metadata and does nothing else. That takes a process of its own: a
 * read from a device that hangs cannot be ended, and would keep its process from ending. The parent gives up on that
 * process instead.
 */
export const readerWord = '--read-metadata';

/** Printed with each line. A reader with another number is another vdoctl, which has replaced this one. */
export const readerProtocol = 1;

/** With this word, the program reads pieces of devices for their errors: a process of its own for the same reason. */
export const scannerWord = '--scan-storage';
