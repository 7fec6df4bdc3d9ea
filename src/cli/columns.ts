import { severities } from '../model/finding.ts';
import type { Alert, Volume } from '../model/volume.ts';
import { listUses, modeWord } from '../prose/volume-facts.ts';

/** A column of `list`: all that help, the manual, completions and the table itself know of it. */
export interface Column {
  /** The word for it in `-o`. */
  readonly name: string;
  readonly title: string;
  /** A sentence for help and the manual. */
  readonly description: string;
  /** How its value is told: `percent` from 0 to 100, `time` in seconds. */
  readonly kind: 'text' | 'count' | 'bytes' | 'percent' | 'time';
  /** What it tells of a volume; null where that is unknown, or means nothing in the volume's state. */
  readonly value: (volume: Volume) => string | number | null;
  /** What `--sort` goes by, where that is not the value; null comes last. */
  readonly rank?: (volume: Volume) => number | null;
  /** Present if the column is shown without `-o`, and when it then gives way on a terminal. */
  readonly standard?: Standard;
}

export interface Standard {
  /** Where the table is too wide, the columns with the highest number go first; those without one stay. */
  readonly leavesAt?: number;
  /** It goes where no volume has anything to tell in it. */
  readonly leavesEmpty?: true;
}

/** How bad the worst alert of a volume is; null without an alert. */
function worstOf({ alerts }: Volume): Alert['severity'] | null {
  return severities.find((each) => alerts.some(({ severity }) => severity === each)) ?? null;
}

/** The worse, the higher. */
function rankOf(volume: Volume): number | null {
  const worst = worstOf(volume);
  return worst === null ? null : severities.length - severities.indexOf(worst);
}

