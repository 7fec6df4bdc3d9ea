import type { Host } from '../../host/host.ts';
import type { Volume } from '../../model/volume.ts';
import type { Look } from '../../stacks/look.ts';

/** The document that `list --json` and `status --json` print. */
export function pictureDocument(kind: 'list' | 'status', host: Host, look: Look, volumes: readonly Volume[]) {
  const takenAt = new Date(look.takenAt).toISOString();
  const { hostName } = host.identity;
  return { schemaVersion: 1 as const, kind, host: hostName, takenAt, volumes, missing: look.missing };
}
