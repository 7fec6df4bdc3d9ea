import type { DocumentOf } from '../../documents/documents.ts';
import type { Host } from '../../host/host.ts';
import { disarm } from '../../model/disarm.ts';
import type { Finding } from '../../model/finding.ts';
import type { Examination } from '../../operations/doctor/examine.ts';
import type { Look } from '../../stacks/host-look.ts';
import type { NamedError } from '../errors.ts';
import type { Line } from '../print.ts';
import type { Style } from './style.ts';

/** What stands above the findings of the host itself. */
const hostTitle = 'this host';

/** The findings, grouped by volume, in lines of at most `columns` where no word is longer. */
export function formatExamination(
  { volumes, ofHost }: Pick<Examination, 'volumes' | 'ofHost'>,
  style: Style,
  columns: number,
): Line[] {
  const ofOwn = ofHost.length === 0 ? [] : [{ name: hostTitle, findings: ofHost }];
  const ill = [...ofOwn, ...volumes.filter(({ findings }) => findings.length > 0)];
  const well = volumes.filter(({ findings }) => findings.length === 0);
  return [
    ...ill.flatMap(({ name, findings }) => [
      style.bold(name),
      ...findings.flatMap((finding) => formatFinding(finding, style, columns)),
    ]),
    ...well.map(({ name }): Line => [style.bold(name), ': nothing found']),
  ];
}

function formatFinding(
  { severity, code, message, next }: Finding,
  style: Style,
  columns: number,
): readonly Line[] {
  const head = `${severity}: ${code}:`;
  const [first = '', ...rest] = wrap(`${head} ${message}`, columns, { indent: 2, hanging: 4 });
  return [
    ['  ', style.severity(severity, head), first.slice(2 + head.length)],
    ...rest,
    ...wrap(`→ ${next}`, columns, { indent: 4, hanging: 6 }),
  ];
}

/** Lines of whole words: a command that is longer than a line is broken between two of its words. */
function wrap(
  text: string,
  columns: number,
  { indent, hanging }: { readonly indent: number; readonly hanging: number },
): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let isEmpty = true;
  for (const word of disarm(text).split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = ' '.repeat(hanging);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** The document that `doctor --json` prints. */
export function doctorDocument(
  host: Host,
  { takenAt }: Look,
  { volumes, ofHost, missing }: Examination,
  errors: readonly NamedError[],
): DocumentOf<'doctor'> {
  return {
    schemaVersion: 1,
    kind: 'doctor',
    host: host.identity.hostName,
    takenAt: new Date(takenAt).toISOString(),
    volumes,
    ofHost,
    missing,
    errors,
  };
}
