import { isFileAbout, kindOfFile } from '../journal/record-files.ts';
import { formatRange, isAlerting, type AlertRange } from '../model/alert-range.ts';
import type { Settings } from '../model/settings.ts';
import { verdicts, type Verdict } from '../model/verdict.ts';
import type { Alert, AlertCode, Missing, Volume } from '../model/volume.ts';

/** Something that is not ok. */
export interface Reason {
  readonly verdict: Exclude<Verdict, 'ok'>;
  /** Null if it is not an alert. */
  readonly code: AlertCode | null;
  readonly message: string;
  /** What to do about it; null if nothing can be done. */
  readonly next: string | null;
}

export interface JudgedVolume {
  readonly volume: Volume;
  readonly verdict: Verdict;
  /** Worst first. */
  readonly reasons: readonly Reason[];
}

/** The judgement over some volumes. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Worst first. */
  readonly volumes: readonly JudgedVolume[];
  readonly missing: readonly Missing[];
}

/** Alerts that mean that nothing is broken, but that the volume deserves a look while they last. */
const worthWarning: readonly AlertCode[] = ['recovering', 'starting'];

/** Ranges of the used space that one call asks for, in percent, instead of the settings of these names. */
export type SpaceRanges = Readonly<Partial<Record<'warning' | 'critical', AlertRange>>>;

/**
 * Judges volumes for a monitoring system.
 *
 * @param asked `all`: the caller must know of everything that could not be seen. `named`: only of what concerns the
 * named volumes.
 */
export function judge(
  volumes: readonly Volume[],
  missing: readonly Missing[],
  settings: Settings,
  asked: 'all' | 'named',
  ranges: SpaceRanges = {},
): Judgement {
  const judged = volumes.map((volume) => judgeVolume(volume, settings, ranges));
  const unseen = listHidden(volumes, missing, asked);
  const all = [...judged.map(({ verdict }) => verdict), ...unseen.map((): Verdict => 'unknown')];
  return { verdict: worstOf(all), volumes: sortByVerdict(judged), missing: unseen };
}

/** What could not be seen of these volumes. @param asked as for {@link judge} */
export function listHidden(
  volumes: readonly Volume[],
  missing: readonly Missing[],
  asked: 'all' | 'named',
): Missing[] {
  // Space is known without statistics, but the progress of a recovery is not.
  const needsStatistics = volumes.some(({ mode }) => mode === 'recovering');
  return missing.filter((each) => {
    const { source, volume: hidden } = each;
    if (hidden === null) return false;
    if (source === 'statistics') return needsStatistics;
    if (hidden !== undefined) return volumes.some(({ name }) => name === hidden);
    return asked === 'all' || volumes.some(({ name }) => bearsOn(each, name));
  });
}

/**
 * What may hide other volumes does not concern a visible one; its own file does, and an operation that may be on it.
 */
function bearsOn({ source, path, hides }: Missing, name: string): boolean {
  if (source === 'lvm' || source === 'manager') return false;
  if (hides !== undefined) return hides === name;
  const file = path?.slice(path.lastIndexOf('/') + 1) ?? '';
  return source !== 'journal' || kindOfFile(file) !== 'open' || isFileAbout(file, name);
}

function judgeVolume(volume: Volume, settings: Settings, ranges: SpaceRanges): JudgedVolume {
  const alerts = putSpace(volume, settings, ranges).flatMap(({ code, severity, message, next }): Reason[] => {
    if (severity !== 'info') return [{ verdict: severity, code, message, next }];
    return worthWarning.includes(code) ? [{ verdict: 'warning', code, message, next }] : [];
  });
  const others = [findStopped(volume, settings, alerts), findUnknown(volume)];
  const reasons = sortByVerdict([...alerts, ...others.filter((reason) => reason !== undefined)]);
  return { volume, verdict: worstOf(reasons.map(({ verdict }) => verdict)), reasons };
}

/** The alerts of a volume, with that of its used space by the ranges where the call has any. */
function putSpace(volume: Volume, settings: Settings, ranges: SpaceRanges): readonly Alert[] {
  const { name, alerts, sizes } = volume;
  if (ranges.warning === undefined && ranges.critical === undefined) return alerts;
  const others = alerts.filter(({ code }) => code !== 'nearly-full');
  const { usedPercent: used, usedBytes, physicalBytes } = sizes;
  if (used === null || sizes.availableBytes === 0) return others;
  // As exactly as the bytes in the performance data: whole percents may be on the other side of an end.
  const exact = usedBytes === null || physicalBytes === null ? used : (100 * usedBytes) / physicalBytes;
  const severity = (['critical', 'warning'] as const).find((each) => {
    const range = ranges[each];
    return range === undefined ? used >= settings[`space-${each}`] : isAlerting(range, exact);
  });
  if (severity === undefined) return others;
  const range = ranges[severity];
  const which = range === undefined ? '' : ` (${severity} by ${formatRange(range)})`;
  const message = `${String(used)} % of its physical space is used${which}`;
  return [...others, { code: 'nearly-full', severity, message, next: `vdoctl status ${name}` }];
}

/** A volume that is stopped for a reason is judged by that reason. */
function findStopped(
  { name, state, manager }: Volume,
  settings: Settings,
  alerts: readonly Reason[],
): Reason | undefined {
  const verdict = settings['check-stopped'];
  if (state !== 'stopped' || verdict === 'ok' || manager?.activated === false || alerts.length > 0)
    return undefined;
  return { verdict, code: null, message: 'it is stopped', next: `vdoctl start ${name}` };
}

/** What the kernel did not say about the volume. It has sizes only in normal mode. */
function findUnknown({ state, mode, sizes }: Volume): Reason | undefined {
  const make = (message: string): Reason => ({ verdict: 'unknown', code: null, message, next: null });
  if (state === 'stopped') return undefined;
  if (mode === null) return make('its operating mode could not be read from the kernel');
  return mode === 'normal' && sizes.usedPercent === null
    ? make('its used space could not be read')
    : undefined;
}

function worstOf(found: readonly Verdict[]): Verdict {
  return verdicts[Math.max(0, ...found.map((verdict) => verdicts.indexOf(verdict)))] ?? 'ok';
}

/** Worst first; equally bad ones keep their order. */
export function sortByVerdict<T extends { readonly verdict: Verdict }>(items: readonly T[]): T[] {
  return items.toSorted((one, other) => verdicts.indexOf(other.verdict) - verdicts.indexOf(one.verdict));
}
