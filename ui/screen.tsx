import chalk from 'chalk';
import { render, type Instance } from 'ink';
import * as yoga from 'yoga-layout';
import type { Host } from '../src/host/host.ts';
import type { ExitCode } from '../src/model/exit-code.ts';
import { disarm } from '../src/model/disarm.ts';
import type { Settings } from '../src/model/settings.ts';
import { App } from './components/app.tsx';
import { Controller } from './control/controller.ts';
import { findUsualStack } from '../src/operations/choose-stack.ts';
import { createStore, type Store } from './control/store.ts';
import { trackCommands } from './control/tracked-host.ts';
import type { Effect } from './keys/key-outcome.ts';
import { isTyping } from './keys/table.ts';
import { initialState, type Size, type State } from './state/state.ts';
import { makeTheme } from './theme/theme.ts';

export interface ScreenOptions {
  readonly host: Host;
  readonly terminal: ScreenTerminal;
  readonly color: 'color' | 'plain';
  readonly background: 'dark' | 'light';
  readonly reader: 'eyes' | 'screen-reader';
  readonly characters?: 'all' | 'ascii';
  readonly settings: Settings;
}

/** The terminal, and what only the process can do with it. */
export interface ScreenTerminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Aborted by a signal, with its name as reason. */
  readonly interrupted: AbortSignal;
  /** Takes the terminal over so that its contents come back afterwards, however the program ends. */
  enter(): void;
  leave(): void;
  /** Stops the program, as Ctrl-Z does; resolves when it goes on. */
  stop(): Promise<void>;
}

/** Opens the screen, and resolves when it is left. */
export async function openScreen(options: ScreenOptions): Promise<ExitCode> {
  // The bundle cannot wait while it loads a module, so its layout engine may still be loading here.
  await (yoga as { readonly ready?: Promise<void> }).ready;
  const { terminal, settings } = options;
  const { stdout, interrupted } = terminal;
  if (options.color === 'plain') chalk.level = 0;
  const host = trackCommands(options.host);
  const store = openStore(options);
  const measure = (): void => {
    store.dispatch({ kind: 'resized', size: sizeOf(stdout) });
  };
  // Listen before Ink does: what Ink draws at a resize then has the new size.
  stdout.on('resize', measure);
  let crash: Error | undefined;
  const draw = (): Instance => {
    const drawn = drawOn(options, store, (effect) => {
      controller.perform(effect);
    });
    // A drawing that fails ends the screen, but no operation half-way.
    drawn.waitUntilExit().catch((error: unknown) => {
      crash = error instanceof Error ? error : new Error('the screen could not be drawn');
      controller.quit();
    });
    return drawn;
  };
  const close = (): void => {
    app.unmount();
    terminal.leave();
  };
  const pause = async (): Promise<void> => {
    close();
    await terminal.stop();
    measure();
    app = draw();
    controller.perform({ kind: 'look' });
  };
  terminal.stdin.on('paste', (_text: string, type: () => void) => {
    const state = store.get();
    if (isTyping(state)) type();
    else store.set({ ...state, hint: 'pasted text is not taken for keys' });
  });
  const controller = new Controller({ host, store, settings, interrupted, pause, copy: copyTo(stdout) });
  let app = draw();
  try {
    const exitCode = await controller.run();
    if (crash !== undefined) throw crash;
    return exitCode;
  } finally {
    stdout.off('resize', measure);
    close();
    stdout.write(farewell(store.get()));
  }
}

/** How the operations ended whose results nobody has looked at: after the screen, nothing else tells. */
function farewell({ jobs }: State): string {
  const lines = jobs.flatMap(({ result }) =>
    result === undefined ? [] : [result.what, ...(result.next === undefined ? [] : [`next: ${result.next}`])],
  );
  return lines.map((text) => `${disarm(text)}\n`).join('');
}

/** OSC 52, which moves no cursor: what is drawn stays as it is. */
function copyTo(stdout: NodeJS.WriteStream): (text: string) => void {
  return (text) => {
    stdout.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`);
  };
}

function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { columns, rows };
}

function openStore({ host, terminal, ...wish }: ScreenOptions): Store {
  const { hostName, isRoot } = host.identity;
  const facts = { name: hostName, isRoot, kind: host.kind, usualStack: findUsualStack(host) };
  return createStore(initialState(makeTheme(wish), facts, sizeOf(terminal.stdout), host.clock.now()));
}

function drawOn(
  { terminal, reader }: ScreenOptions,
  store: Store,
  perform: (effect: Effect) => void,
): Instance {
  const { stdin, stdout } = terminal;
  terminal.enter();
  return render(<App store={store} perform={perform} />, {
    stdout,
    stdin,
    exitOnCtrlC: false,
    patchConsole: false,
    incrementalRendering: true,
    isScreenReaderEnabled: reader === 'screen-reader',
  });
}
