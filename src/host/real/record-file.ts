import fs from 'node:fs';
import path from 'node:path';
import type { RecordFile } from '../host.ts';
import { attempt, syncDirectory } from '../disk/attempt.ts';
import { readRegular } from '../disk/regular-file.ts';

/** Resolves a path below the file system's root. */
type At = (name: string) => string;

/** Fills the unused room; a reader of lines does not notice it. */
const filling = ' ';

/** Creates the file with reserved room, which a full disk can no longer take away. */
export function beginRecord(name: string, roomBytes: number, at: At): RecordFile {
  const descriptor = fs.openSync(name, 'wx', 0o600);
  try {
    fs.writeFileSync(descriptor, filling.repeat(roomBytes));
    fs.fsyncSync(descriptor);
    syncDirectory(path.dirname(name));
  } catch (error) {
    fs.closeSync(descriptor);
    fs.rmSync(name, { force: true });
    throw error;
  }
  return makeRecordFile(name, descriptor, { usedBytes: 0, at });
}

/** Opens a file that was begun earlier, after its last complete line: a torn line is overwritten. */
export function continueRecord(name: string, at: At): RecordFile {
  const usedBytes = readRegular(name).lastIndexOf('\n') + 1;
  const descriptor = fs.openSync(name, 'r+');
  return makeRecordFile(name, descriptor, { usedBytes, at });
}

function makeRecordFile(name: string, descriptor: number, from: { usedBytes: number; at: At }): RecordFile {
  let { usedBytes } = from;
  return {
    append: (text) =>
      attempt(() => {
        const bytes = Buffer.from(text);
        for (let done = 0; done < bytes.length;)
          done += fs.writeSync(descriptor, bytes, done, bytes.length - done, usedBytes + done);
        fs.fsyncSync(descriptor);
        usedBytes += bytes.length;
      }),
    complete: (last) =>
      attempt(() => {
        fs.ftruncateSync(descriptor, usedBytes);
        fs.fsyncSync(descriptor);
        fs.closeSync(descriptor);
        fs.renameSync(name, from.at(last));
        syncDirectory(path.dirname(name));
      }),
    close: () => {
      fs.closeSync(descriptor);
    },
  };
}
