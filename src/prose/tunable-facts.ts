import { formatTunable, tunables, type TunableKey } from '../model/tunables.ts';
import type { Volume } from '../model/volume.ts';

type Told = NonNullable<Volume['tunables']>;

const kinds: readonly TunableKey[] = [
  ...(['ack-threads', 'bio-threads', 'cpu-threads'] as const),
  ...(['hash-zone-threads', 'logical-threads', 'physical-threads'] as const),
];

/** Threads, caches and discards: as they are, and as they are configured where that differs. */
export function tunableFacts(told: Told): readonly (readonly [string, string | undefined])[] {
  const own = (key: TunableKey): string | undefined => formatValue(told, key);
  return [
    ['map cache', own('block-map-cache')],
    ['map period', own('block-map-period')],
    ['threads', listed(kinds.map((key) => withLabel(tunables[key].label, own(key))))],
    ['bio rotation', own('bio-rotation')],
    ['max discard', own('max-discard')],
    ['blocks', formatBlocks(told)],
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
  what: string,
): string | undefined {
  const words = [what, `configured ${configured ?? ''}`].filter((part) => part !== '').join(' ');
  if (state === null) return configured === null || configured === undefined ? undefined : words;
  const isOff = ['offline', 'closed', 'closing'].includes(state);
  const isOn = ['online', 'opening'].includes(state);
  const differs = (configured === 'on' && isOff) || (configured === 'off' && isOn);
  return differs ? `${state} (${words})` : state;
}
