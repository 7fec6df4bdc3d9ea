import type { AlertCode, Volume } from '../../src/model/volume.ts';
import { wordToType } from '../state/job.ts';
import { selectedVolume } from '../state/order.ts';
import type { Request } from '../state/request.ts';
import type { State } from '../state/state.ts';

/** Why something cannot be done now, in a few words; undefined when it can. */
type Reason = string | undefined;
type Rule = (volume: Volume) => Reason;

const has = ({ alerts }: Volume, ...codes: readonly AlertCode[]): boolean =>
  alerts.some(({ code }) => codes.includes(code));

const isReadOnly = (volume: Volume): boolean =>
  has(volume, 'read-only', 'will-be-read-only', 'rebuild-pending', 'interrupted-start');

/** What was cut off has to be settled before anything else. */
const settled: Rule = (volume) => {
  if (has(volume, 'operation-under-way')) return 'another vdoctl works on it';
  return has(volume, 'unfinished-operation', 'create-incomplete', 'import-incomplete', 'change-incomplete')
    ? 'it has to be cleaned up first'
    : undefined;
};

const running: Rule = ({ state }) => (state === 'running' ? undefined : `it is ${state}`);
const normal: Rule = (volume) =>
  running(volume) ?? (volume.mode === 'normal' ? undefined : `its mode is ${volume.mode ?? 'unknown'}`);

function inUse({ mounts, holders, logicalVolumes }: Volume): Reason {
  const [mount] = mounts;
  if (mount !== undefined) return `it is mounted on ${mount.path}`;
  const own = new Set(logicalVolumes.map(({ device }) => device.replace('/dev/mapper/', '')));
  const holder = holders.find((each) => !own.has(each));
  return holder === undefined ? undefined : `it is held by ${holder}`;
}

/** What a create left half-made, of our own or of the stack's own tools. */
const halfMade: Rule = (volume) => {
  const isCutOff = has(
    volume,
    'unfinished-operation',
    'create-incomplete',
    'import-incomplete',
    'change-incomplete',
  );
  const isEmptyPool = volume.stack === 'lvm' && volume.logicalVolumes.length === 0;
  return isCutOff || isEmptyPool ? undefined : 'nothing of it was cut off';
};

const hasOneVolume: Rule = ({ logicalVolumes }) =>
  logicalVolumes.filter(({ snapshotOf }) => snapshotOf === null).length > 1
    ? 'it has several logical volumes: vdoctl grow VG/LV --logical SIZE'
    : undefined;

const needsRebuild: Rule = (volume) => {
  if (has(volume, 'restart-recovers')) return 'a restart is enough: recover it';
  return isReadOnly(volume) ? undefined : 'only a read-only volume is rebuilt by force';
};

/** What stands against each operation, as far as the picture tells; the operation itself looks again, and closer. */
const rules: Readonly<Record<Exclude<Request['kind'], 'create'>, readonly Rule[]>> = {
  start: [settled, ({ state }) => (state === 'stopped' ? undefined : `it is ${state} already`)],
  stop: [settled, ({ state }) => (state === 'stopped' ? 'it is stopped already' : undefined), inUse],
  recover: [
    settled,
    ({ state, mode }) => (state === 'running' && mode === 'normal' ? 'it is normal' : undefined),
  ],
  rebuild: [settled, needsRebuild],
  cleanup: [halfMade],
  remove: [settled, inUse],
  'grow-physical': [settled, normal],
  'grow-logical': [settled, normal, hasOneVolume],
  compression: [settled, running],
};

/** Why the operation cannot be had on the selected volume. */
export function against(state: State, kind: keyof typeof rules): Reason {
  const volume = selectedVolume(state);
  if (volume === undefined) return 'no volume is selected';
  return notRoot(state) ?? rules[kind].map((rule) => rule(volume)).find((reason) => reason !== undefined);
}

export function notRoot({ host }: State): Reason {
  return host.isRoot ? undefined : 'only root may';
}

export function noVolume(state: State): Reason {
  return selectedVolume(state) === undefined ? 'there is no volume' : undefined;
}

export function againstDoing({ job }: State): Reason {
  if (job === undefined) return 'nothing is asked';
  if (job.phase === 'over' || job.stop === 'asked') return undefined;
  if (job.phase !== 'asking') return 'it is under way';
  const word = wordToType(job);
  const typed = job.typed.trim();
  if (word === undefined || typed === word) return undefined;
  return typed === '' ? `type ${word} first` : `${JSON.stringify(typed)} was typed, and ${word} is wanted`;
}

export function againstStopping({ job }: State): Reason {
  if (job?.stop === 'ordered') return 'it stops after this step';
  return job === undefined ? 'nothing is under way' : undefined;
}

export function againstLeaving({ job, views }: State): Reason {
  const isSeen = views.at(-1)?.kind === 'job';
  return isSeen && job?.phase === 'running' ? 'it is under way; Ctrl-C asks whether to stop' : undefined;
}

export function againstQuitting({ job }: State): Reason {
  return job !== undefined && job.phase !== 'over' ? `${job.request.name} is worked on` : undefined;
}
