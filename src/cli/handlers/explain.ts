import { exitCodes } from '../../model/exit-code.ts';
import { suggest } from '../../model/nearest.ts';
import { Failure } from '../../model/problem.ts';
import { printDocument, printLines, type Handler } from '../context.ts';
import { explanations } from '../../prose/explanations.ts';

/** A code in any spelling: `read-only`, `Read_Only`, `READONLY`. */
function plain(code: string): string {
  return code.toLowerCase().replaceAll(/[-_ ]/g, '');
}

export const handle: Handler = (context) => {
  const [code] = context.call.words;
  const chosen =
    code === undefined ? explanations : explanations.filter((each) => plain(each.code) === plain(code));
  if (chosen.length === 0) {
    const codes = explanations.map((each) => each.code);
    const message = `there is no exit code, alert or reason ${JSON.stringify(code)}${suggest(code ?? '', codes)}; vdoctl explain lists them`;
    throw new Failure({ kind: 'usage', message });
  }
  if (context.json) printDocument(context, { schemaVersion: 1, kind: 'explanations', explanations: chosen });
  else if (code === undefined) {
    const width = Math.max(...chosen.map((each) => each.code.length));
    printLines(
      context,
      chosen.map((each) => `${each.code.padEnd(width)} ${each.title}`),
    );
  } else {
    const lines = chosen.flatMap((each) => [
      context.style.bold(`${each.code}: ${each.title}`),
      each.meaning,
      `Next: ${each.next}`,
    ]);
    printLines(context, lines);
  }
  return Promise.resolve(exitCodes.ok);
};
