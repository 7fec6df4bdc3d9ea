import type { Finding } from '../../src/model/finding.ts';
import { describeMissing } from '../../src/prose/missing.ts';
import type { Findings, State, View } from '../state/state.ts';
import { toneOf } from '../theme/theme.ts';
import { blank, line, paragraph, span, type ScreenLine } from '../text/line.ts';

/** What is wrong with one volume and its host, or will be, severest first, each with what mends it. */
export function findingsLines(
  { size: { columns }, theme }: State,
  { name, findings }: Extract<View, { kind: 'findings' }>,
): ScreenLine[] {
  if (findings === undefined) return [line(`  Examining ${name}…`, 'dim')];
  const { own, ofHost, missing } = findings;
  const tell = (each: Finding): ScreenLine[] =>
    tellFinding(each, columns, theme.signs.severities[each.severity]);
  return [
    ...(own.length === 0 ? [line('  Nothing found.', 'good')] : own.flatMap(tell)),
    ...(ofHost.length === 0 ? [] : [blank, line('  Of this host:', 'strong'), ...ofHost.flatMap(tell)]),
    ...tellMissing(missing, columns),
  ];
}

function tellFinding(
  { severity, code, message, next }: Finding,
  columns: number,
  sign: string,
): ScreenLine[] {
  return [
    ...paragraph(`${code}: ${message}`, columns, {
      indent: 4,
      tone: toneOf[severity],
      sign: span(`  ${sign}`, toneOf[severity]),
    }),
    ...paragraph(`next: ${next}`, columns, { indent: 6 }),
  ];
}

function tellMissing(missing: Findings['missing'], columns: number): ScreenLine[] {
  if (missing.length === 0) return [];
  const told = missing.flatMap((each) =>
    paragraph(describeMissing(each), columns, { indent: 2, tone: 'warning' }),
  );
  return [blank, ...told];
}
