import type { BlockDevices } from '../model/device.ts';
import type { DiskState } from '../model/disk.ts';
import type { Settings } from '../model/settings.ts';
import type { Alert, AlertCode, Volume } from '../model/volume.ts';
import { describeLackOfRoom } from './devices.ts';
import type { Found } from './find.ts';
import { firstBlockRules, lostFirstBlock } from './first-block-alerts.ts';
import { lvmRules } from './lvm/alerts.ts';
import { describeLack } from './lvm/words.ts';
import { managerRules } from './manager/alerts.ts';
import { describeHalfConverted, type Metadata } from './metadata.ts';
import { isRenamed } from './namesakes.ts';
import { switchRules } from './switch-alerts.ts';

/** A volume as the rules see it. */
export interface Seen {
  readonly volume: Omit<Volume, 'alerts'>;
  readonly found: Found;
  readonly metadata: Metadata | undefined;
  /** Suspended devices at or beneath its storage. */
  readonly suspendedBelow: readonly string[];
  readonly thresholds: Thresholds;
}

/** From where on space that is used is an alert. */
export type Thresholds = Pick<Settings, 'space-warning' | 'space-critical'>;

/** One thing that can be wrong with a volume. */
export interface Rule {
  readonly code: AlertCode;
  readonly severity: Alert['severity'] | ((seen: Seen) => Alert['severity']);
  /** What is so, or undefined when it is not. */
  readonly message: (seen: Seen) => string | undefined;
  readonly next: (seen: Seen) => string;
}

function describeUnfinished({ unfinished = [] }: Found, state: 'cut-off' | 'under-way'): string | undefined {
  const found = unfinished.find((each) => each.state === state);
  if (found === undefined) return undefined;
  const { begun, steps } = found.operation;
  const last = steps.filter(({ way, state: reached }) => way === 'forward' && reached === 'begun').at(-1);
  const total = String(begun.plan.steps.length);
  const where =
    last === undefined
      ? 'before its first step'
      : `in step ${String(last.index + 1)} of ${total} ("${last.title}")`;
  const what = `a ${begun.plan.operation} begun by ${begun.user} at ${begun.at}`;
  return state === 'cut-off'
    ? `${what} was cut off ${where}`
    : `${what} is under way, ${where} (pid ${String(begun.process.pid)})`;
}

/** What LVM keeps may lie in pieces: it sees to that itself. */
function describeTooSmall({ volume, found: { storage }, metadata }: Seen): string | undefined {
  if (volume.state !== 'stopped' || volume.stack === 'lvm') return undefined;
  if (storage === undefined || metadata?.kind !== 'read') return undefined;
  return describeLackOfRoom(storage, metadata.superBlock.physicalBytes);
}

function describeHalf({ storage }: Seen['volume'], metadata: Seen['metadata']) {
  return metadata?.kind === 'half-converted' ? describeHalfConverted(storage.path, metadata) : undefined;
}

const when = (holds: boolean, message: string): string | undefined => (holds ? message : undefined);
const say = (text: (name: string) => string) => (seen: Seen) => text(seen.volume.name);
/** `null`: nobody knows. */
const diskSays = ({ onDisk }: Seen['volume'], ...states: readonly (DiskState | null)[]): boolean =>
  states.includes(onDisk?.state ?? null);
const stoppedOn = ({ volume, found }: Seen, ...states: readonly DiskState[]): boolean =>
  found.starter === undefined && volume.state === 'stopped' && diskSays(volume, ...states);

