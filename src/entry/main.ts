import fs from 'node:fs';
import process from 'node:process';
import { completeWord } from '../cli/completion/word.ts';
import { findCommand } from '../cli/commands.ts';
import { chooseScreen } from '../cli/choose-screen.ts';
import { describeDefect } from '../cli/defect.ts';
import { renderCommandHelp, renderHelp } from '../cli/help.ts';
import { asLines, asText, type Printed } from '../cli/print.ts';
import type { HostKind } from '../cli/run.ts';
import type { Terminal, TextStream } from '../cli/terminal.ts';
import type { Host } from '../host/host.ts';
import { readerWord } from '../host/real/reader-word.ts';

declare const VDOCTL_VERSION: string;

/** The only place that builds the real host, reads `process` and decides how the program ends. */
async function main(argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv;
  if (first === readerWord) {
    const { readMetadataHere } = await import('../host/real/metadata-reader.ts');
    await readMetadataHere(rest);
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

/** Node would print what an error says as it stands, and anybody's words may be in it. */
function endWithDefect(error: Error): void {
  try {
    fs.writeFileSync(2, asLines(describeDefect(error)));
  } finally {
    process.exit(1);
  }
}

/** The screen, where there is a terminal to show it on; `undefined` for a call that is for the command line. */
async function openScreenIfAsked(argv: readonly string[]): Promise<number | undefined> {
  const kind = chooseScreen(argv);
  if (kind === undefined || !isTerminal(process.stdin) || !isTerminal(process.stdout)) return undefined;
  const terminal = makeTerminal();
  try {
    const { prepareScreen } = await import('../cli/screen.ts');
    const { host, settings, color } = await prepareScreen(kind, argv, makeHost, terminal);
    const [{ openScreen }, { makeScreenTerminal }] = await Promise.all([
      import('../../ui/screen.tsx'),
      import('./screen-terminal.ts'),
    ]);
    return await openScreen({
      host,
      settings,
      color,
      terminal: await makeScreenTerminal(terminal.interrupted),
      // As terminals that tell their colours do: FOREGROUND;BACKGROUND, where 7 and 15 are white.
      background: /;(7|15)$/.test(process.env['COLORFGBG'] ?? '') ? 'light' : 'dark',
      reader: argv.includes('--screen-reader') ? 'screen-reader' : 'eyes',
    });
  } catch (error) {
    const { tellFailure } = await import('../cli/tell-failure.ts');
    return tellFailure(error, argv, terminal);
  }
}

/** `--version` and `--help` need nothing that takes time to load. */
function answerQuickly(argv: readonly string[]): Printed | undefined {
  const own = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  if (own.includes('--version')) return asLines([`vdoctl ${VDOCTL_VERSION}`]);
  if (own[0] !== 'help' && !own.includes('--help') && !own.includes('-h')) return undefined;
  const command = own.map(findCommand).find((each) => each !== undefined);
  return asText(command === undefined ? renderHelp() : renderCommandHelp(command));
}

/** Loading Node's streams takes longer than making the answer; they are left for who cannot take it at once. */
function writeAtOnce(text: Printed): void {
  try {
    fs.writeFileSync(1, text);
  } catch {
    makeStream(stdout).write(text);
  }
}

async function makeHost(kind: HostKind): Promise<Host> {
  if (kind === 'real') {
    const { createRealHost, safePath } = await import('../host/real/real-host.ts');
    return createRealHost({ searchPath: safePath, root: '/', program: process.argv[1] ?? '' });
  }
  const { makeDemoHost, makeSimulatedHost } = await import('../simulator/entry.ts');
  if (kind === 'demo') return makeDemoHost('story');
  return kind === 'demo-screen' ? makeDemoHost('screen') : makeSimulatedHost(process.env);
}

function makeTerminal(): Terminal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupted.abort(signal);
    });
  }
  return {
    stdout: makeStream(stdout),
    stderr: makeStream(stderr),
    get canAsk() {
      return isTerminal(process.stdin) && isTerminal(stderr());
    },
    get color() {
      return isTerminal(stdout()) && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
    },
    environment: process.env,
    ask: askHere,
    interrupted: interrupted.signal,
  };
}

/** Node's types promise a boolean, Node itself gives none for a pipe. */
function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}

function makeStream(open: () => NodeJS.WriteStream): TextStream {
  return {
    get isTerminal() {
      return isTerminal(open());
    },
    get columns() {
      return open().columns || 80;
    },
    write: (text) => {
      open().write(text);
    },
  };
}

/** The streams that this call wrote to. Node makes each when it is first asked for, which a short call can spare. */
const used = new Set<NodeJS.WriteStream>();

function stdout(): NodeJS.WriteStream {
  return use(process.stdout);
}

function stderr(): NodeJS.WriteStream {
  return use(process.stderr);
}

function use(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (!used.has(stream)) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      noteLost(stream, error);
    });
  }
  used.add(stream);
  return stream;
}

/** Why the rest of what is printed on stdout is lost. */
let lost: string | undefined;

/**
 * Nothing that befalls the output, a full disk neither, is a reason to leave a plan half-done. A reader that went away,
 * such as `| head`, is not even worth a word, nor is a terminal that is gone (EIO).
 */
function noteLost(stream: NodeJS.WriteStream, { code, message }: NodeJS.ErrnoException): void {
  if (stream === process.stdout && code !== 'EPIPE' && code !== 'EIO') lost = message;
}

/** Whoever asked for output has not got it; who asked for a change has, and goes by its exit code. */
function tellLost(exitCode: number): number {
  if (lost === undefined) return exitCode;
  makeStream(stderr).write(asLines([`vdoctl: what it printed is not all written: ${lost}`]));
  const called = process.argv.map(findCommand).find((each) => each !== undefined);
  const isAllThatWasWanted = called?.effect !== 'acts' && called?.json !== 'events';
  return exitCode === 0 && isAllThatWasWanted ? 1 : exitCode;
}

/** Asks on stderr, so that stdout stays clean. */
async function askHere(question: Printed, signal: AbortSignal): Promise<string | undefined> {
  const { ask } = await import('../cli/ask.ts');
  const onCtrlC = (): void => {
    process.emit('SIGINT');
  };
  return ask({ input: process.stdin, output: process.stderr, onCtrlC }, question, signal);
}

/** What is still written is let out first; a child stuck in the kernel must not keep the program from ending. */
async function end(exitCode: number): Promise<never> {
  await writeOut();
  const told = tellLost(exitCode);
  await writeOut();
  process.exit(told);
}

async function writeOut(): Promise<void> {
  for (const stream of used) await new Promise((resolve) => stream.write('', resolve));
}

void main(process.argv.slice(2)).then(end);
