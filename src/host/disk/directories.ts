import fs from 'node:fs';
import path from 'node:path';

/**
 * Makes a directory and its missing parents. Node's own way never ends if a directory that it just made is not there,
 * as in /proc.
 *
 * @throws the system's error.
 */
export function makeDirectories(directory: string, mode: number): void {
  if (fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const above = path.dirname(directory);
  if (above !== directory) makeDirectories(above, mode);
  try {
    fs.mkdirSync(directory, { mode });
  } catch (error) {
    // Somebody else has just made it.
    if (fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
