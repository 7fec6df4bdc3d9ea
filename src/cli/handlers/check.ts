import type { Host } from '../../host/host.ts';
import { looksLikeRange, parseRange, rangeExamples } from '../../model/alert-range.ts';
import { formatDuration } from '../../model/duration.ts';
import { Failure } from '../../model/problem.ts';
import type { Settings } from '../../model/settings.ts';
import { judge, type Judgement, type SpaceRanges } from '../../operations/check.ts';
import { takeChanges } from '../../operations/mode-changes.ts';
import { observe, selectVolumes } from '../../operations/observe.ts';
import { keepSpace } from '../../operations/space-forecast.ts';
import type { Look } from '../../stacks/host-look.ts';
import type { Call } from '../arguments.ts';
import { printDocument, printLines, type Context, type Handler } from '../context.ts';
import {
  checkDocument,
  formatChange,
  formatCheck,
  formatVerdict,
  pluginExitCodes,
  summarise,
} from '../format/check.ts';
import { usage } from '../usage.ts';
import { withRun } from '../settings/limit-looks.ts';

export const handle: Handler = async (context) => {
  const { host, call, settings } = context;
  if (call.flags.has('changes') && call.words.length > 0)
    throw new Failure({ kind: 'usage', message: '--changes covers all volumes: name none' });
  if (!host.identity.isRoot) throw new Failure({ kind: 'not-root', doing: 'check volumes' });
  const ranges = readRanges(call);
  const look = await observeInTime(host, settings);
  if (look === 'too-late') return tellTooLate(context);
  keepSpace(host, look);
  const volumes = selectVolumes(host, look, call.words);
  const judgement = judge(volumes, look.missing, settings, call.words.length === 0 ? 'all' : 'named', ranges);
  const changes = call.flags.has('changes') ? takeChanges(host, look) : undefined;
  const facts = { host: host.identity.hostName, takenAt: new Date(look.takenAt).toISOString() };
  if (context.json)
    printDocument(context, checkDocument(judgement, { summary: summarise(judgement), ...facts }, changes));
  else printLines(context, changes?.map(formatChange) ?? [formatCheck(judgement, settings, ranges)]);
  return pluginExitCodes[judgement.verdict];
};

/** The options that are ranges; the others are settings. */
function readRanges({ texts }: Call): SpaceRanges {
  const read = (name: 'warning' | 'critical'): SpaceRanges => {
    const text = texts.get(name) ?? '';
    if (!looksLikeRange(text)) return {};
    const range = parseRange(text);
    return range === undefined
      ? usage(
          `--${name} takes a percentage such as 80, or ${rangeExamples}, not ${JSON.stringify(text.slice(0, 60))}`,
        )
      : { [name]: range };
  };
  return { ...read('warning'), ...read('critical') };
}

/** The caller of a plugin waits only this long. Questions that are still unanswered then are ended. */
async function observeInTime(host: Host, settings: Settings): Promise<Look | 'too-late'> {
  const tooLate = new AbortController();
  const over = new AbortController();
  const asking = withRun(host, (command, options) =>
    host.run(command, { ...options, signal: tooLate.signal }),
  );
  const waiting = host.clock.sleep(settings['check-timeout'], over.signal).then(() => 'too-late' as const);
  try {
    return await Promise.race([observe(asking, settings), waiting]);
  } finally {
    over.abort();
    tooLate.abort();
  }
}

function tellTooLate(context: Context) {
  const { host, settings } = context;
  const summary = `no answer within ${formatDuration(settings['check-timeout'])}`;
  const nothing: Judgement = { verdict: 'unknown', volumes: [], missing: [] };
  const facts = { summary, host: host.identity.hostName, takenAt: null };
  if (context.json) printDocument(context, checkDocument(nothing, facts));
  else printLines(context, [formatVerdict('unknown', summary)]);
  return pluginExitCodes.unknown;
}
