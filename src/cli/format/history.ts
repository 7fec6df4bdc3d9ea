import type { DocumentOf } from '../../documents/documents.ts';
import type { Host } from '../../host/host.ts';
import { formatCommand } from '../../model/command.ts';
import { formatDuration } from '../../model/duration.ts';
import { writeMoment } from '../../model/moment.ts';
import type { KnownOperation } from '../../model/operation.ts';
import type { Missing } from '../../model/volume.ts';
import { describeAction } from '../../plan/take-step.ts';
import { describeOperationOutcome } from '../../prose/history-outcome.ts';
import type { Line } from '../print.ts';
import type { Style } from './style.ts';

/** Operations as a person reads them: when, who, what, how it ended, and each command. @param zone of the times */
export function formatHistory(
  operations: readonly KnownOperation[],
  style: Style,
  zone: 'local' | 'utc',
): Line[] {
  return operations.flatMap(({ operation, state }) => {
    const { begun, commands, ended, settled } = operation;
    const { at, user, plan } = begun;
    const end = [
      describeOperationOutcome(state),
      ...(settled === undefined ? [] : [`${settled.how} by cleanup`]),
    ].join(', ');
    const ms = Date.parse(at);
    const when = Number.isNaN(ms) ? at : writeMoment(ms, zone);
    const head = `${when}  ${plan.operation} ${plan.volume}  by ${user}: ${end}`;
    const lines = commands.map(({ command, how, durationMs }) => {
      return style.dim(`    ${formatCommand(command)}  (${how}, ${formatDuration(durationMs)})`);
    });
    const why = ended?.why == null ? [] : [`    why: ${ended.why}`];
    return [style.bold(head), ...lines, ...why];
  });
}

/** The document that `history --json` prints. */
export function historyDocument(
  { identity }: Host,
  operations: readonly KnownOperation[],
  missing: readonly Missing[],
): DocumentOf<'history'> {
  return {
    schemaVersion: 1,
    kind: 'history',
    host: identity.hostName,
    operations: operations.map(({ operation, state }) => ({
      id: operation.begun.id,
      at: operation.begun.at,
      operation: operation.begun.plan.operation,
      volume: operation.begun.plan.volume,
      user: operation.begun.user,
      host: operation.begun.host,
      outcome: state,
      endedAt: operation.ended?.at ?? null,
      why: operation.ended?.why ?? null,
      cause: operation.ended?.cause ?? null,
      settled: operation.settled?.how ?? null,
      settles: operation.begun.settles,
      planned: operation.begun.plan.steps.map((step) => ({ title: step.title, does: describeAction(step) })),
      steps: operation.steps.map(({ at, way, index, title, state: reached }) => ({
        at,
        way,
        index,
        title,
        state: reached,
      })),
      commands: operation.commands.map(({ at, command, exitCode, how, durationMs, output }) => ({
        at,
        command: [command.file, ...command.args],
        exitCode,
        how,
        durationMs,
        output,
      })),
    })),
    missing,
  };
}
