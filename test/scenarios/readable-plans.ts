import assert from 'node:assert/strict';
import type { TestHost } from '../simulated/test-host.ts';
import { directory } from '../../src/journal/record-files.ts';
import { recordSchema } from '../../src/journal/schema.ts';

const checked = new Set<string>();

/**
 * A later call must read back every plan that an operation wrote down, unchanged. Checked after every call of every
 * scenario: no operation may make a step whose guard a cleanup would not see.
 */
export function requireReadablePlans({ world }: TestHost): void {
  for (const { path, text } of world.files) {
    if (!path.startsWith(`${directory}/`)) continue;
    const end = text.indexOf('\n');
    const line = text.slice(0, Math.max(end, 0));
    if (!line.startsWith('{"record":"begun"') || checked.has(line)) continue;
    checked.add(line);
    const record: unknown = JSON.parse(line);
    assert.deepEqual(recordSchema.parse(record), record);
  }
}
