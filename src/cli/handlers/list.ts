import { exitCodes } from '../../model/exit-code.ts';
import { observe } from '../../operations/observe.ts';
import { printDocument, printLines, printNotes, type Handler } from '../context.ts';
import { formatList, formatMissing } from '../format/volumes.ts';
import { pictureDocument } from '../format/picture.ts';

export const handle: Handler = async (context) => {
  const look = await observe(context.host, context.settings);
  const volumes = look.seen.map(({ volume }) => volume);
  if (context.json) {
    printDocument(context, pictureDocument('list', context.host, look, volumes));
    return exitCodes.ok;
  }
  const { stdout } = context.terminal;
  printLines(
    context,
    await formatList(volumes, context.style, stdout.isTerminal ? stdout.columns : Infinity),
  );
  printNotes(context, formatMissing(look.missing));
  return exitCodes.ok;
};
