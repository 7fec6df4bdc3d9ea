import { exitCodes } from '../../model/exit-code.ts';
import { observe } from '../../operations/observe.ts';
import { printDocument, printLines, printNotes, type Handler } from '../context.ts';
import { formatList, formatMissing, formatNone } from '../format/volumes.ts';
import { listDocument } from '../format/picture.ts';

export const handle: Handler = async (context) => {
  const look = await observe(context.host, context.settings);
  if (context.json) {
    printDocument(context, listDocument(context.host, look));
    return exitCodes.ok;
  }
  const { stdout } = context.terminal;
  const volumes = look.seen.map(({ volume }) => volume);
  const columns = stdout.isTerminal ? stdout.columns : Infinity;
  const lines =
    volumes.length === 0 ? [formatNone(look.missing)] : await formatList(volumes, context.style, columns);
  printLines(context, lines);
  printNotes(context, formatMissing(look.missing));
  return exitCodes.ok;
};
