import { formatBytes } from '../../model/size.ts';
import { formatDuration } from '../../model/duration.ts';
import type { Missing, Volume } from '../../model/volume.ts';
import type { Style } from './style.ts';
import { makeWidth } from './width.ts';

const unknown = '-';

interface Column {
  readonly title: string;
  readonly cell: (volume: Volume) => string;
  /** On a terminal too narrow for all, the columns with the highest go first; those without one stay. */
  readonly leavesAt?: number;
}

const columns: readonly Column[] = [
  { title: 'NAME', cell: (volume) => volume.name },
  { title: 'STACK', cell: (volume) => volume.stack, leavesAt: 1 },
  { title: 'STATE', cell: (volume) => volume.state },
  { title: 'MODE', cell: formatMode },
  { title: 'USED', cell: ({ sizes }) => formatPercent(sizes.usedPercent) },
  { title: 'SAVED', cell: ({ sizes }) => formatPercent(sizes.savingPercent), leavesAt: 3 },
  { title: 'INDEX', cell: (volume) => volume.index ?? unknown, leavesAt: 4 },
  { title: 'USED BY', cell: formatUse, leavesAt: 2 },
  { title: 'ALERTS', cell: ({ alerts }) => alerts.map((alert) => alert.code).join(', ') || unknown },
];

const gap = '  ';

/** One line a volume, under a line of titles; no wider than `maximum` columns where something can be left out. */
export async function formatList(
  volumes: readonly Volume[],
  style: Style,
  maximum: number,
): Promise<string[]> {
  if (volumes.length === 0) return ['No VDO volumes.'];
  const width = await makeWidth(volumes.flatMap((volume) => columns.map((column) => column.cell(volume))));
  const shown = fitColumns(volumes, width, maximum);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell + ' '.repeat((shown[index]?.width ?? 0) - width(cell)))
      .join(gap)
      .trimEnd();
  const rows = volumes.map((volume) => {
    return paintRow(line(shown.map(({ column }) => column.cell(volume))), volume, style);
  });
  return [style.bold(line(shown.map(({ column }) => column.title))), ...rows];
}

function fitColumns(volumes: readonly Volume[], width: (text: string) => number, maximum: number) {
  let shown = columns.map((column) => {
    return {
      column,
      width: Math.max(column.title.length, ...volumes.map((volume) => width(column.cell(volume)))),
    };
  });
  const total = (): number => shown.reduce((sum, each) => sum + each.width + gap.length, -gap.length);
  const ranks = columns.flatMap((column) => column.leavesAt ?? []).sort((one, other) => other - one);
  for (const rank of ranks) {
    if (total() <= maximum) break;
    shown = shown.filter(({ column }) => column.leavesAt !== rank);
  }
  return shown;
}

function paintRow(line: string, volume: Volume, style: Style): string {
  const worst = volume.alerts.find((alert) => alert.severity !== 'info');
  return worst === undefined ? line : style.severity(worst.severity, line);
}

function formatMode({ mode, recovery, onDisk, state }: Volume): string {
  if (mode === 'recovering' && recovery?.percent != null) return `recovering ${String(recovery.percent)}%`;
  if (mode !== null) return mode;
  return state === 'stopped' && onDisk !== null ? `(${onDisk.state})` : unknown;
}

function formatPercent(percent: number | null): string {
  return percent === null ? unknown : `${String(percent)}%`;
}

function formatUse({ mounts, holders, logicalVolumes }: Volume): string {
  const own = new Set(logicalVolumes.map((lv) => lv.device.replace('/dev/mapper/', '')));
  return (
    [...mounts.map((mount) => mount.path), ...holders.filter((holder) => !own.has(holder))].join(', ') ||
    unknown
  );
}