/** Every column, those that are shown without `-o` first and in their order. */
export const columns: readonly Column[] = [
  {
    name: 'name',
    title: 'NAME',
    description: 'The dm name; of an LVM pool, vg/pool.',
    kind: 'text',
    value: ({ name }) => name,
    standard: {},
  },
  {
    name: 'stack',
    title: 'STACK',
    description: 'What drives it: dm, lvm or manager.',
    kind: 'text',
    value: ({ stack }) => stack,
    standard: { leavesAt: 2 },
  },
  {
    name: 'state',
    title: 'STATE',
    description: 'Whether it is running, stopped or suspended.',
    kind: 'text',
    value: ({ state }) => state,
    standard: {},
  },
  {
    name: 'mode',
    title: 'MODE',
    description: 'The operating mode; of a stopped volume, in parentheses, what its disk says.',
    kind: 'text',
    value: modeWord,
    standard: {},
  },
  {
    name: 'done',
    title: 'DONE',
    description: 'How much of its recovery is done.',
    kind: 'percent',
    value: ({ mode, recovery }) => (mode === 'recovering' ? (recovery?.percent ?? null) : null),
    standard: { leavesEmpty: true },
  },
  {
    name: 'size',
    title: 'SIZE',
    description: 'The physical size, of which USED and FREE are parts.',
    kind: 'bytes',
    value: ({ sizes }) => sizes.physicalBytes,
    standard: { leavesAt: 3 },
  },
  {
    name: 'used',
    title: 'USED',
    description: 'How much of the physical space is used, overhead included.',
    kind: 'percent',
    value: ({ sizes }) => sizes.usedPercent,
    standard: {},
  },
  {
    name: 'free',
    title: 'FREE',
    description:
      'The physical space that is left. Without any, writes fail, whatever a filesystem on it has free.',
    kind: 'bytes',
    value: ({ sizes }) => sizes.availableBytes,
    standard: {},
  },
  {
    name: 'saved',
    title: 'SAVED',
    description: 'How much space deduplication and compression save.',
    kind: 'percent',
    value: ({ sizes }) => sizes.savingPercent,
    standard: { leavesAt: 4 },
  },
  {
    name: 'index',
    title: 'INDEX',
    description: 'The state of the deduplication index.',
    kind: 'text',
    value: ({ index }) => index,
    standard: { leavesAt: 5 },
  },
  {
    name: 'used-by',
    title: 'USED BY',
    description: 'Where it is mounted, and the devices on top of it.',
    kind: 'text',
    value: (volume) => listUses(volume).join(',') || null,
    standard: { leavesAt: 1 },
  },
  {
    name: 'alerts',
    title: 'ALERTS',
    description: 'The codes of its alerts, the worst first; vdoctl explain tells what one means.',
    kind: 'text',
    value: ({ alerts }) => alerts.map(({ code }) => code).join(',') || null,
    rank: rankOf,
    standard: {},
  },
  {
    name: 'severity',
    title: 'SEVERITY',
    description: 'How bad its worst alert is: info, warning or critical.',
    kind: 'text',
    value: worstOf,
    rank: rankOf,
  },
  {
    name: 'logical',
    title: 'LOGICAL',
    description: 'The logical size: what it offers to the filesystem on it.',
    kind: 'bytes',
    value: ({ sizes }) => sizes.logicalBytes,
  },
  {
    name: 'alloc',
    title: 'ALLOC',
    description: 'The physical space that is used, overhead included, as a size.',
    kind: 'bytes',
    value: ({ sizes }) => sizes.usedBytes,
  },
  {
    name: 'slab',
    title: 'SLAB',
    description: 'The size of a slab.',
    kind: 'bytes',
    value: ({ sizes }) => sizes.slabBytes,
  },
  {
    name: 'eta',
    title: 'ETA',
    description: 'The time that is left of its recovery, once two looks show how fast it goes.',
    kind: 'time',
    value: ({ recovery }) => recovery?.etaSeconds ?? null,
  },
  {
    name: 'compression',
    title: 'COMPRESSION',
    description: 'Whether compression is online or offline.',
    kind: 'text',
    value: ({ compression }) => compression,
  },
  {
    name: 'on-disk',
    title: 'ON DISK',
    description: 'The state that its super block says.',
    kind: 'text',
    value: ({ onDisk }) => onDisk?.state ?? null,
  },
  {
    name: 'recoveries',
    title: 'RECOVERIES',
    description: 'How many recoveries it has completed.',
    kind: 'count',
    value: ({ counters, onDisk }) => counters?.completedRecoveries ?? onDisk?.completedRecoveries ?? null,
  },
  {
    name: 'rebuilds',
    title: 'REBUILDS',
    description: 'How often it was rebuilt by force.',
    kind: 'count',
    value: ({ counters, onDisk }) => counters?.readOnlyRecoveries ?? onDisk?.readOnlyRecoveries ?? null,
  },
  {
    name: 'uuid',
    title: 'UUID',
    description: 'The UUID in its first block.',
    kind: 'text',
    value: ({ onDisk }) => onDisk?.uuid ?? null,
  },
  {
    name: 'device',
    title: 'DEVICE',
    description: 'The path of its device, while it has one.',
    kind: 'text',
    value: ({ state, dmName }) => (state === 'stopped' ? null : `/dev/mapper/${dmName}`),
  },
  {
    name: 'storage',
    title: 'STORAGE',
    description: 'The device that it lies on.',
    kind: 'text',
    value: ({ storage }) => storage.path || null,
  },
  {
    name: 'disks',
    title: 'DISKS',
    description: 'The disks at the bottom, through every layer.',
    kind: 'text',
    value: ({ storage }) => storage.disks.join(',') || null,
  },
  {
    name: 'lvs',
    title: 'LVS',
    description: '(lvm stack) The LVs of the pool.',
    kind: 'text',
    value: ({ logicalVolumes }) => logicalVolumes.map(({ name }) => name).join(',') || null,
  },
  {
    name: 'backup',
    title: 'BACKUP',
    description: 'When its last backup by vdoctl was whole.',
    kind: 'text',
    value: ({ lastBackup }) => lastBackup?.at ?? null,
  },
];
