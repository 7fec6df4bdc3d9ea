import { exitCodes } from '../../model/exit-code.ts';
import { printDocument, printLines, printNotes, type Handler } from '../context.ts';
import { configDocument, formatConfig } from '../format/config.ts';
import { settingsPath } from '../settings/load.ts';

export const handle: Handler = (context) => {
  const { loaded } = context;
  if (context.json) {
    printDocument(context, configDocument(loaded));
    return Promise.resolve(exitCodes.ok);
  }
  printLines(context, formatConfig(loaded, context.style));
  if (loaded.file === 'not-permitted')
    printNotes(context, [`not seen: ${settingsPath}: only root may read it`]);
  return Promise.resolve(exitCodes.ok);
};
