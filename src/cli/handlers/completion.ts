import { exitCodes } from '../../model/exit-code.ts';
import { renderCompletion } from '../completion/render.ts';
import { asText } from '../print.ts';
import { printDocument, type Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const [shell = ''] = context.call.words;
  const script = renderCompletion(shell);
  if (context.json) printDocument(context, { schemaVersion: 1, kind: 'completion', shell, script });
  else context.terminal.stdout.write(asText(script));
  return Promise.resolve(exitCodes.ok);
};
