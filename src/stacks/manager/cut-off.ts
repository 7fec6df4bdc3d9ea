import type { Problem } from '../../model/problem.ts';
import type { OperationState } from '../../model/vdoconf.ts';
import type { Seen } from '../look.ts';
import { isUnfinished, type Managed } from './config.ts';
import { configPath } from '../../model/vdoconf.ts';

/** What the manager calls its operations. */
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
 * Why nothing may be done to a volume of the classic manager until an operation of the manager's is settled; undefined
 * when there is none. One that a `vdo` process still works at ends by itself, and is not cut off.
 */
export function findUnsettled({ volume: { name }, found: { managed } }: Seen): Problem | undefined {
  if (managed?.file !== undefined) return describeElsewhere(managed, managed.file);
  if (managed === undefined || !isUnfinished(managed)) return undefined;
  const { worker, operationState } = managed;
  if (worker !== undefined)
    return { kind: 'refused', name, reason: `${worker} is at work on it`, next: 'wait for its end' };
  const known = `${configPath} says ${operationState}`;
  return { kind: 'cut-off', name, operation: names[operationState], known };
}

/** `vdo` itself, too, knows such a volume only when it is given the file. */
function describeElsewhere({ name }: Managed, file: string): Problem {
  const reason = `the manager has it in ${file}, not in ${configPath}: vdoctl shows it, and changes nothing of it`;
  return { kind: 'refused', name, reason, next: `vdo COMMAND --name=${name} --confFile=${file}` };
}
