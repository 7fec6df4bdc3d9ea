import type { Host } from '../../host/host.ts';
import { nameInId } from '../../journal/record-files.ts';
import { quoteWord } from '../../model/command.ts';
import { toJson } from '../../model/disarm.ts';
import { sortBySeverity } from '../../model/finding.ts';
import type { Settings } from '../../model/settings.ts';
import type { Alert, Volume } from '../../model/volume.ts';
import type { Look } from '../../stacks/host-look.ts';
import { readKept } from '../kept-between-calls.ts';

/**
 * The last backup of each volume, and of each LV that is backed up alone: a file each, since several are backed up at
 * once. The history would forget it, and is read operation by operation.
 */
const directory = '/var/lib/vdoctl/backups';

const dayMs = 24 * 3_600_000;

interface Last {
  /** UUID of the VDO; null where it was not known. */
  readonly uuid: string | null;
  /** When it was whole: ISO 8601. */
  readonly at: string;
  /** Path of the generation; null where a program of the user's took it. */
  readonly to: string | null;
}

function isLast(value: unknown): value is Last {
  if (typeof value !== 'object' || value === null) return false;
  const { uuid, at, to } = value as Partial<Record<keyof Last, unknown>>;
  const isText = (each: unknown) => each === null || typeof each === 'string';
  return isText(uuid) && isText(to) && typeof at === 'string' && !Number.isNaN(Date.parse(at));
}

function fileOf(name: string): string {
  return `${nameInId(name)}.json`;
}

/**
 * Keeps that a backup is whole. Best effort: a failure costs only what is told of it later.
 *
 * @param name of the volume, or `vg/lv` where that LV alone was backed up.
 */
export function keepBackup({ files, clock }: Host, volume: Volume, name: string, to: string | null): void {
  const uuid = volume.geometryCopy?.uuid ?? null;
  const last: Last = { uuid, at: new Date(clock.now()).toISOString(), to };
  files.writeAtomically(`${directory}/${fileOf(name)}`, `${toJson({ [name]: last })}\n`, 0o600);
}

/** The look, with the last backup of each volume, and an alert where that is too long ago. */
export function withBackups(host: Host, look: Look, settings: Settings): Look {
  if (!host.identity.isRoot) return look;
  const names = host.files.listOwn(directory);
  if (names.kind !== 'read' || names.value.length === 0) return look;
  const there = new Set(names.value);
  const seen = look.seen.map((each) => {
    const lastBackup = findLast(each.volume, (name) =>
      there.has(fileOf(name)) ? readLast(host, each.volume, name) : null,
    );
    if (lastBackup === null) return each;
    const volume: Volume = { ...each.volume, lastBackup };
    const alert = describeOld(volume, look.takenAt, settings);
    const alerts = alert === undefined ? volume.alerts : sortBySeverity([...volume.alerts, alert]);
    return { ...each, volume: { ...volume, alerts } };
  });
  return { ...look, seen };
}

type LastBackup = Volume['lastBackup'];

/** Of the volume as a whole, or the oldest of its LVs' own, if each has one: whichever is newer. */
function findLast({ name, logicalVolumes }: Volume, read: (name: string) => LastBackup): LastBackup {
  const ofLvs = logicalVolumes
    .filter(({ snapshotOf }) => snapshotOf === null)
    .map((lv) => read(lv.name))
    .toSorted(byAge);
  return [read(name), ofLvs[0] ?? null].toSorted(byAge).at(-1) ?? null;
}

/** What is missing is the oldest. */
function byAge(one: LastBackup, other: LastBackup): number {
  return Date.parse(one?.at ?? '1970-01-01') - Date.parse(other?.at ?? '1970-01-01');
}

/** A file that is not understood counts as none: then a backup is missed, and never made up. */
function readLast(host: Host, { geometryCopy }: Volume, name: string): LastBackup {
  const last = readKept(host, `${directory}/${fileOf(name)}`, isLast).get(name);
  if (last === undefined) return null;
  const { uuid, at, to } = last;
  // A volume that was made anew under the same name has none.
  const isAnother = uuid !== null && geometryCopy !== null && geometryCopy.uuid !== uuid;
  return isAnother ? null : { at, to };
}

function describeOld({ name, lastBackup }: Volume, now: number, settings: Settings): Alert | undefined {
  const days = Math.floor((now - Date.parse(lastBackup?.at ?? '')) / dayMs);
  if (!(days >= settings['backup-older-than'])) return undefined;
  const to = lastBackup?.to?.split('/').slice(0, -2).join('/');
  const how = to === undefined ? '-- COMMAND {}' : `--to ${quoteWord(to === '' ? '/' : to)}`;
  return {
    code: 'backup-old',
    severity: 'warning',
    message: `its last backup is ${String(days)} days old`,
    next: `vdoctl backup ${name} ${how}`,
  };
}
