import { looking, type Command, type CommandResult } from '../../model/command.ts';
import type { RunOptions } from '../host.ts';
import type { ScanOptions, ScanPiece, ScanReading } from '../scan.ts';
import { parseScanLine, type ScanOrder } from './scan-protocol.ts';
import { scannerWord } from './reader-word.ts';

type RunScanner = (command: Command, options: RunOptions) => Promise<CommandResult>;

/** How much later than its own time limit the scanner must have ended: it may have to wait for a last answer. */
const slackMs = 10_000;
const longestLimitMs = 2 ** 31 - 1;

/**
 * Runs the scanner: this very program, whose first argument tells it to do only that. Its process is given up as soon
 * as it has told what it found: one with a hanging read never ends.
 */
export async function scanWith(
  run: RunScanner,
  program: string,
  pieces: readonly ScanPiece[],
  { timeLimitMs, stallMs, signal, onProgress }: ScanOptions,
): Promise<ScanReading> {
  if (pieces.length === 0) return { kind: 'read', devices: [], unreadable: [] };
  const order: ScanOrder = { pieces, timeLimitMs, stallMs };
  const limitMs = Math.min(longestLimitMs, timeLimitMs + stallMs + slackMs);
  const command = {
    ...looking(process.execPath, [program, scannerWord], limitMs),
    input: JSON.stringify(order),
  };
  const over = new AbortController();
  const stop = (): void => {
    over.abort();
  };
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  const onLine = (text: string): void => {
    const line = parseScanLine(text);
    if (line?.kind === 'progress') onProgress?.(line.readBytes);
    // The line may be too long to be understood here; the whole of it is in the output.
    else if (text.includes('"kind":"done"')) stop();
  };
  const result = await run(command, { signal: over.signal, onLine });
  signal?.removeEventListener('abort', stop);
  return understandScanner(result, signal?.aborted === true);
}

function understandScanner({ stdout, stderr, outcome }: CommandResult, isStopped: boolean): ScanReading {
  if (isStopped) return { kind: 'stopped' };
  const lines = stdout.split('\n').slice(0, -1);
  const done = parseScanLine(lines.findLast((text) => text !== '') ?? '');
  if (done?.kind === 'done') return { kind: 'read', devices: done.devices, unreadable: done.unreadable };
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return { kind: 'not-read', why: [outcome.kind, said].filter((text) => text !== '').join(': ') };
}
