import {
  compressionStates,
  indexStates,
  operatingModes,
  type TableLine,
  type VdoStatusLine,
} from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';
import { parseLinesOf, parseLinesOfAll, showLine } from './dmsetup-lines.ts';
import { toCount, toWord } from './text.ts';

const tool = 'dmsetup status';

/**
 * The vdo targets in `dmsetup status` or `dmsetup status --target vdo` of all devices; other targets are skipped.
 *
 * @throws Failure `not-understood` at a line of another form, and at a vdo target without its fields: the kernel
 *   prints them in every state, so their absence is no state of a volume. A device without a table prints only its
 *   name, and is skipped.
 */
export function parseVdoStatus(text: string): VdoStatusLine[] {
  return parseLinesOfAll(tool, text)
    .filter((line) => line.target === 'vdo')
    .map(parseVdoTarget);
}

/**
 * `dmsetup status NAME` of one vdo volume.
 *
 * @throws Failure `not-understood` also when the device has no table, or is not one vdo target.
 */
export function parseVdoStatusOf(dmName: string, text: string): VdoStatusLine {
  const [line, ...others] = parseLinesOf(tool, dmName, text);
  if (line === undefined) notUnderstood(tool, text.trimEnd(), `${dmName} has no live table`);
  if (others.length > 0) notUnderstood(tool, text.trimEnd(), `${dmName} has more than one target`);
  if (line.target !== 'vdo') notUnderstood(tool, text.trimEnd(), `${dmName} is not a vdo target`);
  return parseVdoTarget(line);
}

function parseVdoTarget(target: TableLine): VdoStatusLine {
  const { dmName, startSector, sectors, parameters } = target;
  const line = showLine(target);
  const place = { tool, line };
  const words = parameters.split(' ');
  const [storage = '', mode = '', recovery = '', index = '', compression = '', used = '', total = ''] = words;
  if (words.length !== 7) notUnderstood(tool, line, `a vdo target has 7 fields, not ${String(words.length)}`);
  if (startSector !== 0) notUnderstood(tool, line, 'a vdo target starts at sector 0');
  if (!storage.startsWith('/')) notUnderstood(tool, line, 'the storage is not a path');
  return {
    dmName,
    logicalSectors: sectors,
    storage,
    mode: toWord(place, 'the operating mode', mode, operatingModes),
    inRecovery: toWord(place, 'the recovery field', recovery, ['recovering', '-']) === 'recovering',
    index: toWord(place, 'the index state', index, indexStates),
    compression: toWord(place, 'the compression state', compression, compressionStates),
    usedBlocks: toCount(place, 'used blocks', used),
    physicalBlocks: toCount(place, 'total blocks', total),
  };
}
