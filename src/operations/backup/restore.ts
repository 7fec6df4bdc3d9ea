import { changing } from '../../model/command.ts';
import type { KeptGeneration } from '../../model/kept-generation.ts';
import type { Step } from '../../model/plan.ts';
import { refuse } from '../../model/refuse.ts';
import { makePlan } from '../../plan/plans.ts';
import { carryOut } from '../carry-out.ts';
import { copyLimitMs, makeDirectoryStep } from '../salvage/steps.ts';
import { requireRoot, type Session } from '../session.ts';
import { readGenerations } from './read-generations.ts';

export interface RestoreOptions {
  /** The absolute path that the backups were made to. */
  readonly from: string;
  /** The absolute path of a directory that is empty, or does not exist. */
  readonly to: string;
  /** Absent: the newest. */
  readonly generation?: string;
}

export interface Restored {
  readonly name: string;
  readonly outcome: 'restored' | 'only-shown';
}

/**
 * Copies a generation of a backup to a directory, and compares every file there with its checksum. The volume need not
 * exist any more.
 *
 * @throws Failure if something of it cannot be read, or is not as it was: what was copied stays.
 */
export async function restore(session: Session, name: string, options: RestoreOptions): Promise<Restored> {
  const { host } = session;
  requireRoot(session, `restore ${name}`);
  const { from, to, generation } = options;
  const kept = readGenerations(host, from, {
    volume: name,
    ...(generation === undefined ? {} : { generation }),
  }).at(-1);
  if (kept === undefined) throw new Error('readGenerations chose nothing, and did not say so');
  const path = to.length > 1 ? to.replace(/\/+$/, '') : to;
  guardEmpty(session, name, path);
  const subject = { name, stack: kept.facts?.stack ?? 'dm', storage: null } as const;
  return {
    name,
    outcome: outcomeOf(await carryOut(session, makePlan('restore', subject, stepsOf(kept, path)))),
  };
}

function outcomeOf(carried: 'done' | 'only-shown'): Restored['outcome'] {
  return carried === 'done' ? 'restored' : carried;
}

function guardEmpty({ host: { files } }: Session, name: string, path: string): void {
  const names = files.list(path);
  if (names.kind === 'missing') return;
  if (names.kind !== 'read')
    refuse(name, 'file-unreadable', { path, why: 'it is no directory that can be read' });
  const holds = names.value.filter((each) => each !== 'lost+found');
  if (holds.length > 0) refuse(name, 'target-not-empty', { path, holds: holds.toSorted().slice(0, 5) });
}

function stepsOf({ path: generation, sums }: KeptGeneration, path: string): readonly Step[] {
  return [
    makeDirectoryStep(path),
    {
      title: `Copy ${generation} to ${path}`,
      before: [{ kind: 'directory', path: generation }],
      action: {
        kind: 'run',
        command: changing(
          'rsync',
          ['-aHAXS', '--numeric-ids', '--info=progress2', `${generation}/`, `${path}/`],
          copyLimitMs,
        ),
      },
      ifStopped: 'killed',
      progress: { printedBy: 'rsync', totalBytes: null },
      leaves: `what was copied so far stays in ${path}`,
    },
    {
      title: 'Compare every file with its checksum',
      action: { kind: 'compare-sums', directory: path, sums },
      ifStopped: 'killed',
    },
  ];
}
