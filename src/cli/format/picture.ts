import type { DocumentOf } from '../../documents/documents.ts';
import type { Host } from '../../host/host.ts';
import type { Volume } from '../../model/volume.ts';
import type { Look } from '../../stacks/host-look.ts';
import type { NamedError } from '../errors.ts';
import type { OperationDocuments } from '../operations.ts';

/** The document that `list --json` prints. @param errors why a name has no volume; undefined where none was given. */
export function listDocument(
  host: Host,
  look: Look,
  volumes: readonly Volume[],
  errors: readonly NamedError[] | undefined,
): DocumentOf<'list'> {
  const named = errors === undefined ? {} : { errors };
  return { ...head('list', host, look), volumes, missing: look.missing, ...named };
}

/**
 * The document that `status --json` prints: for each name its volume with the possible operations, or why there is
 * none.
 */
export function statusDocument(
  host: Host,
  look: Look,
  volumes: readonly (Volume & { readonly operations: OperationDocuments })[],
  errors: readonly NamedError[],
): DocumentOf<'status'> {
  return { ...head('status', host, look), volumes, errors, missing: look.missing };
}

function head<K extends 'list' | 'status'>(kind: K, { identity }: Host, { takenAt }: Look) {
  return {
    schemaVersion: 1 as const,
    kind,
    host: identity.hostName,
    takenAt: new Date(takenAt).toISOString(),
  };
}
