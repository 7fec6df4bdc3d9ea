import type { DocumentOf } from '../documents/documents.ts';
import type { Availabilities, Availability } from '../model/availability.ts';
import { exitCodeOf, exitCodes } from '../model/exit-code.ts';
import { errorDocument } from './errors.ts';

/** Whether each operation is possible on a volume, as `status --json` prints it. */
export type OperationDocuments = DocumentOf<'status'>['volumes'][number]['operations'];
type OperationDocument = OperationDocuments['start'];

/** Every operation on a volume, with the words and codes that the call itself would use. */
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
