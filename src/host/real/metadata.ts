import type { CommandResult } from '../../model/command.ts';
import type { MetadataReading, StorageArea } from '../host.ts';
import { parseReaderLine, type ReaderLine } from './reader-protocol.ts';

/**
 * The reader's result for each area. If the reader was killed at its time limit, the missing areas did not answer. If
 * it ended in any other way without a result for an area, the reader failed, not the storage.
 *
 * @param isReplaced whether the program's file has been replaced since.
 */
export function understandReader(
  areas: readonly StorageArea[],
  result: CommandResult,
  isReplaced: () => boolean,
): MetadataReading[] {
  const lines = new Map<string, ReaderLine>();
  let odd: string | undefined;
  // Text after the last line break was cut off.
  for (const text of result.stdout.split('\n').slice(0, -1)) {
    const line = parseReaderLine(text);
    if (typeof line === 'string') odd ??= line;
    else lines.set(line.id, line);
  }
  return areas.map(({ id }) => {
    const line = lines.get(id);
    if (line !== undefined) return readingOf(line);
    if (odd === undefined && isGivenUp(result)) return { id, kind: 'no-answer' };
    const replaced = isReplaced() ? ['vdoctl was replaced since this call began'] : [];
    const said = [...replaced, odd ?? findErrorLine(result.stderr)].filter((text) => text !== '').join('; ');
    return { id, kind: 'not-read', result, said };
  });
}

function readingOf(line: ReaderLine): MetadataReading {
  const { id } = line;
  if (line.kind === 'failed') return { id, kind: line.kind, reason: line.reason };
  const geometry = Buffer.from(line.geometry, 'base64');
  if (line.kind === 'read')
    return { id, kind: line.kind, geometry, superBlock: Buffer.from(line.superBlock, 'base64') };
  const moved = line.moved === undefined ? {} : { moved: Buffer.from(line.moved, 'base64') };
  return { id, kind: line.kind, geometry, ...moved };
}

function isGivenUp({ outcome }: CommandResult): boolean {
  return outcome.kind === 'timed-out' || outcome.kind === 'aborted';
}

/** Node prints the place of an error before the error itself. */
function findErrorLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const error = lines.find((line) => /^(\w*Error\b|FATAL ERROR)/.test(line));
  return (error ?? lines.find((line) => line !== '') ?? '').slice(0, 300);
}
