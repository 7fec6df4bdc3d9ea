import fs from 'node:fs';

const { O_RDONLY, O_NONBLOCK } = fs.constants;
/** More than any file that vdoctl reads with this. */
const mostBytes = 16 * 2 ** 20;
const pieceBytes = 64 * 1024;

/**
 * A regular file's bytes. It never waits for the writer of a FIFO, never reads an endless device, and reads at most 16
 * MiB, whatever size the file reports: files in /proc report none, and a file can grow meanwhile.
 *
 * @throws the system's error, or one that says what the file is instead.
 */
export function readRegular(name: string): Buffer {
  const descriptor = fs.openSync(name, O_RDONLY | O_NONBLOCK);
  try {
    const stat = fs.fstatSync(descriptor);
    if (stat.isDirectory()) throw new Error('EISDIR: illegal operation on a directory');
    if (!stat.isFile()) throw new Error('it is no regular file');
    if (stat.size > mostBytes) throw new Error(`it is too large (${String(stat.size)} bytes)`);
    return readAll(descriptor, stat.size);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** @param expected bytes by the file's size; 0 if only reading to the end tells. */
function readAll(descriptor: number, expected: number): Buffer {
  const pieces: Buffer[] = [];
  let length = 0;
  while (expected === 0 || length < expected) {
    const piece = Buffer.allocUnsafe(expected === 0 ? pieceBytes : expected - length);
    const read = fs.readSync(descriptor, piece);
    if (read === 0) break;
    pieces.push(piece.subarray(0, read));
    length += read;
    if (length > mostBytes) throw new Error(`it is too large (more than ${String(mostBytes)} bytes)`);
  }
  return Buffer.concat(pieces);
}
