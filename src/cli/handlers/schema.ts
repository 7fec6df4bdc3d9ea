import * as z from 'zod/mini';
import { toJson } from '../../model/disarm.ts';
import { exitCodes } from '../../model/exit-code.ts';
import { suggest } from '../../model/nearest.ts';
import { Failure } from '../../model/problem.ts';
import { asText } from '../print.ts';
import { printDocument, printLines, type Handler } from '../context.ts';
import { schemas } from '../../documents/schemas.ts';

export const handle: Handler = (context) => {
  const [kind] = context.call.words;
  const kinds = Object.keys(schemas);
  if (kind === undefined) {
    if (context.json) printDocument(context, { schemaVersion: 1, kind: 'schemas', kinds });
    else printLines(context, kinds);
    return Promise.resolve(exitCodes.ok);
  }
  if (!Object.hasOwn(schemas, kind)) {
    const message = `there is no kind ${JSON.stringify(kind)}${suggest(kind, kinds)}; the kinds are ${kinds.join(', ')}`;
    throw new Failure({ kind: 'usage', message });
  }
  const schema = z.toJSONSchema(schemas[kind as keyof typeof schemas]);
  context.terminal.stdout.write(asText(`${toJson(schema, 2)}\n`));
  return Promise.resolve(exitCodes.ok);
};