/** Everything that can be wrong with one volume, worst first. What each means at length: `vdoctl explain CODE`. */
const rules: readonly Rule[] = [
  {
    code: 'unfinished-operation',
    severity: 'critical',
    message: ({ found }) => describeUnfinished(found, 'cut-off'),
    next: say((name) => `vdoctl cleanup ${name} --dry-run shows the way out; without --dry-run it takes it`),
  },
  {
    code: 'operation-under-way',
    severity: 'info',
    message: ({ found }) => describeUnfinished(found, 'under-way'),
    next: () => 'wait for its end',
  },
  {
    code: 'read-only',
    severity: 'critical',
    message: ({ volume }) =>
      when(
        volume.mode === 'read-only' && diskSays(volume, null, 'read-only'),
        'it is read-only: it can be read, every write fails',
      ),
    // Without its disk nobody knows whether the worse is needed.
    next: ({ volume: { name, onDisk } }) =>
      onDisk === null
        ? `mend its storage, then: vdoctl recover ${name} says what it needs`
        : `copy the data off, then: vdoctl recover ${name} --force-rebuild`,
  },
  {
    code: 'restart-recovers',
    severity: 'critical',
    message: ({ volume }) =>
      when(
        volume.mode === 'read-only' && !diskSays(volume, null, 'read-only', 'force-rebuild'),
        'it went read-only because its storage failed, but its disk does not say read-only: a restart recovers it',
      ),
    next: say((name) => `mend the storage, then: vdoctl recover ${name} (no forced rebuild is needed)`),
  },
  {
    code: 'will-be-read-only',
    severity: 'critical',
    message: (seen) =>
      when(stoppedOn(seen, 'read-only'), 'its disk says read-only: it will come up read-only'),
    next: say(
      (name) => `vdoctl start ${name} to copy the data off, then: vdoctl recover ${name} --force-rebuild`,
    ),
  },
  {
    code: 'rebuild-pending',
    severity: 'critical',
    message: (seen) =>
      when(
        stoppedOn(seen, 'force-rebuild') ||
          (seen.volume.mode === 'read-only' && diskSays(seen.volume, 'force-rebuild')),
        'a forced rebuild was ordered and not yet done',
      ),
    next: say((name) => `vdoctl recover ${name} --force-rebuild carries it out; it may lose data`),
  },
  ...firstBlockRules,
  {
    code: 'not-a-vdo',
    severity: 'critical',
    message: (seen) => {
      const { metadata, volume } = seen;
      if (lostFirstBlock(seen)) return undefined;
      if (metadata?.kind === 'not-vdo') return `${volume.storage.path} does not hold a VDO`;
      const problem = metadata?.kind === 'not-understood' ? metadata.failure.problem : undefined;
      if (problem?.kind !== 'not-understood') return undefined;
      return `the VDO metadata on ${volume.storage.path} is not understood: ${problem.reason}`;
    },
    next: () => 'check that this is the right device before anything else',
  },
  {
    code: 'half-converted',
    severity: 'critical',
    message: ({ metadata, volume }) => describeHalf(volume, metadata)?.reason,
    next: ({ metadata, volume }) => describeHalf(volume, metadata)?.next ?? '',
  },
  {
    code: 'storage-missing',
    severity: 'critical',
    message: ({ volume, found }) =>
      when(
        // Of a name that is left of a volume nobody knows the storage.
        !volume.storage.present && volume.storage.path !== '',
        found.lack === 'partial'
          ? describeLack(volume.name)
          : `its storage device ${volume.storage.path} is not there`,
      ),
    next: () => 'attach the storage; nothing on the volume has changed',
  },
  ...lvmRules,
  {
    code: 'storage-too-small',
    severity: 'critical',
    message: describeTooSmall,
    next: () => 'check that it is the right device, whole; a start is refused until it is',
  },
  {
    code: 'storage-suspended',
    severity: 'critical',
    message: ({ suspendedBelow }) =>
      when(
        suspendedBelow.length > 0,
        `${suspendedBelow.join(', ')} beneath it is suspended: reading and writing wait until it is resumed`,
      ),
    next: ({ suspendedBelow }) => `dmsetup resume ${suspendedBelow.join(' ')} when its owner is done with it`,
  },
  {
    code: 'storage-unreadable',
    severity: 'critical',
    message: ({ metadata, volume }) => {
      if (metadata?.kind === 'failed') return `${volume.storage.path} cannot be read: ${metadata.reason}`;
      return when(metadata?.kind === 'no-answer', `${volume.storage.path} does not answer`);
    },
    next: () => 'look in the kernel log (dmesg) and mend the storage first',
  },
  ...managerRules,
  {
    code: 'suspended',
    severity: 'critical',
    message: ({ volume }) => when(volume.state === 'suspended', 'it is suspended: reading and writing wait'),
    next: ({ volume }) => `dmsetup resume ${volume.dmName} when its owner is done with it`,
  },
  {
    code: 'starting',
    severity: 'info',
    message: ({ found }) =>
      found.starter === undefined
        ? undefined
        : `it is being started by ${found.starter}: the kernel replays its journal`,
    next: say((name) => `vdoctl wait ${name} --for normal`),
  },
  {
    code: 'storage-shared',
    severity: 'warning',
    message: ({ volume, found: { sharer } }) =>
      sharer && `the volume ${sharer} runs on its storage ${volume.storage.path}`,
    next: ({ volume: { name }, found, metadata }) =>
      isRenamed(found, metadata)
        ? `it is the same one under another name: vdoctl remove ${name} forgets this name, and nothing else`
        : 'check which device is its own: nothing is started on one that another volume uses',
  },
  {
    code: 'name-taken',
    severity: 'warning',
    message: ({ found: { namesake } }) =>
      namesake && `${namesake.path} is another device with its name: beside that it cannot be started`,
    next: ({ found: { dmName } }) =>
      `dmsetup table ${dmName} says what that is; dmsetup rename gives it another name`,
  },
  {
    code: 'interrupted-start',
    severity: 'warning',
    message: ({ volume, found }) =>
      when(
        volume.state === 'stopped' && found.target !== undefined && found.starter === undefined,
        `${found.dmName} exists without a table: a start was cut off`,
      ),
    // Of a volume that nobody knows any more nothing can be started.
    next: ({ volume: { name }, found }) =>
      found.storagePath === '' ? `vdoctl cleanup ${name}` : `vdoctl recover ${name}`,
  },
  {
    code: 'index-error',
    severity: 'warning',
    message: ({ volume }) =>
      when(volume.index === 'error', 'the deduplication index failed: new data is not deduplicated'),
    next: say((name) => `stop and start it: vdoctl stop ${name} && vdoctl start ${name}`),
  },
  ...switchRules,
  {
    code: 'out-of-space',
    severity: 'critical',
    message: ({ volume }) =>
      when(volume.sizes.availableBytes === 0, 'physical space is exhausted: new writes fail'),
    next: () => 'grow its storage, or free space with fstrim where the filesystem lives',
  },
  {
    code: 'nearly-full',
    severity: ({ volume: { sizes }, thresholds }) =>
      (sizes.usedPercent ?? 0) >= thresholds['space-critical'] ? 'critical' : 'warning',
    message: ({ volume: { sizes }, thresholds }) =>
      when(
        sizes.usedPercent !== null &&
          sizes.usedPercent >= thresholds['space-warning'] &&
          sizes.availableBytes !== 0,
        `${String(sizes.usedPercent)} % of its physical space is used`,
      ),
    next: () => 'grow its storage, or free space with fstrim, before it is full',
  },
  {
    code: 'recovering',
    severity: 'info',
    message: ({ volume }) =>
      when(volume.mode === 'recovering', 'it is recovering after a crash, and can be used meanwhile'),
    next: say((name) => `vdoctl wait ${name} --for normal`),
  },
  {
    code: 'will-recover',
    severity: 'warning',
    message: (seen) =>
      when(
        stoppedOn(seen, 'dirty', 'recovering', 'replaying', 'rebuild-for-upgrade'),
        'it crashed, and will recover when it is started',
      ),
    next: say((name) => `vdoctl recover ${name}`),
  },
  {
    code: 'not-remembered',
    severity: 'info',
    message: ({ volume }) =>
      when(
        volume.stack === 'dm' && !volume.remembered,
        'nothing remembers its table: it cannot be started after a reboot',
      ),
    next: say((name) => `vdoctl adopt ${name}`),
  },
];

/** Everything that a person should know of the volume, worst first. */
export function findAlerts(
  volume: Omit<Volume, 'alerts'>,
  context: {
    found: Found;
    metadata: Metadata | undefined;
    devices: BlockDevices;
    thresholds: Thresholds;
  },
): Alert[] {
  const { found, metadata, devices, thresholds } = context;
  const below = found.storage === undefined ? [] : devices.suspendedUnder(found.storage);
  const seen: Seen = {
    volume,
    found,
    metadata,
    suspendedBelow: below.map((device) => device.dm?.name ?? device.path),
    thresholds,
  };
  return rules.flatMap(({ code, severity, message, next }) => {
    const text = message(seen);
    if (text === undefined) return [];
    const own = typeof severity === 'function' ? severity(seen) : severity;
    return [{ code, severity: own, message: text, next: next(seen) }];
  });
}
