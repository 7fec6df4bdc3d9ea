import { complainAboutKept } from '../../model/backup-names.ts';
import { complainAboutCopyPath } from '../../model/copy-path.ts';
import { parseDuration, whyNoDuration } from '../../model/duration.ts';
import { longestFreezeMs } from '../../model/freezing.ts';
import { parseSize, whyNoSize } from '../../model/size.ts';
import { backup } from '../../operations/backup/backup.ts';
import type { BackupOptions, SnapshotSize } from '../../operations/backup/types.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import type { Call } from '../arguments.ts';
import { printLines, type Handler } from '../context.ts';
import { listBackups, verifyBackups } from './backups.ts';
import { usage } from '../usage.ts';

export const handle: Handler = (context) => {
  const [word] = context.call.words;
  if (context.call.program !== undefined && ['list', 'verify'].includes(word ?? ''))
    usage(`backup ${word ?? ''} takes no COMMAND`);
  if (word === 'list') return listBackups(context);
  if (word === 'verify') return verifyBackups(context);
  const stray = ['from', 'generation', 'volume'].find((each) => context.call.texts.has(each));
  if (stray !== undefined) usage(`--${stray} belongs to backup list and backup verify`);
  const options = readOptions(context.call);
  return actOnVolumes(context, context.call.words, async (session, name) => {
    const done = await backup(session, name, options);
    if (done.generation !== undefined && !context.json) printLines(context, [done.generation]);
    return done;
  });
};

function readOptions({ texts, program }: Call): BackupOptions {
  const size = texts.get('snapshot-size');
  const snapshot = size === undefined ? {} : { snapshotSize: readSnapshotSize(size) };
  const to = texts.get('to');
  if (program !== undefined) {
    if (texts.has('freeze')) usage('--freeze belongs to --to: it is too short for a program');
    if (to !== undefined) usage('--to and a COMMAND are two ways of a backup: give one of them');
    return { ...snapshot, program: requireProgram(program) };
  }
  if (to === undefined) usage('--to is missing: the directory to back up to, or -- COMMAND with {} in it');
  const complaint = complainAboutCopyPath(to);
  if (complaint !== undefined) usage(`--to takes ${complaint}, not ${JSON.stringify(to.slice(0, 60))}`);
  return { ...snapshot, ...readFreeze(texts.get('freeze')), to, keep: readKeep(texts.get('keep') ?? '') };
}

function requireProgram(words: readonly string[]): readonly string[] {
  if ((words[0] ?? '') === '') usage('the COMMAND after -- is missing');
  if (!words.some((word) => word.includes('{}')))
    usage('the COMMAND has no {}, which stands for the directory of the filesystem');
  return words;
}

function readKeep(text: string): number {
  const complaint = complainAboutKept(text);
  if (complaint !== undefined) usage(`--keep takes ${complaint}, not ${JSON.stringify(text.slice(0, 60))}`);
  return Number(text);
}

function readFreeze(text: string | undefined): { readonly freezeMs?: number } {
  if (text === undefined) return {};
  const freezeMs = parseDuration(text) ?? 0;
  if (freezeMs < 1000 || freezeMs > longestFreezeMs)
    usage(`--freeze takes a time from 1s to 60s, ${whyNoDuration(text, longestFreezeMs)}`);
  return { freezeMs };
}

function readSnapshotSize(text: string): SnapshotSize {
  const [, percent, of] = /^(\d{1,3})%(USED|FREE)$/i.exec(text) ?? [];
  if (percent !== undefined && Number(percent) > 0)
    return { kind: of?.toUpperCase() === 'FREE' ? 'free' : 'used', percent: Number(percent) };
  const bytes = parseSize(text);
  if (bytes === undefined) usage(`--snapshot-size takes 10G, 20%USED or 50%FREE, ${whyNoSize(text)}`);
  return { kind: 'bytes', bytes };
}
