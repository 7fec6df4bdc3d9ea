import { exitCodes } from '../../model/exit-code.ts';
import { observe, selectVolumes } from '../../operations/observe.ts';
import { printDocument, printLines, printNotes, type Handler } from '../context.ts';
import { pictureDocument } from '../format/picture.ts';
import { formatMissing, formatVolume } from '../format/volumes.ts';

export const handle: Handler = async (context) => {
  const { host, call, style } = context;
  const look = await observe(host, context.settings);
  const volumes = selectVolumes(host, look, call.words);
  if (context.json) {
    printDocument(context, pictureDocument('status', host, look, volumes));
    return exitCodes.ok;
  }
  const blocks = volumes.map((volume) => formatVolume(volume, style));
  printLines(
    context,
    volumes.length === 0 ? ['No VDO volumes.'] : [blocks.map((lines) => lines.join('\n')).join('\n\n')],
  );
  printNotes(context, formatMissing(look.missing));
  return exitCodes.ok;
};
