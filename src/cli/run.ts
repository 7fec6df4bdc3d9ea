import type { Host } from '../host/host.ts';
import { exitCodes, type ExitCode } from '../model/exit-code.ts';
import type { Settings } from '../model/settings.ts';
import { parseArguments, type Call } from './arguments.ts';
import type { Context, Handler } from './context.ts';
import { makeStyle, type Style } from './format/style.ts';
import { renderCommandHelp } from './help.ts';
import { asLines, asText } from './print.ts';
import { limitLooks } from './settings/limit-looks.ts';
import { loadSettings, noSettings } from './settings/load.ts';
import type { Terminal } from './terminal.ts';

/** Makes the host that a call works on. */
export type MakeHost = (kind: HostKind) => Host | Promise<Host>;
/** The demo's hosts are simulated, too, but made anew for each call and never kept. */
export type HostKind = 'real' | 'simulated' | 'demo' | 'demo-screen';

/** The handler of each command, by name. Only what a call needs is loaded. */
export const handlers: Readonly<Record<string, () => Promise<{ readonly handle: Handler }>>> = {
  list: () => import('./handlers/list.ts'),
  status: () => import('./handlers/status.ts'),
  stats: () => import('./handlers/stats.ts'),
  check: () => import('./handlers/check.ts'),
  doctor: () => import('./handlers/doctor.ts'),
  wait: () => import('./handlers/wait.ts'),
  start: () => import('./handlers/start.ts'),
  stop: () => import('./handlers/stop.ts'),
  recover: () => import('./handlers/recover.ts'),
  adopt: () => import('./handlers/adopt.ts'),
  rehearse: () => import('./handlers/rehearse.ts'),
  'repair-geometry': () => import('./handlers/repair-geometry.ts'),
  reclaim: () => import('./handlers/reclaim.ts'),
  salvage: () => import('./handlers/salvage.ts'),
  backup: () => import('./handlers/backup.ts'),
  restore: () => import('./handlers/restore.ts'),
  create: () => import('./handlers/create.ts'),
  remove: () => import('./handlers/remove.ts'),
  grow: () => import('./handlers/grow.ts'),
  rename: () => import('./handlers/rename.ts'),
  set: () => import('./handlers/set.ts'),
  cleanup: () => import('./handlers/cleanup.ts'),
  metrics: () => import('./handlers/metrics.ts'),
  config: () => import('./handlers/config.ts'),
  history: () => import('./handlers/history.ts'),
  explain: () => import('./handlers/explain.ts'),
  schema: () => import('./handlers/schema.ts'),
  completion: () => import('./handlers/completion.ts'),
  demo: () => import('./handlers/demo.ts'),
};

/** Parses a call, carries it out and reports how it ended; scripts rely on the exit code. */
export async function runCall(
  argv: readonly string[],
  makeHost: MakeHost,
  terminal: Terminal,
): Promise<ExitCode> {
  let host: Host | undefined;
  try {
    const call = await parseArguments(argv);
    // Help combined with other letters after one dash; alone, it is answered before anything is loaded.
    if (call.flags.has('help')) {
      terminal.stdout.write(asText(renderCommandHelp(call.command)));
      return exitCodes.ok;
    }
    const own = await makeHost(chooseHost(call));
    host = own;
    const loaded =
      call.command.usesSettings === false
        ? noSettings
        : await loadSettings(own.files, terminal.environment, call);
    const settings = loaded.values;
    if (loaded !== noSettings) await warnOfVariables(call, terminal);
    const handler = await handlers[call.command.name]?.();
    if (handler === undefined) throw new Error(`no handler for ${call.command.name}`);
    const again: Context['again'] = (words, stage) => runCall(words, () => own, stage);
    const work = handler.handle({
      call,
      host: limitLooks(own, settings['look-timeout']),
      terminal,
      style: chooseStyle(terminal, settings.colours),
      json: call.flags.has('json'),
      settings,
      loaded,
      again,
    });
    return await (call.command.effect === 'looks' ? Promise.race([work, awaitInterruption(terminal)]) : work);
  } catch (error) {
    const { tellFailure } = await import('./tell-failure.ts');
    return tellFailure(error, argv, terminal);
  } finally {
    if (host !== undefined && (argv.includes('--verbose') || argv.includes('-v'))) {
      const { tellCommands } = await import('./tell-failure.ts');
      tellCommands(host, terminal);
    }
  }
}

/** A setting that is misspelt would be ignored without a word. */
async function warnOfVariables({ flags }: Call, { environment, stderr }: Terminal): Promise<void> {
  if (flags.has('quiet') || !Object.keys(environment).some((name) => name.startsWith('VDOCTL_'))) return;
  const { describeUnknownVariables } = await import('./settings/unknown-variables.ts');
  const lines = describeUnknownVariables(environment).map((each) => `vdoctl: ${each}`);
  if (lines.length > 0) stderr.write(asLines(lines));
}

function chooseStyle({ color }: Terminal, colours: Settings['colours']): Style {
  if (colours === 'auto') return makeStyle(color ? 'color' : 'plain');
  return makeStyle(colours === 'always' ? 'color' : 'plain');
}

/** Resolves with the exit code of an interrupted call on an interruption. */
function awaitInterruption({ interrupted }: Terminal): Promise<ExitCode> {
  return new Promise((resolve) => {
    const end = (): void => {
      resolve(interrupted.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted);
    };
    if (interrupted.aborted) end();
    interrupted.addEventListener('abort', end, { once: true });
  });
}

function chooseHost({ command, flags }: Call): HostKind {
  if (command.name === 'demo') return 'demo';
  return flags.has('simulate') ? 'simulated' : 'real';
}
