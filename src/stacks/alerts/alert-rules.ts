import type { BlockDevices } from '../../model/device.ts';
import type { DiskState } from '../../model/disk.ts';
import type { SpaceThresholds } from '../../model/settings.ts';
import type { Alert, Volume } from '../../model/volume.ts';
import type { Found } from '../found-volume.ts';
import type { Copies } from '../geometry/copies.ts';
import { describeChanged, firstBlockRules, lostFirstBlock } from './first-block.ts';
import { managerRules } from '../manager/alerts.ts';
import { describeHalfConverted, type Metadata } from '../metadata.ts';
import type { AlertSubject, AlertRule } from './rule.ts';
import { neighbourRules, storageRules } from './storage.ts';
import { switchRules } from './switches.ts';

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

function describeHalf({ storage }: AlertSubject['volume'], metadata: AlertSubject['metadata']) {
  return metadata?.kind === 'half-converted' ? describeHalfConverted(storage.path, metadata) : undefined;
}

function describeRehearsed({ devices, changes }: NonNullable<Volume['rehearsal']>): string {
  if (devices.length > 0) return `a rehearsal of its forced rebuild is up: ${devices.join(', ')}`;
  return `a rehearsal of its forced rebuild left its changes behind: ${changes ?? 'somewhere'}`;
}

const when = (holds: boolean, message: string): string | undefined => (holds ? message : undefined);
const say = (text: (name: string) => string) => (seen: AlertSubject) => text(seen.volume.name);
/** Whether the disk records one of these states; `null` stands for unknown. */
const diskSays = ({ onDisk }: AlertSubject['volume'], ...states: readonly (DiskState | null)[]): boolean =>
  states.includes(onDisk?.state ?? null);
const stoppedOn = ({ volume, found }: AlertSubject, ...states: readonly DiskState[]): boolean =>
  found.starter === undefined && volume.state === 'stopped' && diskSays(volume, ...states);

/** Everything that can be wrong with one volume, worst first. What each means at length: `vdoctl explain CODE`. */
const rules: readonly AlertRule[] = [
  {
    code: 'unfinished-operation',
    severity: 'critical',
    message: ({ found }) => describeUnfinished(found, 'cut-off'),
    next: say((name) => `vdoctl cleanup ${name} finishes or undoes it; --dry-run shows which`),
  },
  {
    code: 'operation-under-way',
    severity: 'info',
    message: ({ found }) => describeUnfinished(found, 'under-way'),
    next: () => 'wait until it has finished',
  },
  {
    code: 'read-only',
    severity: 'critical',
    message: ({ volume }) =>
      when(
        volume.mode === 'read-only' && diskSays(volume, null, 'read-only'),
        'it is read-only: reads work, every write fails',
      ),
    // Without its disk, it is unknown whether the volume needs a forced rebuild.
    next: ({ volume: { name, onDisk } }) =>
      onDisk === null
        ? `repair its storage, then: vdoctl recover ${name} says what it needs`
        : `before it is stopped: vdoctl salvage ${name} --to PATH; then: vdoctl recover ${name} --force-rebuild`,
  },
  {
    code: 'restart-recovers',
    severity: 'critical',
    message: ({ volume }) =>
      when(
        volume.mode === 'read-only' && !diskSays(volume, null, 'read-only', 'force-rebuild'),
        'it went read-only because its storage failed, but its disk does not say read-only: a restart recovers it',
      ),
    next: say((name) => `repair the storage, then: vdoctl recover ${name} (it needs no forced rebuild)`),
  },
  {
    code: 'will-be-read-only',
    severity: 'critical',
    message: (seen) => when(stoppedOn(seen, 'read-only'), 'its disk says read-only: it will start read-only'),
    next: say(
      (name) =>
        `image its storage (ddrescue), then: vdoctl recover ${name} --force-rebuild; only that replays its journal`,
    ),
  },
  {
    code: 'rebuild-pending',
    severity: 'critical',
    message: (seen) =>
      when(
        stoppedOn(seen, 'force-rebuild') ||
          (seen.volume.mode === 'read-only' && diskSays(seen.volume, 'force-rebuild')),
        'a forced rebuild is pending on its disk',
      ),
    next: say((name) => `vdoctl recover ${name} --force-rebuild runs it; it can lose data`),
  },
  ...firstBlockRules,
  {
    code: 'not-a-vdo',
    severity: 'critical',
    message: (seen) => {
      const { metadata, volume } = seen;
      if (lostFirstBlock(seen) || describeChanged(seen) !== undefined) return undefined;
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
  ...storageRules,
  ...managerRules,
  {
    code: 'rehearsal-kept',
    severity: ({ volume }) => (volume.rehearsal?.devices.length === 0 ? 'warning' : 'info'),
    // While a rehearsal is under way, or is to be settled, that alert tells.
    message: ({ volume: { rehearsal }, found }) =>
      rehearsal === null || found.unfinished !== undefined ? undefined : describeRehearsed(rehearsal),
    next: ({ volume: { name, rehearsal } }) =>
      rehearsal?.devices.length === 0
        ? `vdoctl rehearse ${name} --discard`
        : `vdoctl salvage ${name} --from-rehearsal --to PATH, if you need what it shows; then: vdoctl rehearse ${name} --discard`,
  },
  {
    code: 'suspended',
    severity: 'critical',
    message: ({ volume }) => when(volume.state === 'suspended', 'it is suspended: reads and writes wait'),
    next: ({ volume }) => `dmsetup resume ${volume.dmName} when its owner is done with it`,
  },
  {
    code: 'starting',
    severity: 'info',
    message: ({ found }) =>
      found.starter === undefined
        ? undefined
        : `it is being started by ${found.starter}: the kernel is replaying its journal`,
    next: say((name) => `vdoctl wait ${name} --for normal`),
  },
  ...neighbourRules,
  {
    code: 'interrupted-start',
    severity: 'warning',
    message: ({ volume, found }) =>
      when(
        volume.state === 'stopped' && found.target !== undefined && found.starter === undefined,
        `${found.dmName} exists without a table: a start was cut off`,
      ),
    // A volume that nothing remembers cannot be started.
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
    next: say((name) => `vdoctl reclaim ${name}, or grow its storage`),
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
    next: say((name) => `before it is full: vdoctl reclaim ${name}, or grow its storage`),
  },
  {
    code: 'recovering',
    severity: 'info',
    message: ({ volume }) =>
      when(volume.mode === 'recovering', 'it is recovering after a crash, and can be used'),
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

/** Everything that a person should know about the volume, worst first. */
export function findAlerts(
  volume: Omit<Volume, 'alerts'>,
  context: {
    found: Found;
    metadata: Metadata | undefined;
    copies: Copies;
    devices: BlockDevices;
    thresholds: SpaceThresholds;
  },
): Alert[] {
  const { found, metadata, copies, devices, thresholds } = context;
  const seen: AlertSubject = {
    volume,
    found,
    metadata,
    copies,
    suspendedBelow: found.storage === undefined ? [] : devices.namesOfSuspendedUnder(found.storage),
    thresholds,
  };
  return rules.flatMap(({ code, severity, message, next }) => {
    const text = message(seen);
    if (text === undefined) return [];
    const own = typeof severity === 'function' ? severity(seen) : severity;
    return [{ code, severity: own, message: text, next: next(seen) }];
  });
}
