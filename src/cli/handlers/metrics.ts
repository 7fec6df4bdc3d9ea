import type { Files } from '../../host/host.ts';
import { toJson } from '../../model/disarm.ts';
import { exitCodes } from '../../model/exit-code.ts';
import { Failure } from '../../model/problem.ts';
import { measure } from '../../operations/metrics.ts';
import { observe } from '../../operations/observe.ts';
import { asText } from '../print.ts';
import { printDocument, printNotes, type Context, type Handler } from '../context.ts';
import { formatMetrics, metricsDocument } from '../format/metrics.ts';
import { formatMissing } from '../format/volumes.ts';

export const handle: Handler = async (context) => {
  const { host, call, settings, terminal } = context;
  const output = call.texts.get('output');
  if (output !== undefined) requirePlace(host.files, output);
  const look = await observe(host, settings);
  const measured = measure(look);
  const text = formatMetrics(measured, call.flags.has('openmetrics') ? 'openmetrics' : 'prometheus');
  if (output !== undefined) write(context, output, text);
  else if (!context.json) terminal.stdout.write(asText(text));
  if (context.json) printDocument(context, metricsDocument(measured, host.identity.hostName));
  printNotes(context, formatMissing(look.missing));
  return exitCodes.ok;
};

/** The file may replace a regular file, but never a device, and its directory must exist. */
function requirePlace(files: Files, path: string): void {
  if (!/^\/.*[^/]$/.test(path)) failUsage(`--output takes the absolute path of a file, not ${toJson(path)}`);
  const directory = path.replace(/\/[^/]*$/, '') || '/';
  const around = files.describe(directory);
  if (around.kind !== 'read' || around.value.type !== 'directory')
    failUsage(
      `--output: there is no directory ${toJson(directory)}`,
      'name the directory that the node exporter reads (its --collector.textfile.directory), or make this one',
    );
  const there = files.describe(path);
  if (there.kind === 'read' && there.value.type !== 'file')
    failUsage(`--output: ${toJson(path)} is not a regular file`);
}

/** Whoever reads the file sees either the old one or the new one, complete. */
function write(context: Context, path: string, text: string): void {
  const { files, kind } = context.host;
  const written = files.writeAtomically(path, text, 0o644);
  if (written.kind !== 'read') {
    const reason = written.kind === 'failed' ? written.reason : written.kind;
    throw new Failure({ kind: 'not-written', path, reason });
  }
  // Somebody who tries this out would look for the file here.
  if (kind === 'simulated')
    printNotes(context, [`${path} was written on the simulated host, and not on this one`]);
}

function failUsage(message: string, next?: string): never {
  throw new Failure({ kind: 'usage', message, ...(next === undefined ? {} : { next }) });
}
