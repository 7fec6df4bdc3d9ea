import { complainAboutCopyPath } from '../../model/copy-path.ts';
import { exitCodes, type ExitCode } from '../../model/exit-code.ts';
import type { KeptGeneration } from '../../model/kept-generation.ts';
import { Failure } from '../../model/problem.ts';
import { readGenerations } from '../../operations/backup/read-generations.ts';
import { isAsItWas, verifyGeneration, type VerifiedGeneration } from '../../operations/backup/verify.ts';
import { printDocument, printLines, type Context } from '../context.ts';
import { backupsDocument, formatGenerations } from '../format/backups.ts';
import { usage } from '../usage.ts';

/** `backup list`: the generations below a directory. */
export function listBackups(context: Context): Promise<ExitCode> {
  tell(context, choose(context, 'list backups'));
  return Promise.resolve(exitCodes.ok);
}

/** `backup verify`: the same, with every file of them read. */
export async function verifyBackups(context: Context): Promise<ExitCode> {
  const { host, terminal } = context;
  const verified: VerifiedGeneration[] = [];
  for (const each of choose(context, 'verify backups')) {
    const found = await verifyGeneration(host, each, terminal.interrupted, () => undefined);
    verified.push(found);
    if (!context.json) printLines(context, formatGenerations([found]));
  }
  if (context.json) tell(context, verified);
  return verified.every(isAsItWas) ? exitCodes.ok : exitCodes.otherProgram;
}

function choose({ host, call: { texts } }: Context, doing: string): readonly KeptGeneration[] {
  if (!host.identity.isRoot) throw new Failure({ kind: 'not-root', doing });
  const from = texts.get('from');
  if (from === undefined) usage(`--from is missing: the directory that backup --to was given`);
  const complaint = complainAboutCopyPath(from);
  if (complaint !== undefined) usage(`--from takes ${complaint}, not ${JSON.stringify(from.slice(0, 60))}`);
  if (texts.has('to')) usage('--to belongs to the backup of a volume; here it is --from');
  const volume = texts.get('volume');
  const generation = texts.get('generation');
  return readGenerations(host, from, {
    ...(volume === undefined ? {} : { volume }),
    ...(generation === undefined ? {} : { generation }),
  });
}

function tell(context: Context, generations: readonly (KeptGeneration | VerifiedGeneration)[]): void {
  if (context.json) printDocument(context, backupsDocument(generations));
  else printLines(context, generations.length === 0 ? ['No generations.'] : formatGenerations(generations));
}
