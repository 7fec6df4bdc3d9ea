import type { Host } from '../host/host.ts';
import type { Configured } from '../model/configured.ts';
import { Failure } from '../model/problem.ts';
import { tunablesOf } from '../model/table-tunables.ts';
import { tunableKeys, tunables } from '../model/tunables.ts';
import type { Missing, Volume } from '../model/volume.ts';
import { askRunningTables } from './ask-tables.ts';
import type { Found } from './found-volume.ts';
import type { Look, Seen } from './host-look.ts';
import { askConfigured } from './lvm/tunables.ts';
import { sayWhyUntold } from './tool-result.ts';

type Told = ReadonlyMap<string, Configured>;

/**
 * The look and these volumes of it, with what they are told to be at their next start, and with what they run. Asks dmsetup once if one
 * of them runs, and LVM once if one of them is a pool.
 */
export async function addTunables(
  host: Host,
  look: Look,
  volumes: readonly Volume[],
): Promise<{ readonly look: Look; readonly volumes: readonly Volume[] }> {
  if (!host.identity.isRoot) return { look, volumes };
  const chosen = look.seen.filter(({ volume }) => volumes.includes(volume));
  const missing: Missing[] = [];
  const ask = async (source: Missing['source'], question: () => Promise<Told>): Promise<Told> => {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const why = sayWhyUntold(error.problem);
      missing.push({
        source,
        what: 'threads, caches and discards of volumes',
        why,
        failed: true,
        volume: null,
      });
      return new Map();
    }
  };
  const nothing: Told = new Map();
  const [running, recorded] = await Promise.all([
    chosen.some(({ volume }) => volume.state !== 'stopped')
      ? ask('kernel-status', () => askRunningTables(host))
      : nothing,
    // A pool that LVM has told of can be asked for again.
    chosen.some(({ found }) => found.pool !== undefined) ? ask('lvm', () => askConfigured(host)) : nothing,
  ]);
  const told = new Map<Volume, Volume>();
  const seen = look.seen.map((each): Seen => {
    if (!chosen.includes(each)) return each;
    const configured = findConfigured(each.found, recorded);
    const runs = each.volume.state === 'stopped' ? undefined : running.get(each.volume.dmName);
    const volume: Volume = { ...each.volume, tunables: describe(configured, runs) };
    told.set(each.volume, volume);
    return { ...each, volume };
  });
  return {
    look: { ...look, seen, missing: [...look.missing, ...missing] },
    volumes: volumes.map((each) => told.get(each) ?? each),
  };
}

function findConfigured({ name, stack, managed, remembered }: Found, recorded: Told): Configured | undefined {
  if (stack === 'lvm') return recorded.get(name);
  if (stack === 'manager') {
    if (managed === undefined) return undefined;
    const { compression, deduplication, ...more } = managed;
    const onOff = (isOn: boolean) => (isOn ? 'on' : 'off');
    return { ...more, compression: onOff(compression), deduplication: onOff(deduplication) };
  }
  if (remembered === undefined) return undefined;
  const { table } = remembered;
  const said = new Map(table.options);
  return {
    tunables: tunablesOf(table),
    logicalBlockBytes: table.minimumIoBytes,
    compression: said.get('compression') === 'on' ? 'on' : 'off',
    deduplication: said.get('deduplication') === 'off' ? 'off' : 'on',
  };
}

function describe(
  configured: Configured | undefined,
  running: Configured | undefined,
): NonNullable<Volume['tunables']> {
  return {
    configured:
      configured === undefined
        ? null
        : {
            ...describeValues(configured),
            compression: configured.compression ?? null,
            deduplication: configured.deduplication ?? null,
          },
    running: running === undefined ? null : describeValues(running),
  };
}

function describeValues({ tunables: values, logicalBlockBytes }: Configured) {
  const fields = tunableKeys.map((key) => [tunables[key].field, values[key] ?? null] as const);
  return { ...Object.fromEntries(fields), logicalBlockBytes: logicalBlockBytes ?? null } as TunableValues;
}

type TunableValues = NonNullable<NonNullable<Volume['tunables']>['running']>;
