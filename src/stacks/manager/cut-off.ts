import type { Problem } from '../../model/problem.ts';
import { refusal } from '../../model/refusal.ts';
import type { OperationState } from '../../model/vdoconf.ts';
import type { Seen } from '../host-look.ts';
import { isUnfinished } from './config.ts';
import { configPath } from '../../model/vdoconf.ts';

/** The manager's names for its operations. */
const names: Readonly<Record<OperationState, string>> = {
  finished: 'unknown',
  unknown: 'unknown',
  beginCreate: 'create',
  beginImport: 'import',
  beginGrowLogical: 'grow logical',
  beginGrowPhysical: 'grow physical',
  beginRunningSetWritePolicy: 'write policy',
};

/**
 * Why nothing may be done to a volume of the classic manager until a manager's operation is settled; undefined if there
 * is none. One that a `vdo` process is still working on ends by itself, and is not cut off.
 */
export function findUnsettledByManager({ volume: { name }, found: { managed } }: Seen): Problem | undefined {
  // Even `vdo` itself knows such a volume only when given that file.
  if (managed?.file !== undefined) return refusal(name, 'other-manager-file', { file: managed.file });
  if (managed === undefined || !isUnfinished(managed)) return undefined;
  const { worker, operationState } = managed;
  if (worker !== undefined) return refusal(name, 'manager-at-work', { worker });
  const known = `${configPath} says ${operationState}`;
  return { kind: 'cut-off', name, operation: names[operationState], known };
}
