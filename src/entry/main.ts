import fs from 'node:fs';
import process from 'node:process';
import { completeWord } from '../cli/completion/word.ts';
import { findCommand } from '../cli/commands.ts';
import { chooseScreen } from '../cli/choose-screen.ts';
import { describeDefect } from '../cli/defect.ts';
import { renderCommandHelp, renderHelp } from '../cli/help.ts';
import { asLines, asText, type Printed } from '../cli/print.ts';
import type { HostKind } from '../cli/run.ts';
import type { Host } from '../host/host.ts';
import { readerWord, scannerWord } from '../host/real/reader-word.ts';
import { sumsWord } from '../host/real/sums-word.ts';
import { treeWord } from '../host/real/tree-word.ts';
import { isTerminal, makeStream, stderr, stdout, whyLost, writeAtOnce, writeOut } from './streams.ts';
import { makeTerminal } from './terminal.ts';

declare const VDOCTL_VERSION: string;

/** The only place that builds the real host and decides how the program ends. */
async function main(argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv;
  if (first === readerWord) {
    const { readMetadataHere } = await import('../host/real/metadata-reader.ts');
    await readMetadataHere(rest);
    return 0;
  }
  if (first === scannerWord) {
    const { scanStorageHere } = await import('../host/real/storage-scanner.ts');
    await scanStorageHere();
    return 0;
  }
  if (first === treeWord) {
    const { answerTree } = await import('../host/real/tree-reader.ts');
    answerTree(rest);
    return 0;
  }
  if (first === sumsWord) {
    const { answerSums } = await import('../host/real/sums-worker.ts');
    answerSums(rest);
    return 0;
  }
  if (first === completeWord) {
    const { answerCompletion } = await import('../cli/completion/words.ts');
    return answerCompletion(rest, makeHost, makeStream(stdout));
  }
  const screen = await openScreenIfAsked(argv);
  if (screen !== undefined) return screen;
  if (first === undefined) {
    makeStream(stderr).write(asText(renderHelp()));
    return 2;
  }
  const quick = answerQuickly(argv);
  if (quick !== undefined) {
    writeAtOnce(quick);
    return 0;
  }
  process.on('uncaughtException', endWithDefect);
  const { runCall } = await import('../cli/run.ts');
  return runCall(argv, makeHost, makeTerminal());
}

/** Escapes an error before it is printed. Node would print it as it stands, and its text may come from anybody. */
function endWithDefect(error: Error): void {
  try {
    fs.writeFileSync(2, asLines(describeDefect(error)));
  } finally {
    process.exit(1);
  }
}

/** Runs the screen if there is a terminal for it; `undefined` if the call is for the command line. */
async function openScreenIfAsked(argv: readonly string[]): Promise<number | undefined> {
  const kind = chooseScreen(argv);
  if (kind === undefined || !isTerminal(process.stdin) || !isTerminal(process.stdout)) return undefined;
  const terminal = makeTerminal();
  try {
    const { prepareScreen } = await import('../cli/screen.ts');
    const { host, settings, color } = await prepareScreen(kind, argv, makeHost, terminal);
    const [{ openScreen }, { isAsciiOnly }, { makeScreenTerminal }] = await Promise.all([
      import('../../ui/screen.tsx'),
      import('../../ui/text/ascii.ts'),
      import('./screen-terminal.ts'),
    ]);
    return await openScreen({
      host,
      settings,
      color,
      terminal: await makeScreenTerminal(terminal.interrupted),
      // Terminals that tell their colours set this to FOREGROUND;BACKGROUND, where 7 and 15 are white.
      background: /;(7|15)$/.test(process.env['COLORFGBG'] ?? '') ? 'light' : 'dark',
      reader: argv.includes('--screen-reader') ? 'screen-reader' : 'eyes',
      characters: isAsciiOnly(process.env) ? 'ascii' : 'all',
    });
  } catch (error) {
    const { tellFailure } = await import('../cli/tell-failure.ts');
    return tellFailure(error, argv, terminal);
  }
}

/** `--version` and `--help` need nothing that is slow to load. */
function answerQuickly(argv: readonly string[]): Printed | undefined {
  const own = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  if (own.includes('--version') || own.includes('-V')) return asLines([`vdoctl ${VDOCTL_VERSION}`]);
  if (own[0] !== 'help' && !own.includes('--help') && !own.includes('-h')) return undefined;
  const command = own.map(findCommand).find((each) => each !== undefined);
  return asText(command === undefined ? renderHelp() : renderCommandHelp(command));
}

async function makeHost(kind: HostKind): Promise<Host> {
  if (kind === 'real') {
    const { createRealHost, safePath } = await import('../host/real/real-host.ts');
    return createRealHost({ searchPath: safePath, root: '/', program: process.argv[1] ?? '' });
  }
  const { makeDemoHost, makeSimulatedHost } = await import('../simulator/make-host.ts');
  if (kind === 'demo') return makeDemoHost('story');
  return kind === 'demo-screen' ? makeDemoHost('screen') : makeSimulatedHost(process.env);
}

/**
 * The exit code if output was lost. A call for output has failed then; a call for a change did its work, and keeps its
 * exit code.
 */
function tellLost(exitCode: number): number {
  const why = whyLost();
  if (why === undefined) return exitCode;
  makeStream(stderr).write(asLines([`vdoctl: not all of its output could be written: ${why}`]));
  const called = process.argv.map(findCommand).find((each) => each !== undefined);
  const isAllThatWasWanted = called?.effect !== 'acts' && called?.json !== 'events';
  return exitCode === 0 && isAllThatWasWanted ? 1 : exitCode;
}

/** Pending output is written first; a child process stuck in the kernel must not keep the program from ending. */
async function end(exitCode: number): Promise<never> {
  await writeOut();
  const told = tellLost(exitCode);
  await writeOut();
  process.exit(told);
}

void main(process.argv.slice(2)).then(end);
