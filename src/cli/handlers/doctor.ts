import { combineExitCodes, exitCodes } from '../../model/exit-code.ts';
import { Failure } from '../../model/problem.ts';
import { examine } from '../../operations/doctor/examine.ts';
import { observe, selectEach } from '../../operations/observe.ts';
import { printDocument, printLines, printNotes, type Handler } from '../context.ts';
import { namedError, printError } from '../errors.ts';
import { doctorDocument, formatExamination } from '../format/doctor.ts';
import { formatMissing, formatNone } from '../format/volumes.ts';

export const handle: Handler = async (context) => {
  const { host, call, style, settings, terminal } = context;
  if (!host.identity.isRoot) throw new Failure({ kind: 'not-root', doing: 'examine volumes' });
  const look = await observe(host, settings);
  const { volumes, failures } = selectEach(host, look, call.words);
  const errors = failures.map(namedError);
  const examination = await examine(host, look, volumes, call.words.length === 0 ? 'all' : 'named');
  const { missing, ofHost } = examination;
  const unseen = missing.length === 0 ? exitCodes.ok : exitCodes.otherProgram;
  const exitCode = combineExitCodes([unseen, ...errors.map((error) => error.exitCode)]);
  if (context.json) {
    printDocument(context, doctorDocument(host, look, examination, errors));
    return exitCode;
  }
  printLines(context, formatExamination(examination, style, terminal.stdout.columns));
  if (volumes.length + errors.length + ofHost.length === 0) printLines(context, [formatNone(missing)]);
  for (const error of errors) printError(context, error);
  printNotes(context, formatMissing(missing));
  return exitCode;
};
