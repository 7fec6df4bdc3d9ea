import type { DocumentOf } from '../../documents/documents.ts';
import { blankOut, isArmed } from '../../model/disarm.ts';
import type { ExitCode } from '../../model/exit-code.ts';
import type { SpaceThresholds } from '../../model/settings.ts';
import type { Volume } from '../../model/volume.ts';
import type { Change } from '../../operations/mode-changes.ts';
import { formatRange } from '../../model/alert-range.ts';
import type { Verdict } from '../../model/verdict.ts';
import { sortByVerdict, type Judgement, type SpaceRanges } from '../../operations/check.ts';

/** The exit codes of a monitoring plugin, whatever these numbers mean elsewhere. */
export const pluginExitCodes: Readonly<Record<Verdict, ExitCode>> = {
  ok: 0,
  warning: 1,
  critical: 2,
  unknown: 3,
};

/** Keeps the line no longer than some monitoring systems accept. */
const mostReasons = 8;

/** The plugin's one line: the verdict, what is not ok, and the performance data. */
export function formatCheck(
  judgement: Judgement,
  thresholds: SpaceThresholds,
  ranges: SpaceRanges = {},
): string {
  const data = judgement.volumes
    .map(({ volume }) => volume)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((volume) => formatData(volume, thresholds, ranges))
    .join(' ');
  return `${formatVerdict(judgement.verdict, summarise(judgement))}${data === '' ? '' : `|${data}`}`;
}

/** The plugin's line without performance data. */
export function formatVerdict(verdict: Verdict, summary: string): string {
  return `VDO ${verdict.toUpperCase()} - ${toOneLine(summary)}`;
}

/** What is not ok, worst first; if all is ok, how full the fullest volume is. */
export function summarise({ volumes, missing }: Judgement): string {
  const reasons = [
    ...volumes.flatMap(({ volume, reasons: own }) =>
      own.map(({ verdict, message }) => ({ verdict, text: `${volume.name}: ${message}` })),
    ),
    ...missing.map(({ what, why }) => ({ verdict: 'unknown' as const, text: `not seen: ${what}: ${why}` })),
  ];
  if (reasons.length === 0) return describeFine(volumes.map(({ volume }) => volume));
  const sorted = sortByVerdict(reasons);
  const shown = sorted.slice(0, mostReasons).map(({ text }) => text);
  const more = sorted.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${String(more)} more`] : [])].join('; ');
}

function describeFine(volumes: readonly Volume[]): string {
  const [first] = volumes;
  if (first === undefined) return 'no volumes';
  const used = ({ sizes }: Volume): number => sizes.usedPercent ?? -1;
  const fullest = volumes.reduce((most, each) => (used(each) > used(most) ? each : most), first);
  const full = used(fullest) < 0 ? '' : `${String(used(fullest))} % used`;
  if (volumes.length === 1)
    return `${first.name}: ${[first.mode ?? first.state, full].filter(Boolean).join(', ')}`;
  return `${String(volumes.length)} volumes${full === '' ? '' : `, the fullest (${fullest.name}) ${full}`}`;
}

/** The same data for each volume in every state, so that graphs keep their columns; `U` means unknown. */
function formatData(
  { name, sizes, mode, recovery }: Volume,
  thresholds: SpaceThresholds,
  ranges: SpaceRanges,
): string[] {
  const { usedBytes, physicalBytes, savingPercent } = sizes;
  const limit = (which: keyof SpaceRanges): string => {
    if (physicalBytes === null) return '';
    const write = (percent: number): string => String(Math.ceil((physicalBytes * percent) / 100));
    const range = ranges[which];
    return range === undefined ? write(thresholds[`space-${which}`]) : formatRange(range, write);
  };
  const used = usedBytes === null ? 'U' : `${String(usedBytes)}B`;
  const limits = `${limit('warning')};${limit('critical')};0;${String(physicalBytes ?? '')}`;
  const recovered = mode === 'normal' ? 100 : (recovery?.percent ?? null);
  return [
    `${formatLabel(`${name} used`)}=${used};${limits}`,
    `${formatLabel(`${name} saved`)}=${formatPercent(savingPercent)}`,
    `${formatLabel(`${name} recovered`)}=${formatPercent(recovered)};;;0;100`,
  ];
}

function formatPercent(percent: number | null): string {
  return percent === null ? 'U' : `${String(percent)}%`;
}

/**
 * Escapes a label as in a URL: `=` and quotes would end it, `|` would begin the data anew, and control characters would
 * reach the terminal.
 */
function formatLabel(text: string): string {
  const safe = Array.from(text, (each) => {
    if (isArmed(each)) return encodeURIComponent(each);
    return /[%'="|]/.test(each) ? `%${each.charCodeAt(0).toString(16).toUpperCase()}` : each;
  });
  return `'${safe.join('')}'`;
}

/** Messages of other programs may contain line breaks and bars. */
function toOneLine(text: string): string {
  return blankOut(text).replaceAll('|', '/');
}

/** A change of a volume, for a log. */
export function formatChange({ name, before, now }: Change): string {
  const is = now ?? 'gone';
  return toOneLine(`${name}: ${before === undefined ? is : `${is} (was ${before})`}`);
}

/** The document that `check --json` prints. */
export function checkDocument(
  { verdict, volumes, missing }: Judgement,
  {
    summary,
    host,
    takenAt,
  }: { readonly summary: string; readonly host: string | null; readonly takenAt: string | null },
  changes?: readonly Change[],
): DocumentOf<'check'> {
  return {
    schemaVersion: 1,
    kind: 'check',
    host,
    takenAt,
    verdict,
    exitCode: pluginExitCodes[verdict],
    summary: toOneLine(summary),
    volumes: volumes.map(({ volume, verdict: own, reasons }) => ({
      name: volume.name,
      verdict: own,
      reasons,
      usedBytes: volume.sizes.usedBytes,
      usedPercent: volume.sizes.usedPercent,
      physicalBytes: volume.sizes.physicalBytes,
    })),
    missing,
    ...(changes === undefined ? {} : { changes: changes.map(changeDocument) }),
  };
}

function changeDocument({ name, before, now }: Change) {
  return { name, before: before ?? null, now: now ?? null };
}
