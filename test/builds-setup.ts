import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { TestProject } from 'vitest/node';

/** A directory for what the tests build, made anew for each run, and emptied when sources change under `--watch`. */
export default function setup(project: TestProject): () => void {
  const directory = mkdtempSync(path.join(tmpdir(), 'vdoctl-builds-'));
  const empty = (): void => {
    rmSync(directory, { recursive: true, force: true });
  };
  project.provide('builds', directory);
  project.onTestsRerun(empty);
  return empty;
}
