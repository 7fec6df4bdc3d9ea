import * as z from 'zod/mini';
import { exitCodes } from '../../model/exit-code.ts';
import { Failure } from '../../model/problem.ts';
import { printDocument, printLines, type Handler } from '../context.ts';
import { schemas } from '../schemas.ts';

export const handle: Handler = (context) => {
  const [kind] = context.call.words;
  const kinds = Object.keys(schemas);
  if (kind === undefined) {
    if (context.json) printDocument(context, { schemaVersion: 1, kind: 'schemas', kinds });
    else printLines(context, kinds);
    return Promise.resolve(exitCodes.ok);
  }
  if (!Object.hasOwn(schemas, kind)) {
    const message = `there is no kind ${JSON.stringify(kind)}; the kinds are ${kinds.join(', ')}`;
    throw new Failure({ kind: 'usage', message });
  }
  const schema = z.toJSONSchema(schemas[kind as keyof typeof schemas]);
  printLines(context, [JSON.stringify(schema, null, 2)]);
  return Promise.resolve(exitCodes.ok);
};
