import { sectorBytes } from '../model/disk.ts';
import { formatDuration } from '../model/duration.ts';
import type { BadDisk, KnownCopy, NoRoom, Preflight, PreflightNote } from '../model/preflight-schema.ts';
import { formatBytes } from '../model/size.ts';

/** A sentence about what was looked at before a plan. */
export interface PreflightLine {
  /** `against`: a reason against the plan, which the caller has set aside. */
  readonly tone: 'against' | 'warning' | 'plain';
  readonly text: string;
}

/** What was looked at before a plan, in sentences: the worst first. */
export function describePreflight({
  scan,
  badDisks,
  noRoom,
  notes,
  copies,
  despite,
}: Preflight): PreflightLine[] {
  const line =
    (tone: PreflightLine['tone']) =>
    (text: string): PreflightLine => ({ tone, text });
  const asides = despite.length === 0 ? [] : [`Asked for despite: ${despite.join(', ')}.`];
  return [
    ...[...badDisks.map(describeBadDisk), ...noRoom.map(describeNoRoom)].map((text) =>
      line('against')(`${text}.`),
    ),
    ...asides.map(line('against')),
    line(copies.length === 0 ? 'warning' : 'plain')(describeCopies(copies)),
    ...notes.map((note) => line('warning')(describeNote(note))),
    ...(scan === null ? [] : [line('plain')(describeScan(scan, badDisks.length === 0))]),
  ];
}

const mostStretches = 4;

/** The stretches as sectors of 512 bytes, which is how the kernel counts them. */
function describeSectors(stretches: BadDisk['stretches']): string {
  const shown = stretches.slice(0, mostStretches).map(({ startBytes, lengthBytes }) => {
    const first = startBytes / sectorBytes;
    return `${String(first)} to ${String(first + lengthBytes / sectorBytes - 1)}`;
  });
  const more = stretches.length - shown.length;
  return `sectors ${shown.join(', ')}${more === 0 ? '' : ` and ${String(more)} more stretches`}`;
}

/** `/dev/vdb (the leg vg-pool_vdata_rimage_1) cannot be read at sectors 2048 to 2055 (EIO)` */
export function describeBadDisk({ source, device, leg, stretches, said }: BadDisk): string {
  const where = leg === null || leg === device ? device : `${device} (the leg ${leg})`;
  const disk = leg === device ? `${device} (a leg of a RAID)` : where;
  const at = stretches.length === 0 ? '' : ` at ${describeSectors(stretches)}`;
  switch (source) {
    case 'reading':
      return `${disk} cannot be read${at} (${said})`;
    case 'kernel-log':
      return `the kernel logged medium errors of ${disk}${at} (${said})`;
    case 'md':
      return `the RAID ${leg ?? ''} knows bad blocks of ${device}${at} (${said})`;
    case 'smartctl':
      return `${disk} is failing (${said})`;
  }
}

const rooms: Readonly<Record<NoRoom['what'], (name: string) => string>> = {
  'thin-pool': (name) => `the thin pool ${name} beneath`,
  'file-system': (name) => `the filesystem of ${name}, which is behind a loop device beneath,`,
  snapshot: (name) => `the snapshot ${name} beneath`,
  origin: (name) => `${name}, a snapshot of its storage to which each write is copied first,`,
};

/** `the thin pool vg/thin beneath has 0 B left (out_of_data_space), and a forced rebuild writes up to 201 MiB` */
export function describeNoRoom({ what, name, state, leftBytes, neededBytes }: NoRoom): string {
  const word = state === null ? '' : ` (${state})`;
  return `${rooms[what](name)} has ${formatBytes(leftBytes)} left${word}, and a forced rebuild writes up to ${formatBytes(neededBytes)}`;
}

const copyNames: Readonly<Record<string, string>> = {
  backup: 'a backup',
  salvage: 'a salvage',
  rehearse: 'a rehearsal of its rebuild',
};

function describeCopies(copies: readonly KnownCopy[]): string {
  if (copies.length === 0)
    return 'No copy of it is known: the journal has no backup, salvage or rehearsal of it.';
  const known = copies.map(
    ({ operation, at, ageMs }) =>
      `${copyNames[operation] ?? operation} of ${at.slice(0, 16).replace('T', ' ')} UTC, ${formatAge(ageMs)} old`,
  );
  return `Known copies: ${known.join('; ')}.`;
}

const hourMs = 3_600_000;

function formatAge(ms: number): string {
  const days = Math.floor(ms / (24 * hourMs));
  if (days < 2) return formatDuration(ms);
  return `${String(days)} days`;
}

function describeNote(note: PreflightNote): string {
  switch (note.note) {
    case 'errors-logged':
      return `The kernel logged ${String(note.count)} ${note.count === 1 ? 'error' : 'errors'} of ${note.device} since it booted; the last: ${note.last}.`;
    case 'disk-worn':
      return `${note.device} still passes its own test, and counts: ${note.said}.`;
    case 'degraded':
      return `${note.said}.`;
    case 'not-read':
      return `${note.device} was not read to the end: ${note.why}.`;
    case 'not-asked':
      return `Not known: ${note.what}: ${note.why}.`;
  }
}

function describeScan(
  { extent, readBytes, storageBytes, durationMs }: NonNullable<Preflight['scan']>,
  isClean: boolean,
): string {
  const found = isClean ? 'no error' : 'the errors above';
  return extent === 'full'
    ? `Its whole storage was read: ${found} (${formatBytes(readBytes)} in ${formatDuration(durationMs)}).`
    : `A sample of its storage was read: ${found} (${formatBytes(readBytes)}; --scan full reads all ${formatBytes(storageBytes)}).`;
}
