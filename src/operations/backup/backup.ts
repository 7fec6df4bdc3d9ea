import type { Host } from '../../host/host.ts';
import { backupDirectory, factsOf, generationAt } from '../../model/backup-names.ts';
import type { CommandResult } from '../../model/command.ts';
import { formatDuration } from '../../model/duration.ts';
import { toJson } from '../../model/disarm.ts';
import type { BackupFacts } from '../../model/kept-generation.ts';
import { refuse } from '../../model/refuse.ts';
import type { LogicalVolume } from '../../model/volume.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import { isCalled } from '../../stacks/lvm/is-called.ts';
import { isOfBackup, listGenerations, type Generations } from '../../stacks/saving/generations.ts';
import { askRoom } from '../../stacks/saving/room.ts';
import { carryOutJournaled } from '../carry-out.ts';
import { findStanding, guardNotOnVolume } from '../copy-place.ts';
import type { Session } from '../session.ts';
import { withVolume } from '../with-volume.ts';
import { chooseSources, type ChosenSources } from './choose-sources.ts';
import { keepBackup } from './last-backups.ts';
import { describeCheck, planBackup, planHandOver, type BackupPlace } from './plan-backup.ts';
import type { BackedUp, BackupOptions, BackupSource, GenerationOptions } from './types.ts';

/**
 * Copies the filesystems of a running volume from snapshots to a new generation: a directory in which what did not
 * change is a hard link to the generation before. Old generations go once the new one is whole.
 *
 * @throws Failure if it is not whole: then nothing of it stays, and the generations before are as they were.
 */
export async function backup(session: Session, name: string, options: BackupOptions): Promise<BackedUp> {
  const freezeMs = 'program' in options ? undefined : options.freezeMs;
  return withVolume(
    session,
    name,
    freezeMs === undefined ? 'backup' : 'backup-frozen',
    async (look, seen) => {
      const { host } = session;
      const call: BackupCall = { session, look, seen, lv: findNamedLv(seen, name) };
      if ('program' in options) {
        const chosen = await chooseSources(host, look, seen, {
          lv: call.lv,
          size: options.snapshotSize,
          freezeMs,
        });
        tellBefore(session, seen, chosen);
        return backUpByProgram(call, chosen.sources, options.program);
      }
      const place = judgePlace(call, options);
      const chosen = await chooseSources(host, look, seen, {
        lv: call.lv,
        size: options.snapshotSize,
        freezeMs,
      });
      await guardRoom(host, seen, place, chosen.sources);
      tellBefore(session, seen, chosen);
      return backUpTo(call, chosen.sources, place);
    },
  );
}

interface BackupCall {
  readonly session: Session;
  readonly look: Look;
  readonly seen: Seen;
  /** The only LV that is meant; absent: the whole volume. */
  readonly lv: LogicalVolume | undefined;
}

function findNamedLv({ volume }: Seen, asked: string): LogicalVolume | undefined {
  const lv = volume.logicalVolumes.find((each) => isCalled(each, asked));
  return asked === volume.name ? undefined : lv;
}

async function backUpTo(
  { session, seen, lv }: BackupCall,
  sources: readonly BackupSource[],
  place: BackupPlace,
): Promise<BackedUp> {
  const { plan, checks } = planBackup(seen, sources, place);
  const found = new Map<string, string>();
  const { outcome } = await carryOutJournaled(session, plan, {
    onResult: (_index, step, result) => {
      const source = checks.get(step);
      if (source !== undefined) found.set(source.name, tellCheck(session, seen, source, result));
    },
  });
  const { name } = seen.volume;
  if (outcome === 'only-shown') return { name, outcome };
  writeFacts(session.host, seen, place, { sources, found });
  const generation = `${place.directory}/${place.generation}`;
  keepBackup(session.host, seen.volume, lv?.name ?? name, generation);
  return { name, outcome: 'backed-up', generation };
}

/** As much of what a program says as is told. */
const mostLines = 10;

async function backUpByProgram(
  { session, seen, lv }: BackupCall,
  sources: readonly BackupSource[],
  program: readonly string[],
): Promise<BackedUp> {
  const { plan, checks } = planHandOver(seen, sources, program);
  const { name } = seen.volume;
  const { outcome } = await carryOutJournaled(session, plan, {
    handsOver: true,
    onResult: (_index, step, result) => {
      const source = checks.get(step);
      if (source !== undefined) tellCheck(session, seen, source, result);
      if (step.action.kind !== 'hand-over') return;
      const lines = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line.trim() !== '');
      for (const line of lines.slice(-mostLines))
        session.report({ kind: 'notice', volume: name, message: `${result.command.file}: ${line}` });
    },
  });
  if (outcome === 'only-shown') return { name, outcome };
  keepBackup(session.host, seen.volume, lv?.name ?? name, null);
  return { name, outcome: 'handed-over' };
}

