import { blockBytes } from '../../../model/disk.ts';
import { dmsetup } from '../dmsetup.ts';
import type { SimulatedTableLine } from '../../world/world.ts';
import {
  managerExitCodes,
  failureOf,
  IncompleteFailure,
  ManagerFailure,
  setting,
  type ManagerSession,
} from './session.ts';
import { formatManagerSize } from './size.ts';

/** The manager's names for the operations that these states begin. */
const operationNames: Readonly<Partial<Record<string, string>>> = {
  beginCreate: 'create',
  beginImport: 'import',
};

/** Records the volume's new state, together with all other changes so far. */
export function setOperationState(session: ManagerSession, name: string, state: string): void {
  session.volume(name).set('_operationState', state);
  session.persist();
}

export function isUnfinishedInConfig(session: ManagerSession, name: string): boolean {
  return !['finished', 'unknown', undefined].includes(session.config.get(name)?.get('_operationState'));
}

/**
 * Every command does this first, even one that only looks: it finishes a growth or a change of the write policy that
 * was cut off. @throws IncompleteFailure if a create or an import was cut off.
 */
export function handlePreviousFailure(session: ManagerSession, name: string): void {
  if (!isUnfinishedInConfig(session, name)) return;
  const settings = session.volume(name);
  const state = setting(settings, '_operationState');
  switch (state) {
    case 'beginCreate':
    case 'beginImport':
      throw incomplete(session, name);
    case 'beginGrowLogical':
    case 'beginGrowPhysical': {
      const { image } = session.dumpConfig(setting(settings, 'device'));
      if (state === 'beginGrowLogical')
        settings.set('logicalSize', formatManagerSize(image.logicalBlocks * blockBytes));
      else settings.set('physicalSize', formatManagerSize(image.physicalBlocks * blockBytes));
      // If the new table was loaded already, this resume grows the volume, but only after the size was read.
      if (session.findRunning(name) !== undefined) resumeByDmsetup(session, name);
      break;
    }
    case 'beginRunningSetWritePolicy':
      if (session.findRunning(name) !== undefined) loadWritePolicy(session, name);
      break;
    default:
      throw new ManagerFailure(
        managerExitCodes.developer,
        `VDO volume ${name} in unknown operation state: ${state}`,
      );
  }
  setOperationState(session, name, 'finished');
}

/** The failure for a create or an import that was cut off. */
export function incomplete(session: ManagerSession, name: string): IncompleteFailure {
  const state = setting(session.volume(name), '_operationState');
  return new IncompleteFailure(name, operationNames[state] ?? state);
}

const physicalField = 2;
const writePolicyField = 7;

/** Loads a table into the running volume that differs from its live one in these values. */
export function loadTable(
  session: ManagerSession,
  name: string,
  change: { readonly sectors?: number; readonly physicalBlocks?: number; readonly writePolicy?: string },
): void {
  const [line] = session.findRunning(name)?.live ?? [];
  if (line === undefined) throw new Error(`${name} does not run`);
  const table = formatLine({ ...line, sectors: change.sectors ?? line.sectors }, [
    [physicalField, change.physicalBlocks?.toString()],
    [writePolicyField, change.writePolicy],
  ]);
  const answer = session.run(dmsetup, ['reload', name, '--table', table]);
  if (answer.code === 0) return;
  session.error(`Device ${name} could not be changed`);
  throw failureOf(answer);
}

function formatLine(
  line: SimulatedTableLine,
  fields: readonly (readonly [at: number, value: string | undefined])[],
): string {
  const words = line.parameters.split(' ');
  for (const [at, value] of fields) if (value !== undefined) words[at] = value;
  return [line.start, line.sectors, line.target, ...words].join(' ');
}

/** `dmsetup suspend --noflush` and `resume`: makes the loaded table the live one. */
export function swapTable(session: ManagerSession, name: string): void {
  suspendByDmsetup(session, name);
  resumeByDmsetup(session, name);
}

export function suspendByDmsetup(session: ManagerSession, name: string): void {
  session.must(dmsetup, ['suspend', '--noflush', name]);
}

export function resumeByDmsetup(session: ManagerSession, name: string): void {
  const answer = session.run(dmsetup, ['resume', name]);
  if (answer.code === 0) return;
  const failure = failureOf(answer);
  session.error(`Can't resume VDO volume ${name}; ${failure.message}`);
  throw failure;
}

/** Puts the write policy of the settings into the running volume's table. */
export function loadWritePolicy(session: ManagerSession, name: string): void {
  loadTable(session, name, { writePolicy: setting(session.volume(name), 'writePolicy') });
  swapTable(session, name);
}