/** Everything known of one volume, a fact a line. */
export function formatVolume(volume: Volume, style: Style): string[] {
  const facts = listFacts(volume).map(([label, value]) => `  ${label.padEnd(14)} ${value}`);
  const alerts = volume.alerts.flatMap(({ severity, code, message, next }) => [
    `  ${style.severity(severity, `${severity}: ${code}`)}: ${message}`,
    `      next: ${next}`,
  ]);
  return [style.bold(volume.name), ...facts, ...alerts];
}

function listFacts(volume: Volume): (readonly [string, string])[] {
  const { sizes, onDisk, recovery, counters } = volume;
  const facts: (readonly [string, string | undefined])[] = [
    ['stack', volume.stack],
    ['state', volume.state],
    ['mode', volume.mode ?? (volume.state === 'stopped' ? undefined : 'unknown')],
    ['on disk', onDisk === null ? undefined : `${onDisk.state}: ${onDisk.meaning}`],
    ['recovery', recovery === null ? undefined : formatRecovery(recovery)],
    ['index', volume.index ?? undefined],
    ['compression', volume.compression ?? undefined],
    ['device', volume.state === 'stopped' ? undefined : `/dev/mapper/${volume.dmName}`],
    ['storage', formatStorage(volume)],
    [
      'LVs',
      volume.logicalVolumes.map((lv) => `${lv.name}${lv.active ? '' : ' (inactive)'}`).join(', ') ||
        undefined,
    ],
    ['logical size', formatSize(sizes.logicalBytes)],
    ['physical size', formatSize(sizes.physicalBytes)],
    ['slab size', sizes.slabBytes === null ? undefined : formatBytes(sizes.slabBytes)],
    ['used', formatUsed(sizes)],
    ['saved', sizes.savingPercent === null ? undefined : `${String(sizes.savingPercent)} %`],
    ['recoveries', counters === null ? undefined : formatCounters(counters)],
    [
      'mounts',
      volume.mounts
        .map((mount) => `${mount.path} (${mount.type}${mount.readOnly ? ', ro' : ''})`)
        .join(', ') || undefined,
    ],
    ['held by', volume.holders.join(', ') || undefined],
    ['manager', volume.manager === null ? undefined : formatManager(volume.manager)],
    ['remembered', volume.stack === 'dm' ? (volume.remembered ? 'yes' : 'no') : undefined],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
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
    activated ? undefined : 'deactivated: it is not started',
    operationState === 'finished' ? undefined : `operation state ${operationState}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function formatSize(bytes: number | null): string {
  return bytes === null ? 'unknown' : formatBytes(bytes);
}

function formatUsed({ usedBytes, usedPercent, availableBytes }: Volume['sizes']): string {
  if (usedBytes === null || availableBytes === null) return 'unknown in this mode';
  const percent = usedPercent === null ? '' : ` (${String(usedPercent)} %)`;
  return `${formatBytes(usedBytes)}${percent}, ${formatBytes(availableBytes)} available`;
}

function formatStorage({ storage }: Volume): string {
  const below = storage.disks.filter((disk) => disk !== storage.path);
  const on = below.length === 0 ? '' : ` on ${below.join(', ')}`;
  return `${storage.path || 'unknown'}${on}${storage.present ? '' : ' (not there)'}`;
}

function formatRecovery({ percent, slabs, slabsDone, etaSeconds }: NonNullable<Volume['recovery']>): string {
  const done = percent === null ? 'under way' : `${String(percent)} %`;
  const inSlabs =
    slabs === null || slabsDone === null ? '' : ` (${String(slabsDone)} of ${String(slabs)} slabs)`;
  const eta = etaSeconds === null ? ', time left unknown yet' : `, ${formatDuration(etaSeconds * 1000)} left`;
  return `${done}${inSlabs}${eta}`;
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

/** What could not be seen, and why: said on stderr, since the rest is still true. */
export function formatMissing(missing: readonly Missing[]): string[] {
  return missing.map(({ what, why }) => `not seen: ${what}: ${why}`);
}