/** Each volume has a directory of its own, so that one place serves all; so has an LV that was named alone. */
function judgePlace(
  { session: { host }, look, seen, lv }: BackupCall,
  { to, keep }: GenerationOptions,
): BackupPlace {
  const root = to.length > 1 ? to.replace(/\/+$/, '') : to;
  const own = lv === undefined ? seen.volume.dmName : lv.device.slice(lv.device.lastIndexOf('/') + 1);
  const directory = `${root === '/' ? '' : root}/${own}`;
  const { name } = seen.volume;
  guardNotOnVolume(host, look, seen, { path: directory, standing: findStanding(host, directory) });
  for (const path of [directory, `${directory}/${backupDirectory}`]) guardOwn(host, name, path);
  const there = listGenerations(host.files, directory);
  if (there === undefined)
    refuse(name, 'file-unreadable', { path: directory, why: 'it is no directory that can be read' });
  guardEmpty(host, seen, directory, there);
  return { directory, generation: generationAt(host.clock.now()), there, keep };
}

/** Root writes and removes there: whoever else could write there, too, could lead that elsewhere. */
function guardOwn({ files }: Host, name: string, path: string): void {
  const names = files.listOwn(path);
  if (names.kind === 'failed') refuse(name, 'file-unreadable', { path, why: names.reason });
}

/** What somebody else keeps there is not mixed with generations. */
function guardEmpty({ files }: Host, { volume }: Seen, directory: string, { whole }: Generations): void {
  const names = files.list(directory);
  if (names.kind !== 'read' || whole.length > 0 || isOfBackup(files, directory)) return;
  if (names.value.length > 0)
    refuse(volume.name, 'target-not-empty', { path: directory, holds: names.value.toSorted().slice(0, 5) });
}

/** How much changed since the generation before is not known, so only a first one is measured. */
async function guardRoom(
  host: Host,
  { volume }: Seen,
  { directory, there }: BackupPlace,
  sources: readonly BackupSource[],
): Promise<void> {
  if (there.whole.length > 0) return;
  const { availableBytes: hasBytes } = await askRoom(host, findStanding(host, directory));
  const needsBytes = sources.reduce((sum, { usedBytes = 0 }) => sum + usedBytes, 0);
  if (needsBytes > hasBytes)
    refuse(volume.name, 'target-too-small', { path: directory, hasBytes, needsBytes });
}

function tellBefore(session: Session, { volume }: Seen, { left, sources }: ChosenSources): void {
  const notice = (message: string): void => {
    session.report({ kind: 'notice', volume: volume.name, message });
  };
  for (const { device, holds } of left) notice(`${device} is not backed up: ${holds}`);
  for (const { name, frozen } of sources)
    if (frozen !== undefined)
      notice(
        `${name} is frozen for the end of the copy, ${formatDuration(frozen.ms)} at most: who writes there waits meanwhile; it is not checked`,
      );
  for (const { name, snapshot, frozen } of sources)
    if (snapshot === undefined && frozen === undefined)
      notice(
        `${name} is not mounted: it is mounted read-only until it is copied, and cannot be mounted otherwise`,
      );
}

/** @returns what a check came to */
function tellCheck(
  session: Session,
  { volume }: Seen,
  { name }: BackupSource,
  result: CommandResult,
): string {
  const said = describeCheck(result);
  const message = `the filesystem of ${name}, as it is backed up: ${said}`;
  if (said !== 'clean') session.report({ kind: 'notice', volume: volume.name, message });
  return said;
}

interface Known {
  readonly sources: readonly BackupSource[];
  /** What the check of each filesystem came to, by its name. */
  readonly found: ReadonlyMap<string, string>;
}

/** For whoever looks at the generation later. It is whole without this file. */
function writeFacts(host: Host, { volume }: Seen, place: BackupPlace, { sources, found }: Known): void {
  const { directory, generation } = place;
  const facts: BackupFacts = {
    volume: volume.name,
    stack: volume.stack,
    filesystems: sources.map(({ name, type, within, snapshot, frozen }) => ({
      name,
      type,
      directory: within.slice(1),
      from: frozen !== undefined ? 'frozen' : snapshot !== undefined ? 'snapshot' : 'not-mounted',
      check: found.get(name) ?? 'not checked',
    })),
  };
  host.files.writeAtomically(factsOf(directory, generation), `${toJson(facts, 2)}\n`, 0o600);
}
