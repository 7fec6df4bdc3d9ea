import { blockBytes } from '../model/disk.ts';
import { formatDuration } from '../model/duration.ts';
import { formatBytes } from '../model/size.ts';
import { formatSwitch, tunableFacts } from './tunable-facts.ts';
import type { LogicalVolume, Volume } from '../model/volume.ts';

/** Stands for a value that is unknown, or has no meaning now. */
export const unknown = '-';

/** The operating mode in a word; for a stopped volume, the state on its disk in brackets; null if neither is known. */
export function modeWord({ mode, onDisk, state }: Volume): string | null {
  return mode ?? (state === 'stopped' && onDisk !== null ? `(${onDisk.state})` : null);
}

/** The same, with how much of a recovery is done. */
export function formatMode(volume: Volume): string {
  const { mode, recovery } = volume;
  if (mode === 'recovering' && recovery?.percent != null) return `recovering ${String(recovery.percent)}%`;
  return modeWord(volume) ?? unknown;
}

export function formatPercent(percent: number | null): string {
  return percent === null ? unknown : `${String(percent)}%`;
}

/** What uses the volume: mount points, and devices on top of it. */
export function listUses({ mounts, holders, logicalVolumes }: Volume): string[] {
  const own = new Set(logicalVolumes.map((lv) => lv.device.replace('/dev/mapper/', '')));
  return [...mounts.map((mount) => mount.path), ...holders.filter((holder) => !own.has(holder))];
}

/** The same in a line. */
export function formatUse(volume: Volume): string {
  return listUses(volume).join(', ') || unknown;
}

