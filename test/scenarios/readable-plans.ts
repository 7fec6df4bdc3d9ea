import assert from 'node:assert/strict';
import type { TestHost } from '../simulated/test-host.ts';
import { directory } from '../../src/journal/record-files.ts';
import { recordSchema } from '../../src/journal/schema.ts';

const checked = new Set<string>();

/**
 * Whatever plan an operation wrote down is read back unchanged, by a later call. Checked after every call of every
 * scenario, so that no operation makes a step whose guard a cleanup would not see.
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
