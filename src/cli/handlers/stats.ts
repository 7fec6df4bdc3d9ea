import { exitCodes } from '../../model/exit-code.ts';
import { countStatistics } from '../../operations/count.ts';
import { printDocument, printLines, type Handler } from '../context.ts';
import { formatCounted, statsDocument } from '../format/stats.ts';
import { usage } from '../usage.ts';

const second = 1000;

export const handle: Handler = async (context) => {
  const { host, call, terminal } = context;
  const watch = call.durations.get('watch');
  if (watch !== undefined && watch < second) usage('--watch takes one second or more');
  for await (const counted of countStatistics(host, call.words[0] ?? '')) {
    if (context.json) printDocument(context, statsDocument(counted, host.identity.hostName));
    else printLines(context, formatCounted(counted, context.style));
    if (watch === undefined) break;
    await host.clock.sleep(watch, terminal.interrupted);
    // Nobody reads a watch any more whose reader went away: it would go on for ever.
    if (terminal.interrupted.aborted || terminal.stdout.isGone === true) break;
  }
  return exitCodes.ok;
};
