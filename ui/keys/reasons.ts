import type { VolumeOperation } from '../../src/model/availability.ts';
import type { KnownOperation } from '../../src/model/operation.ts';
import type { Volume } from '../../src/model/volume.ts';
import type { Origin } from '../../src/operations/salvage/types.ts';
import { notRoot } from '../../src/operations/session.ts';
import { outcomes } from '../../src/prose/outcomes.ts';
import { describeCause } from '../../src/prose/problems.ts';
import { wordToType } from '../state/job.ts';
import { isUnderWay, jobOn, shownJob } from '../state/jobs.ts';
import { selectedName, selectedVolume } from '../state/order.ts';
import { titleOf, type Request } from '../state/request.ts';
import { chosenEntry } from '../views/entries.ts';
import { describeJobState } from '../views/job-state.ts';
import type { State } from '../state/state.ts';

/** Why something cannot be done now, in a few words; undefined when it can. */
type Reason = string | undefined;

/** The operation that each request asks for. */
const operations: Readonly<Record<Exclude<Request['kind'], 'create'>, VolumeOperation>> = {
  start: 'start',
  stop: 'stop',
  recover: 'recover',
  rebuild: 'force-rebuild',
  rehearse: 'rehearse',
  cleanup: 'cleanup',
  remove: 'remove',
  reclaim: 'reclaim',
  salvage: 'salvage',
  backup: 'backup',
  'grow-physical': 'grow-physical',
  'grow-logical': 'grow-logical',
  compression: 'set-compression',
};

/** Why the operation cannot run on the selected volume, in the words of the command line. */
export function against(state: State, kind: keyof typeof operations): Reason {
  return againstOperation(state, operations[kind]);
}

function againstOperation(state: State, operation: VolumeOperation): Reason {
  const busy = againstSecond(state, selectedName(state));
  if (busy !== undefined) return busy;
  const volume = selectedVolume(state);
  if (volume === undefined) return 'no volume is selected';
  const found = state.picture?.operations.get(volume.name)?.[operation];
  if (found === undefined || found.kind === 'possible') return undefined;
  return found.kind === 'refused' ? describeCause(found.problem) : outcomes[found.outcome];
}

/** One volume has one operation at a time: says which runs on this one. */
export function againstSecond(state: State, name: string | undefined): Reason {
  const job = name === undefined ? undefined : jobOn(state, name);
  if (job === undefined || !isUnderWay(job)) return undefined;
  return `already under way: ${titleOf(job.request)} (${describeJobState(job).text})`;
}

/** What is copied: a rehearsal that was kept is there for that, and shows no less than the volume. */
export function originOfCopy({ rehearsal }: Pick<Volume, 'rehearsal'>): Origin {
  return (rehearsal?.devices.length ?? 0) > 0 ? 'rehearsal' : 'volume';
}

export function againstCopying(state: State): Reason {
  const volume = selectedVolume(state);
  const isRehearsed = volume !== undefined && originOfCopy(volume) === 'rehearsal';
  return isRehearsed ? againstOperation(state, 'salvage-rehearsal') : against(state, 'salvage');
}

/** A forced rebuild is the last resort: the key refuses a volume that recovers without one. */
export function againstRebuild(state: State): Reason {
  const reason = against(state, 'rebuild');
  if (reason !== undefined || against(state, 'recover') !== undefined) return reason;
  return 'it needs no forced rebuild: recover it';
}

/** The key toggles compression, so it has to know whether compression is on. */
export function againstCompression(state: State): Reason {
  const reason = against(state, 'compression');
  const volume = selectedVolume(state);
  if (reason !== undefined || volume === undefined || isCompressing(volume) !== undefined) return reason;
  return `whether it is on is unknown: vdoctl set ${volume.name} compression=on, or =off`;
}

/** Whether new data is compressed, or will be once the volume runs; undefined where that is not seen. */
export function isCompressing({ state, compression, manager }: Volume): boolean | undefined {
  if (state === 'stopped') return manager?.compression;
  return compression === null ? undefined : compression === 'online';
}

/** Why no volume can be made. */
export function againstCreating({ host }: State): Reason {
  const problem = notRoot(host, 'create a volume');
  return problem === undefined ? undefined : describeCause(problem);
}

export function nothingSelected(state: State): Reason {
  return selectedVolume(state) === undefined ? 'there is no volume' : undefined;
}

/** Why the selected volume cannot be examined. */
export function againstExamining(state: State): Reason {
  const problem = notRoot(state.host, 'examine volumes');
  return problem === undefined ? nothingSelected(state) : describeCause(problem);
}

/** Why there is no operation to show. */
export function againstShowing(state: State): Reason {
  const name = selectedName(state);
  const job = name === undefined ? undefined : jobOn(state, name);
  return job === undefined ? 'no operation on it is under way' : undefined;
}

export function againstDoing(state: State): Reason {
  const job = shownJob(state);
  if (job === undefined) return 'there is no question';
  if (job.phase === 'over' || job.stop === 'asked') return undefined;
  if (job.phase !== 'asking') return 'it is under way';
  const word = wordToType(job);
  const typed = job.typed.trim();
  if (word === undefined || typed === word) return undefined;
  return typed === '' ? `type ${word} first` : `expected ${word}, but ${JSON.stringify(typed)} was typed`;
}

export function againstStopping(state: State): Reason {
  const job = shownJob(state);
  if (job?.stop === 'ordered') return 'it stops after this step';
  return job === undefined ? 'nothing is under way' : undefined;
}

/** Why the journal cannot be read. */
export function againstHistory(state: State): Reason {
  const problem = notRoot(state.host, 'read the history');
  return problem === undefined ? undefined : describeCause(problem);
}

/** Why nothing of the history can be opened. */
export function againstOpeningRecord(state: State): Reason {
  return chosenOperation(state) === undefined ? 'there is no operation' : undefined;
}

/** The operation that is chosen in the history. */
export function chosenOperation(state: State): KnownOperation | undefined {
  const view = state.views.at(-1);
  if (view?.kind !== 'history') return undefined;
  const key = chosenEntry(state)?.key;
  return view.history?.operations.find(({ operation }) => operation.begun.id === key);
}

/** Why there is no command to copy. */
export function againstCopyingCommand(state: State): Reason {
  return chosenEntry(state)?.command === undefined ? 'no command is chosen' : undefined;
}

/** Why the screen does not close yet: it was told to when the operations are over. */
export function againstLeavingAgain({ views }: State): Reason {
  const view = views.at(-1);
  if (view?.kind !== 'leaving' || view.wish === 'not-said') return undefined;
  return view.wish === 'stop' ? 'they stop after their steps' : 'it closes when they are over';
}
