import type { Host } from '../../host/host.ts';
import { readHistory, type Wanted } from '../../journal/read.ts';
import { exitCodes } from '../../model/exit-code.ts';
import { momentExamples, readMoment } from '../../model/moment.ts';
import { Failure, type NoSuchVolumeProblem } from '../../model/problem.ts';
import { requireNames, resolveVolume } from '../../operations/resolve-volume.ts';
import { lookAtHost } from '../../stacks/host-look.ts';
import type { Call } from '../arguments.ts';
import { printDocument, printLines, printNotes, type Handler } from '../context.ts';
import { formatHistory, historyDocument } from '../format/history.ts';
import { formatMissing } from '../format/volumes.ts';
import { usage } from '../usage.ts';

/** The volume whose operations are asked for. */
interface Asked {
  /** The NAME under which they are recorded. */
  readonly volume: string;
  /** Why it is none of the volumes that there are now. */
  readonly absence?: NoSuchVolumeProblem;
}

/** From any of the volume's names; a volume that no longer exists has only the one that is recorded. */
async function findAsked(host: Host, name: string): Promise<Asked> {
  const look = await lookAtHost(host);
  try {
    return { volume: resolveVolume(host, look, name).volume.name };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const volume = name.replace(/^\/dev\/(mapper\/)?/, '');
    const { problem } = error;
    return problem.kind === 'no-such-volume' ? { volume, absence: problem } : { volume };
  }
}

/** @throws Failure `no-such-volume` for a name that no volume has, and that none had for which anything is recorded */
async function requireKnown(host: Host, { volume, absence }: Asked): Promise<void> {
  if (absence === undefined) return;
  const { operations, missing } = await readHistory(host.files, { volume, most: 1 });
  if (operations.length === 0 && missing.length === 0) throw new Failure({ ...absence, isUnrecorded: true });
}

export const handle: Handler = async (context) => {
  const { host, call } = context;
  const [name] = call.words;
  requireNames(call.words);
  const span = readSpan(call, host.clock.now());
  if (!host.identity.isRoot) throw new Failure({ kind: 'not-root', doing: 'read the history' });
  const asked = name === undefined ? undefined : await findAsked(host, name);
  if (asked !== undefined) await requireKnown(host, asked);
  const wanted = asked === undefined ? span : { ...span, volume: asked.volume };
  const { operations, missing } = await readHistory(host.files, wanted);
  const own = call.flags.has('reverse') ? operations.toReversed() : operations;
  if (context.json) {
    printDocument(context, historyDocument(host, own, missing));
    return exitCodes.ok;
  }
  const zone = call.flags.has('utc') ? 'utc' : 'local';
  printLines(context, own.length === 0 ? ['No operations.'] : formatHistory(own, context.style, zone));
  printNotes(context, formatMissing(missing));
  return exitCodes.ok;
};

function readSpan({ texts }: Call, nowMs: number): Pick<Wanted, 'sinceMs' | 'untilMs' | 'most'> {
  const [since, until, most] = [texts.get('since'), texts.get('until'), texts.get('number')];
  const span = {
    ...(since === undefined ? {} : { sinceMs: requireMoment('since', since, nowMs) }),
    ...(until === undefined ? {} : { untilMs: requireMoment('until', until, nowMs) }),
    ...(most === undefined ? {} : { most: requireCount(most) }),
  };
  if ((span.sinceMs ?? -Infinity) > (span.untilMs ?? Infinity)) usage('--since is after --until');
  return span;
}

function requireMoment(option: string, text: string, nowMs: number): number {
  const moment = readMoment(text, nowMs);
  if (moment.kind === 'moment') return moment.ms;
  return usage(
    `--${option} takes ${momentExamples}, not ${JSON.stringify(text.slice(0, 60))}: ${moment.why}`,
  );
}

function requireCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  return usage(`-n takes a whole number from 1, not ${JSON.stringify(text.slice(0, 60))}`);
}
