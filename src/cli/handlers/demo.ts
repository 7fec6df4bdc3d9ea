import { exitCodes } from '../../model/exit-code.ts';
import { printLines, type Context, type Handler } from '../context.ts';

interface Scene {
  readonly says: string;
  readonly call: readonly string[];
}

const scenes: readonly Scene[] = [
  { says: 'A host at 3 a.m., after a power cut. What is there?', call: ['list'] },
  { says: 'backups crashed: start it, and wait for its online recovery.', call: ['recover', 'backups'] },
  {
    says: 'mail is read-only. Waiting does not help, and vdoctl rebuilds nothing unasked:',
    call: ['recover', 'mail'],
  },
  {
    says: 'It still shows everything: copy its data off, before anything stops it.',
    call: ['salvage', 'mail', '--to', '/backup/mail'],
  },
  {
    says: 'Its data is copied off: what would a forced rebuild do?',
    call: ['recover', 'mail', '--force-rebuild', '--dry-run'],
  },
  { says: 'Do it.', call: ['recover', 'mail', '--force-rebuild', '--yes'] },
  { says: 'And now?', call: ['status', 'mail'] },
];

/** Plays the main job on a simulated host, scene by scene, with the same commands that a person would type. */
export const handle: Handler = async (context) => {
  // One stream, so that every message stays in its scene.
  const stage = { ...context.terminal, stderr: context.terminal.stdout };
  for (const { says, call } of scenes) {
    printLines(context, [
      '',
      context.style.dim(`# ${says}`),
      context.style.bold(`$ vdoctl ${call.join(' ')}`),
    ]);
    const exitCode = await context.again(call, stage);
    if (context.terminal.interrupted.aborted) return exitCodes.interrupted;
    tellExit(context, exitCode);
  }
  const own = nameItself(context);
  printLines(context, [
    '',
    `None of this was real. Try it yourself: ${own} --simulate list; the screen: ${own} demo`,
  ]);
  return exitCodes.ok;
};

/** How this program is called where it was called from: `npm start` runs it out of a checkout, where no PATH leads to it. */
function nameItself({ terminal }: Context): string {
  return terminal.environment['npm_lifecycle_event'] === undefined ? 'vdoctl' : 'npx vdoctl';
}

function tellExit(context: Context, exitCode: number): void {
  if (exitCode !== 0) printLines(context, [context.style.dim(`(exit code ${String(exitCode)})`)]);
}
