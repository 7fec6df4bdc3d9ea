/** `npm run generate`: writes the man pages and completions from the table of commands. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { listGeneratedFiles } from '../../src/manual/files.ts';

const files = listGeneratedFiles();
for (const directory of new Set([...files.keys()].map((file) => path.dirname(file)))) {
  mkdirSync(directory, { recursive: true });
  // Removes files that are no longer generated, such as the page of a removed command.
  for (const name of readdirSync(directory)) {
    const file = `${directory}/${name}`;
    if (!files.has(file)) rmSync(file);
  }
}
for (const [file, text] of files) writeFileSync(file, text);
