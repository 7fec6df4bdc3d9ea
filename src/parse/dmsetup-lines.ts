import type { TableLine } from '../model/kernel.ts';
import type { Told } from '../model/odd.ts';
import { notUnderstood } from '../model/problem.ts';
import { Oddities, splitLines, takeWholeLines, toCount } from './text.ts';

/**
 * The form that `dmsetup status` and `dmsetup table` share: `START SECTORS TARGET PARAMETERS`, behind `NAME: ` when
 * they tell of all devices. A device without a live table has only its name there, and an empty line when asked alone.
 */

const nothing = 'No devices found';
const target = /^([0-9]+) ([0-9]+) (\S+) (.*)$/;
// A name may hold `: ` and spaces, so it ends at the first `: ` that a target follows.
const named = /^(.+?): ([0-9]+ [0-9]+ \S+ .*)$/;
const tableless = /^.+: $/;

/** The lines of all devices; none for a device without a table. A line that is not understood hides no other. */
export function parseLinesOfAll(tool: string, text: string): Told<TableLine> {
  const oddities = new Oddities();
  const what = 'a device';
  const lines = takeWholeLines(tool, text, oddities, what);
  if (lines.length === 1 && lines[0] === nothing) return { rows: [], odd: oddities.found };
  const rows = lines.flatMap((line): TableLine[] => {
    const found = named.exec(line);
    if (found === null && tableless.test(line)) return [];
    const row = oddities.attempt(what, () =>
      found === null
        ? notUnderstood(tool, line, 'not of the form NAME: START SECTORS TARGET …')
        : parseTarget(tool, line, found[1] ?? '', found[2] ?? ''),
    );
    return row === undefined ? [] : [row];
  });
  return { rows, odd: oddities.found };
}

/** The lines of one device, which do not name it; none for a device without a table. */
export function parseLinesOf(tool: string, dmName: string, text: string): TableLine[] {
  const lines = splitLines(tool, text);
  if (lines.length === 0) notUnderstood(tool, '', 'it printed nothing');
  if (lines.length === 1 && lines[0] === '') return [];
  return lines.map((line) => parseTarget(tool, line, dmName, line));
}

function parseTarget(tool: string, line: string, dmName: string, text: string): TableLine {
  const found = target.exec(text);
  if (found === null) notUnderstood(tool, line, 'not of the form START SECTORS TARGET …');
  const [, start = '', sectors = '', name = '', parameters = ''] = found;
  const place = { tool, line };
  return {
    dmName,
    startSector: toCount(place, 'the start sector', start),
    sectors: toCount(place, 'the number of sectors', sectors),
    target: name,
    parameters,
  };
}

/** For errors: the line as `dmsetup` prints it when it tells of all devices. */
export function showLine(line: TableLine): string {
  return `${line.dmName}: ${String(line.startSector)} ${String(line.sectors)} ${line.target} ${line.parameters}`;
}
