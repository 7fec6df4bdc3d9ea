import fs from 'node:fs';
import type { Reading } from '../host.ts';

/** Does it, and says how it failed when it did. */
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

/** Puts the directory's names on the disk. */
export function syncDirectory(directory: string): void {
  const descriptor = fs.openSync(directory, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
