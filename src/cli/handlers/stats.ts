import { exitCodes } from '../../model/exit-code.ts';
import { countStatistics } from '../../operations/count.ts';
import { printDocument, printLines, type Handler } from '../context.ts';
import { formatCounted, statsDocument } from '../format/stats.ts';
import { isWatch, nextMoment } from '../next-moment.ts';

export const handle: Handler = async (context) => {
  const { host, call } = context;
  isWatch(context);
  for await (const counted of countStatistics(host, call.words[0] ?? '')) {
    if (context.json) printDocument(context, statsDocument(counted, host.identity.hostName));
    else printLines(context, formatCounted(counted, context.style));
    if (!(await nextMoment(context))) break;
  }
  return exitCodes.ok;
};
