import { notUnderstood } from '../model/problem.ts';
import { isCount, splitLines } from './text.ts';

/** How LVM extends a pool that fills up: lvm.conf(5), section activation. */
export interface Autoextend {
  /** In percent; 100 is never. LVM takes less than 50 for 50. */
  readonly threshold: number;
  /** By how many percent of its size. */
  readonly percent: number;
  /** Whether LVM has anything monitored at all. */
  readonly monitors: boolean;
}

/** The settings to ask `lvmconfig --typeconfig full` for. */
export const autoextendSettings = [
  'activation/vdo_pool_autoextend_threshold',
  'activation/vdo_pool_autoextend_percent',
  'activation/monitoring',
] as const;

/** @throws Failure `not-understood` where one of the settings is missing, or is no whole number. */
export function parseAutoextend(text: string): Autoextend {
  const tool = 'lvmconfig';
  const values = new Map(
    splitLines(tool, text).map((line) => {
      const [key = '', value = ''] = line.trim().split('=');
      return [key, value] as const;
    }),
  );
  const read = (setting: string): number => {
    const key = setting.slice(setting.indexOf('/') + 1);
    const value = values.get(key) ?? '';
    return isCount(value) ? Number(value) : notUnderstood(tool, text.trim(), `${key} is not a whole number`);
  };
  const [threshold, percent, monitoring] = autoextendSettings.map(read);
  return { threshold: threshold ?? 0, percent: percent ?? 0, monitors: monitoring === 1 };
}

/** A pool, as it would be extended. Sizes in bytes. */
export interface ExtendablePool {
  /** `vg/pool` */
  readonly name: string;
  readonly sizeBytes: number;
  readonly groupFreeBytes: number;
  /** `monitored`, `not monitored`; `not enabled` where LVM monitors nothing. */
  readonly monitor: string;
  /** The metadata profile with settings of its own, or of its group. */
  readonly profile: string | undefined;
}

/** The columns of `lvs` that {@link parseExtendable} reads. */
export const extendableColumns = 'lv_full_name,lv_size,vg_free,seg_monitor,lv_profile,vg_profile';

/**
 * The LVs in the output of `lvs --reportformat json --units b --nosuffix` with these columns.
 *
 * @throws Failure `not-understood` where the output is not of that form.
 */
export function parseExtendable(text: string): ExtendablePool[] {
  const fail = (reason: string): never => notUnderstood('lvs', text.trimStart().split('\n')[0] ?? '', reason);
  const rows = readRows(text) ?? fail('it is no report of LVs');
  return rows.map((row) => {
    const textOf = (field: string): string => {
      const value = row[field];
      return typeof value === 'string' ? value : fail(`it has no ${field}`);
    };
    const countOf = (field: string): number =>
      isCount(textOf(field)) ? Number(textOf(field)) : fail(`${field} is not a whole number`);
    const profile = [textOf('lv_profile'), textOf('vg_profile')].find((each) => each !== '');
    return {
      name: textOf('lv_full_name'),
      sizeBytes: countOf('lv_size'),
      groupFreeBytes: countOf('vg_free'),
      monitor: textOf('seg_monitor'),
      profile,
    };
  });
}

type Row = Readonly<Record<string, unknown>>;

function readRows(text: string): readonly Row[] | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  const [first] = listOf(data, 'report') ?? [];
  return listOf(first, 'lv');
}

function listOf(value: unknown, key: string): readonly Row[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const list = (value as Row)[key];
  const isList = Array.isArray(list) && list.every((each) => typeof each === 'object' && each !== null);
  return isList ? (list as readonly Row[]) : undefined;
}
