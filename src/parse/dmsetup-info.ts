import type { DmInfo } from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';
import { splitLines, toCount, toWord, type Place } from './text.ts';

const tool = 'dmsetup info';

/** The columns to ask for, in this order, as `dmsetup info -c --noheadings --separator , -o` takes them. */
export const infoColumns = [
  'name',
  'uuid',
  'open',
  'suspended',
  'tables_loaded',
  'readonly',
  'major',
  'minor',
] as const;
export type InfoColumn = (typeof infoColumns)[number];

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Every device in `dmsetup info -c --noheadings --separator , -o` {@link infoColumns}. */
export function parseInfo(text: string): DmInfo[] {
  // All columns are asked for, so every field is there.
  return parseInfoColumns(text, infoColumns) as DmInfo[];
}

/**
 * The same for a choice of columns: each device has the fields that the columns tell, and no others.
 *
 * @param columns must begin with `name`; `major` and `minor` go together.
 * @throws Failure `not-understood` at a line with other columns or words.
 */
export function parseInfoColumns(text: string, columns: readonly InfoColumn[]): Partial<DmInfo>[] {
  const lines = splitLines(tool, text);
  if (lines.length === 1 && lines[0] === 'No devices found') return [];
  return lines.map((line) => parseDevice(line, columns));
}

function parseDevice(line: string, columns: readonly InfoColumn[]): Partial<DmInfo> {
  const words = line.split(',');
  if (words.length < columns.length)
    notUnderstood(tool, line, `${String(columns.length)} columns were expected`);
  // Only a name can hold a comma: what the columns do not account for belongs to it.
  const nameParts = words.length - columns.length + 1;
  const cells = [words.slice(0, nameParts).join(','), ...words.slice(nameParts)];
  const device: Partial<Mutable<DmInfo>> = {};
  for (const [at, column] of columns.entries()) readCell(device, { tool, line }, column, cells[at] ?? '');
  return device;
}

function readCell(device: Partial<Mutable<DmInfo>>, place: Place, column: InfoColumn, cell: string): void {
  switch (column) {
    case 'name':
      device.dmName = cell === '' ? notUnderstood(tool, place.line, 'the name is empty') : cell;
      return;
    case 'uuid':
      device.uuid = cell;
      return;
    case 'open':
      device.openCount = toCount(place, 'the open count', cell);
      return;
    case 'suspended':
      device.suspended = toWord(place, column, cell, ['Active', 'Suspended']) === 'Suspended';
      return;
    case 'tables_loaded': {
      const loaded = toWord(place, column, cell, ['None', 'Inactive', 'Live', 'Both']);
      device.hasLiveTable = loaded === 'Live' || loaded === 'Both';
      device.hasWaitingTable = loaded === 'Inactive' || loaded === 'Both';
      return;
    }
    case 'readonly':
      device.readOnly = toWord(place, column, cell, ['Writeable', 'Read-only']) === 'Read-only';
      return;
    case 'major':
      device.deviceNumber = String(toCount(place, column, cell));
      return;
    case 'minor':
      device.deviceNumber = `${device.deviceNumber ?? ''}:${String(toCount(place, column, cell))}`;
      return;
  }
}
