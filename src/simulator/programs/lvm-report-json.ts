import type { LvmReportRow, ReportKind } from './lvm-report.ts';

/** One group of a report: its tables, each with its rows. */
export type ReportGroup = readonly (readonly [kind: ReportKind, rows: readonly LvmReportRow[]])[];

/** JSON as `lvm --reportformat json` lays it out. */
export function printJson(groups: readonly ReportGroup[], log: readonly LvmReportRow[] = []): string {
  const printedGroups = groups.map((group) => {
    const tables = group.map(([kind, rows]) => {
      const indent = ' '.repeat(18);
      return `              "${kind}": [\n${printRows(rows, indent)}              ]\n`;
    });
    return `          {\n${tables.join('              ,\n')}          }`;
  });
  return [
    '  {',
    '      "report": [',
    printedGroups.join(',\n'),
    '      ]',
    '      ,',
    `      "log": [\n${printRows(log, ' '.repeat(10))}      ]`,
    '  }',
    '',
  ].join('\n');
}

function printRows(rows: readonly LvmReportRow[], indent: string): string {
  const lines = rows.map((row) => {
    const cells = Object.entries(row).map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
    return `${indent}{${cells.join(', ')}}`;
  });
  return lines.length === 0 ? '' : `${lines.join(',\n')}\n`;
}
