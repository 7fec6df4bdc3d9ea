import fs from 'node:fs';
import { looking, type Command } from '../../model/command.ts';
import { attempt } from '../disk/attempt.ts';
import type { StorageArea } from '../host.ts';
import { readerWord } from './reader-word.ts';

/** The command that reads the areas: this very program, whose first argument tells it to do only that. */
export function readerCommand(program: string, areas: readonly StorageArea[], timeLimitMs: number): Command {
  const words = areas.map((area) => JSON.stringify(area));
  return looking(process.execPath, [program, readerWord, ...words], timeLimitMs);
}

/** Identifies the program's file, so that its replacement is noticed. */
export function identifyProgram(program: string): string {
  const stat = attempt(() => fs.statSync(program));
  if (stat.kind !== 'read') return stat.kind;
  const { dev, ino, mtimeMs, size } = stat.value;
  return [dev, ino, mtimeMs, size].join(' ');
}
