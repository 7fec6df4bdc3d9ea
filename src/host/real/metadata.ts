import { looking, type Command, type CommandResult } from '../../model/command.ts';
import type { MetadataReading, StorageArea } from '../host.ts';
import type { ReaderLine } from './metadata-reader.ts';
import { readerWord } from './reader-word.ts';

/** The command that reads the areas: this very program, told by its first argument to do only that. */
export function readerCommand(program: string, areas: readonly StorageArea[], timeLimitMs: number): Command {
  const words = areas.map((area) => JSON.stringify(area));
  return looking(process.execPath, [program, readerWord, ...words], timeLimitMs);
}

/** What the reader said of each area; an area that it said nothing of did not answer. */
export function understandReader(areas: readonly StorageArea[], result: CommandResult): MetadataReading[] {
  const lines = new Map<string, ReaderLine>();
  for (const text of result.stdout.split('\n')) {
    if (!text.endsWith('}')) continue;
    const line = JSON.parse(text) as ReaderLine;
    lines.set(line.id, line);
  }
  return areas.map(({ id }) => {
    const line = lines.get(id);
    if (line === undefined) return { id, kind: 'no-answer' };
    if ('failed' in line) return { id, kind: 'failed', reason: line.failed };
    if ('notVdo' in line) {
      const moved = line.moved === undefined ? {} : { moved: Buffer.from(line.moved, 'base64') };
      return { id, kind: 'not-vdo', geometry: Buffer.from(line.notVdo, 'base64'), ...moved };
    }
    const geometry = Buffer.from(line.geometry, 'base64');
    return { id, kind: 'read', geometry, superBlock: Buffer.from(line.superBlock, 'base64') };
  });
}
