import type { Host } from '../../host/host.ts';
import type { Memory } from './memory.ts';
import { memoryDirectory } from './memory-directory.ts';

/** Reads the remembered volumes for a look. Most hosts remember none, and then need not load the schemas. */
export async function readRemembered(host: Host): Promise<Memory> {
  if (host.files.list(memoryDirectory).kind === 'missing') return { volumes: new Map(), missing: [] };
  const { readMemory } = await import('./memory.ts');
  return readMemory(host);
}
