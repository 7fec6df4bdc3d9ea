import type { TableLine } from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';
import { splitLines, toCount } from './text.ts';

/**
 * The form that `dmsetup status` and `dmsetup table` share: `START SECTORS TARGET PARAMETERS`, behind `NAME: ` when
 * they tell of all devices. A device without a live table is a name, or nothing at all, and no more.
 */

const nothing = 'No devices found';
const target = /^([0-9]+) ([0-9]+) (\S+) (.*)$/;
// A name may hold `: ` and spaces, so it ends at the first `: ` that a target follows.
const named = /^(.+?): ([0-9]+ [0-9]+ \S+ .*)$/;
const tableless = /^.+: $/;

/** The lines of all devices. Devices without a table have none. */
export function parseLinesOfAll(tool: string, text: string): TableLine[] {
  const lines = splitLines(tool, text);
  if (lines.length === 1 && lines[0] === nothing) return [];
  return lines.flatMap((line) => {
    const found = named.exec(line);
    if (found !== null) return [parseTarget(tool, line, found[1] ?? '', found[2] ?? '')];
    return tableless.test(line)
      ? []
      : notUnderstood(tool, line, 'not of the form NAME: START SECTORS TARGET …');
  });
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

/** The line as `dmsetup` prints it among those of all devices: for errors. */
export function showLine(line: TableLine): string {
  return `${line.dmName}: ${String(line.startSector)} ${String(line.sectors)} ${line.target} ${line.parameters}`;
}