/** Everything known about one volume, as labels and values, without what has no meaning in its state. */
export function listFacts(volume: Volume): (readonly [string, string])[] {
  const { sizes, onDisk, recovery, counters } = volume;
  const configured = volume.tunables?.configured;
  const facts: (readonly [string, string | undefined])[] = [
    ['stack', volume.stack],
    ['state', volume.state],
    ['mode', volume.mode ?? (volume.state === 'stopped' ? undefined : 'unknown')],
    ['on disk', onDisk === null ? undefined : `${onDisk.state}: ${onDisk.meaning}`],
    ['recovery', recovery === null ? undefined : formatRecovery(recovery)],
    ['index', formatSwitch(volume.index, configured?.deduplication)],
    ['compression', formatSwitch(volume.compression, configured?.compression)],
    ['device', volume.state === 'stopped' ? undefined : `/dev/mapper/${volume.dmName}`],
    ['storage', formatStorage(volume)],
    ['LVs', volume.logicalVolumes.map(formatLv).join(', ') || undefined],
    ['logical size', formatSize(sizes.logicalBytes)],
    ['physical size', formatSize(sizes.physicalBytes)],
    ['slab size', formatSlabSize(volume)],
    ['used', formatUsed(volume)],
    ['written', formatWritten(volume)],
    ['saved', sizes.savingPercent === null ? undefined : `${String(sizes.savingPercent)} %`],
    ['recoveries', counters === null ? undefined : formatCounters(counters)],
    [
      'mounts',
      volume.mounts
        .map((mount) => `${mount.path} (${mount.type}${mount.readOnly ? ', ro' : ''})`)
        .join(', ') || undefined,
    ],
    ['held by', volume.holders.join(', ') || undefined],
    ...tunableFacts(volume, formatMapCache(volume)),
    ['rehearsal', volume.rehearsal === null ? undefined : formatRehearsal(volume.rehearsal)],
    ['last backup', volume.lastBackup === null ? undefined : formatBackup(volume.lastBackup)],
    ['manager', volume.manager === null ? undefined : formatManager(volume.manager)],
    ['remembered', volume.stack === 'dm' ? (volume.remembered ? 'yes' : 'no') : undefined],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}

function formatRehearsal({ devices, mounts, changes }: NonNullable<Volume['rehearsal']>): string {
  if (devices.length === 0) return `left its changes behind (${changes ?? unknown})`;
  return [devices.join(', '), ...mounts.map((path) => `mounted on ${path}`)].join(', ');
}

function formatBackup({ at, to }: NonNullable<Volume['lastBackup']>): string {
  return to === null ? `${at}, by a program` : `${at}, ${to}`;
}

function formatLv({ name, active, snapshotOf }: LogicalVolume): string {
  const notes = [snapshotOf === null ? [] : [`snapshot of ${snapshotOf}`], active ? [] : ['inactive']].flat();
  return notes.length === 0 ? name : `${name} (${notes.join(', ')})`;
}

function formatManager({
  operationState,
  activated,
  writePolicy,
  compression,
  deduplication,
}: NonNullable<Volume['manager']>): string {
  const flag = (what: string, isOn: boolean): string => `${what} ${isOn ? 'on' : 'off'}`;
  const parts = [
    `write policy ${writePolicy}`,
    flag('compression', compression),
    flag('deduplication', deduplication),
    activated ? undefined : 'deactivated: the manager does not start it',
    operationState === 'finished' ? undefined : `operation state ${operationState}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function formatSize(bytes: number | null): string {
  return bytes === null ? 'unknown' : formatBytes(bytes);
}

function formatUsed({ state, mode, sizes, statistics }: Volume): string {
  const { usedBytes, usedPercent, availableBytes } = sizes;
  if (usedBytes === null || availableBytes === null) return describeUnknownUse(state, mode);
  const percent = usedPercent === null ? '' : ` (${String(usedPercent)} %)`;
  const [data, overhead] = [statistics?.['dataBlocksUsed'], statistics?.['overheadBlocksUsed']];
  // An empty volume "uses" gigabytes.
  const split =
    typeof data === 'number' && typeof overhead === 'number'
      ? `: ${formatBytes(data * blockBytes)} data, ${formatBytes(overhead * blockBytes)} overhead;`
      : ',';
  return `${formatBytes(usedBytes)}${percent}${split} ${formatBytes(availableBytes)} available`;
}

/** What its users have written, before anything is saved. */
function formatWritten({ mode, statistics }: Volume): string | undefined {
  const blocks = statistics?.['logicalBlocksUsed'];
  return mode === 'normal' && typeof blocks === 'number' ? formatBytes(blocks * blockBytes) : undefined;
}

function formatMapCache({ statistics }: Volume): string | undefined {
  const bytes = statistics?.['blockMapCacheSizeBytes'];
  return typeof bytes === 'number' ? `${formatBytes(bytes)} for the block map` : undefined;
}

/** Formatting fixes it: the copy of a running volume's first block knows it as well as the disk. */
function formatSlabSize({ sizes, geometryCopy }: Volume): string | undefined {
  const bytes = sizes.slabBytes ?? geometryCopy?.superBlock.slabBytes;
  return bytes === undefined ? undefined : formatBytes(bytes);
}

/** Only a running volume in normal mode has figures. */
function describeUnknownUse(state: Volume['state'], mode: Volume['mode']): string {
  if (mode !== null && mode !== 'normal') return `unknown while ${mode}`;
  return state === 'running' ? 'unknown' : `unknown while ${state}`;
}

function formatStorage({ storage }: Volume): string {
  const below = storage.disks.filter((disk) => disk !== storage.path);
  // A disk lies on no other device, so any others hold the rest of the volume.
  const preposition = storage.disks.includes(storage.path) ? 'and' : 'on';
  const on = below.length === 0 ? '' : ` ${preposition} ${below.join(', ')}`;
  return `${storage.path || 'unknown'}${on}${storage.present ? '' : ' (missing)'}`;
}

function formatRecovery({
  percent,
  slabs,
  slabsDone,
  ratePercentPerSecond: rate,
  etaSeconds,
}: NonNullable<Volume['recovery']>): string {
  const done = percent === null ? 'under way' : `${String(percent)} %`;
  const inSlabs =
    slabs === null || slabsDone === null ? '' : ` (${String(slabsDone)} of ${String(slabs)} slabs)`;
  const eta =
    etaSeconds === null ? ', time left not known yet' : `, ${formatDuration(etaSeconds * 1000)} left`;
  const speed = rate === null ? '' : `, ${rate.toPrecision(2)} % a second`;
  return `${done}${inSlabs}${speed}${eta}`;
}

function formatCounters({
  completedRecoveries,
  readOnlyRecoveries,
  noSpaceErrors,
  readOnlyErrors,
}: NonNullable<Volume['counters']>): string {
  const errors = [
    noSpaceErrors === null ? undefined : `${String(noSpaceErrors)} no-space errors`,
    readOnlyErrors === null ? undefined : `${String(readOnlyErrors)} read-only errors`,
  ];
  const parts = [
    `${String(completedRecoveries)} completed`,
    `${String(readOnlyRecoveries)} read-only (forced rebuilds)`,
    ...errors,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}
