import type { VdoTable } from '../../model/kernel.ts';
import type { Volume } from '../../model/volume.ts';
import type { AlertRule } from './rule.ts';
import type { Switch } from '../drive.ts';
import type { Found } from '../found-volume.ts';
import { segmentsOf } from '../lvm/report.ts';
import { isUnfinished } from '../manager/config.ts';

type Key = Switch['key'];

/** A switch that is configured on but off in the kernel: reloading the table turns it off without a message. */
export const switchRules: readonly AlertRule[] = [
  {
    code: 'switched-off',
    severity: 'warning',
    message: ({ volume, found }) => {
      const off = findSwitchedOff(volume, found);
      if (off.length === 0) return undefined;
      return `${off.join(' and ')} ${off.length === 1 ? 'is' : 'are'} configured on, but off in the kernel`;
    },
    next: ({ volume, found }) =>
      `vdoctl set ${[volume.name, ...findSwitchedOff(volume, found).map((key) => `${key}=on`)].join(' ')}`,
  },
];

/**
 * What is certainly off in the kernel. Nothing while an operation is under way or cut off: that is settled first, and
 * may switch it on again.
 */
function findSwitchedOff({ state, mode, index, compression }: Omit<Volume, 'alerts'>, found: Found): Key[] {
  const { starter, managed } = found;
  const isAtWork = starter !== undefined || managed?.worker !== undefined;
  const isCutOff = managed !== undefined && isUnfinished(managed);
  if (state !== 'running' || mode !== 'normal' || isAtWork || isCutOff) return [];
  const off: Readonly<Record<Key, boolean>> = {
    compression: compression === 'offline',
    deduplication: index === 'offline' || index === 'closed',
  };
  const configured = findConfigured(found);
  return (['compression', 'deduplication'] as const).filter((key) => configured?.[key] === true && off[key]);
}

/** What the next start will set; undefined if this look does not know it. */
function findConfigured({
  stack,
  managed,
  remembered,
  pool,
}: Found): Readonly<Record<Key, boolean>> | undefined {
  if (stack === 'manager') return managed;
  if (stack === 'lvm') return findConfiguredByLvm(pool);
  return remembered !== undefined ? switchesOf(remembered.table) : undefined;
}

function findConfiguredByLvm(found: Found['pool']): Readonly<Record<Key, boolean>> | undefined {
  if (found === undefined) return undefined;
  const { switches } = segmentsOf(found.group, found.pool)[0] ?? {};
  return { compression: switches?.compression === 'on', deduplication: switches?.deduplication === 'on' };
}

/** Fills in the kernel's defaults for what a table does not say: deduplication on, compression off. */
function switchesOf({ options }: Pick<VdoTable, 'options'>): Readonly<Record<Key, boolean>> {
  const said = new Map(options);
  return {
    compression: said.get('compression') === 'on',
    deduplication: said.get('deduplication') !== 'off',
  };
}
