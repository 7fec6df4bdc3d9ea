import { formatTunable, tunables, type TunableKey } from '../model/tunables.ts';
import type { Volume } from '../model/volume.ts';

type Told = NonNullable<Volume['tunables']>;

const kinds: readonly TunableKey[] = [
  ...(['ack-threads', 'bio-threads', 'cpu-threads'] as const),
  ...(['hash-zone-threads', 'logical-threads', 'physical-threads'] as const),
];

/**
 * Threads, caches and discards: as they are, and as they are configured where that differs.
 *
 * @param mapCache what to say of the block map's cache where only the statistics tell of it.
 */
export function tunableFacts(
  { tunables: told, state, manager }: Volume,
  mapCache: string | undefined,
): readonly (readonly [string, string | undefined])[] {
  if (told === null) return [['map cache', mapCache]];
  const own = (key: TunableKey): string | undefined => formatValue(told, key);
  return [
    ['map cache', own('block-map-cache') ?? mapCache],
    ['map period', own('block-map-period')],
    ['threads', listed(kinds.map((key) => withLabel(tunables[key].label, own(key))))],
    ['bio rotation', own('bio-rotation')],
    ['max discard', own('max-discard')],
    ['blocks', formatBlocks(told)],
    // Of its own volumes, the manager's line has them.
    ['configured', state === 'stopped' && manager === null ? formatSwitches(told) : undefined],
  ];
}

function withLabel(label: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${label} ${value}`;
}

function listed(parts: readonly (string | undefined)[]): string | undefined {
  return parts.filter((part) => part !== undefined).join(', ') || undefined;
}

/** A size exactly, in the words of the other sizes: `128 MiB`. */
function show(key: TunableKey, value: number): string {
  return formatTunable(key, value).replace(/[KMGT]$/, ' $&iB');
}

function formatValue(told: Told, key: TunableKey): string | undefined {
  const { field } = tunables[key];
  const [running, configured] = [told.running?.[field] ?? null, told.configured?.[field] ?? null];
  if (running === null) return configured === null ? undefined : show(key, configured);
  const now = show(key, running);
  const isSo = configured === null || configured === running;
  return isSo ? now : `${now} (${show(key, configured)} from the next start on)`;
}

/** Nearly all volumes have blocks of 4096 bytes. */
function formatBlocks({ running, configured }: Told): string | undefined {
  const bytes = (running ?? configured)?.logicalBlockBytes;
  return bytes === 512 ? '512 bytes, emulated' : undefined;
}

/** What the kernel says of a switch, and how it is configured where that is the opposite. */
export function formatSwitch(
  state: string | null,
  configured: 'on' | 'off' | null | undefined,
): string | undefined {
  if (state === null) return undefined;
  const isOff = ['offline', 'closed', 'closing'].includes(state);
  const isOn = ['online', 'opening'].includes(state);
  const differs = (configured === 'on' && isOff) || (configured === 'off' && isOn);
  return differs ? `${state} (configured ${configured})` : state;
}

/** Both switches as they are configured, for a volume that does not run: `compression off, deduplication on`. */
function formatSwitches({ configured }: Told): string | undefined {
  const { compression = null, deduplication = null } = configured ?? {};
  return listed([
    compression === null ? undefined : `compression ${compression}`,
    deduplication === null ? undefined : `deduplication ${deduplication}`,
  ]);
}
