import type { Host } from '../../host/host.ts';
import type { Memory } from './memory.ts';
import { memoryDirectory } from './memory-directory.ts';

/** What is remembered, for whoever only looks: few hosts remember any volume, and the others need no schemas. */
export async function readRemembered(host: Host): Promise<Memory> {
  if (host.files.list(memoryDirectory).kind === 'missing') return { volumes: new Map(), missing: [] };
  const { readMemory } = await import('./memory.ts');
  return readMemory(host);
}
