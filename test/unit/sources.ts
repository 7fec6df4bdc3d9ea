import fs from 'node:fs';
import path from 'node:path';

/** A source file of the program, by its path from the root of the repository. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Every source file of the program itself. */
export function readSources(): readonly SourceFile[] {
  return ['src', 'ui'].flatMap((root) =>
    fs
      .readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => path.posix.join(root, name))
      .map((file) => ({ path: file, text: fs.readFileSync(file, 'utf8') })),
  );
}
