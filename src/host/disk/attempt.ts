import fs from 'node:fs';
import type { Reading } from '../host.ts';

/** Runs an action; a failure becomes a {@link Reading} that says why. */
export function attempt<T>(action: () => T): Reading<T> {
  try {
    return { kind: 'read', value: action() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    if (code === 'EACCES' || code === 'EPERM') return { kind: 'not-permitted' };
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Writes the directory's entries to the disk. */
export function syncDirectory(directory: string): void {
  const descriptor = fs.openSync(directory, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
