import type { DocumentOf } from '../documents/documents.ts';
import type { Availabilities, Availability } from '../model/availability.ts';
import { exitCodeOf, exitCodes } from '../model/exit-code.ts';
import { errorDocument } from './errors.ts';

/** Whether each operation can be had on a volume, as `status --json` prints it. */
export type OperationDocuments = DocumentOf<'status'>['volumes'][number]['operations'];
type OperationDocument = OperationDocuments['start'];

/** Every operation on a volume, in the words and with the codes of the call that asks for it. */
export function operationDocuments(availabilities: Availabilities): OperationDocuments {
  const entries = Object.entries(availabilities).map(([name, each]) => [name, documentOf(each)]);
  return Object.fromEntries(entries) as OperationDocuments;
}

function documentOf(availability: Availability): OperationDocument {
  switch (availability.kind) {
    case 'possible':
      return { possible: true, outcome: null, exitCode: exitCodes.ok, error: null };
    case 'needless':
      return { possible: true, outcome: availability.outcome, exitCode: exitCodes.ok, error: null };
    case 'refused': {
      const { problem } = availability;
      return {
        ...{ possible: false, outcome: null },
        exitCode: exitCodeOf(problem),
        error: errorDocument(problem),
      };
    }
  }
}
