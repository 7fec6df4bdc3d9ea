import type { DocumentOf } from '../../documents/documents.ts';
import type { Plan } from '../../model/plan.ts';
import { describeAction } from '../../plan/take-step.ts';
import { describeExpectation } from '../../prose/expectations.ts';
import { describePreflight, type PreflightLine } from '../../prose/preflight.ts';
import type { Line } from '../print.ts';
import type { Style } from './style.ts';

/** A plan as a person reads it before agreeing: the steps in words, the exact commands, and what may be lost. */
export function formatPlan(plan: Plan, style: Style): Line[] {
  const steps = plan.steps.flatMap((step, index): Line[] => [
    `  ${String(index + 1)}. ${step.title}`,
    ['       ', style.dim(describeAction(step))],
  ]);
  return [
    style.bold(`Plan: ${plan.operation} ${plan.volume}`),
    ...steps,
    ...plan.mayLose.map((sentence) => style.severity('critical', `  ! ${sentence}`)),
    ...(plan.preflight === undefined
      ? []
      : describePreflight(plan.preflight).map((line) => formatChecked(line, style))),
  ];
}

function formatChecked({ tone, text }: PreflightLine, style: Style): Line {
  if (tone === 'plain') return `    ${text}`;
  return style.severity(tone === 'against' ? 'critical' : 'warning', `  ! ${text}`);
}

/** A plan as `--json` prints it. */
export function planDocument(plan: Plan): DocumentOf<'plan'> {
  return {
    schemaVersion: 1,
    kind: 'plan',
    operation: plan.operation,
    volume: plan.volume,
    confirm: plan.confirm ?? null,
    mayLose: plan.mayLose,
    preflight: plan.preflight ?? null,
    steps: plan.steps.map((step) => ({
      title: step.title,
      does: describeAction(step),
      command: step.action.kind === 'run' ? [step.action.command.file, ...step.action.command.args] : null,
      before: (step.before ?? []).map(describeExpectation),
      after: (step.after ?? []).map(describeExpectation),
      undo: (step.undo ?? []).map(describeAction),
      pointOfNoReturn: step.pointOfNoReturn === true,
    })),
  };
}
