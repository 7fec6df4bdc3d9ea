import type { DmInfo } from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';
import { onlyLine, toCount, toWord } from './text.ts';

const tool = 'dmsetup info';

/** The columns to ask for, as `dmsetup info -c --noheadings --separator , -o` takes them. */
export const infoColumns = 'open,suspended,tables_loaded';

/** Parses the answer: one line. @throws Failure `not-understood` at another form, and at unknown words. */
export function parseInfo(text: string): DmInfo {
  const line = onlyLine(tool, text);
  const place = { tool, line };
  const [open = '', suspended = '', tables = '', ...others] = line.split(',');
  if (others.length > 0) notUnderstood(tool, line, 'three columns were expected');
  const loaded = toWord(place, 'tables_loaded', tables, ['None', 'Inactive', 'Live', 'Both']);
  return {
    openCount: toCount(place, 'the open count', open),
    suspended: toWord(place, 'suspended', suspended, ['Active', 'Suspended']) === 'Suspended',
    hasWaitingTable: loaded === 'Inactive' || loaded === 'Both',
  };
}
