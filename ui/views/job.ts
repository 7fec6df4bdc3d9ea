import { exitCodes } from '../../src/model/exit-code.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { ProgressEvent } from '../../src/operations/session.ts';
import { describeAction } from '../../src/plan/take-step.ts';
import type { StepEvent } from '../../src/plan/execute.ts';
import { describeExpectation } from '../../src/prose/expectations.ts';
import { consequences } from '../../src/prose/outcomes.ts';
import { describePreflight, type PreflightLine } from '../../src/prose/preflight.ts';
import { formatProgress } from '../../src/prose/progress.ts';
import { describeTimedEnd } from '../../src/prose/step-end.ts';
import { isOnlyWaiting, stopOfRunning, type Job } from '../state/job.ts';
import { shownJob } from '../state/jobs.ts';
import type { State } from '../state/state.ts';
import { blank, line, paragraph, span, type ScreenLine } from '../text/line.ts';
import { bar } from '../text/picture.ts';

/** An operation: first its plan, then its steps, then its result. */
export function jobLines(state: State): ScreenLine[] {
  const job = shownJob(state);
  if (job === undefined) return [];
  switch (job.phase) {
    case 'looking':
      return [
        ...paragraph('Looking at the host and making the plan…', state.size.columns, {
          indent: 2,
          tone: 'dim',
        }),
        ...progressLines(job.progress, state),
        ...noticeLines(job, state),
      ];
    case 'asking':
      return job.plan === undefined ? [] : [...noticeLines(job, state), ...planLines(job.plan, state)];
    case 'running':
      return [
        ...stopLines(job, state),
        ...stepLines(job, state),
        ...progressLines(job.progress, state),
        ...noticeLines(job, state),
      ];
    case 'over':
      return [
        ...resultLines(job, state),
        ...noticeLines(job, state),
        ...stepLines(job, state),
        ...verifiedLines(job, state),
      ];
  }
}

/** First what may be lost, so that even a small screen shows it; then the steps with their exact commands. */
function planLines(plan: Plan, { size: { columns }, theme }: State): ScreenLine[] {
  const steps = plan.steps.flatMap((step, index) => [
    ...paragraph(step.title, columns, { indent: 5, sign: span(`  ${String(index + 1)}.`) }),
    ...paragraph(describeAction(step), columns, { indent: 7, tone: 'dim' }),
  ]);
  const head = line(`  ${plan.steps.length === 0 ? 'No step is needed:' : 'The plan:'}`, 'strong');
  if (plan.confirm === undefined)
    return [head, ...steps, blank, ...paragraph('It loses no data.', columns, { indent: 2 })];
  const sign = span(` ${theme.signs.severities.critical}`, 'critical');
  const losses = plan.mayLose.flatMap((sentence) =>
    paragraph(sentence, columns, { indent: 3, tone: 'critical', sign }),
  );
  const checked = plan.preflight === undefined ? [] : describePreflight(plan.preflight);
  const found = checked.flatMap((each) => checkedLines(each, columns, theme));
  const consequence = paragraph(consequences[plan.confirm], columns, { indent: 2, tone: 'strong' });
  return [...consequence, ...losses, ...found, blank, head, ...steps];
}

function checkedLines(
  { tone, text }: PreflightLine,
  columns: number,
  { signs }: State['theme'],
): ScreenLine[] {
  if (tone === 'plain') return paragraph(text, columns, { indent: 3 });
  const severity = tone === 'against' ? 'critical' : 'warning';
  const sign = span(` ${signs.severities[severity]}`, severity);
  return paragraph(text, columns, { indent: 3, tone: severity, sign });
}

/** The steps. While they run, a finished one shows only its title, so that the one under way stays in sight. */
function stepLines(
  { steps, plan, phase }: Job,
  { size: { columns }, theme: { signs } }: State,
): ScreenLine[] {
  const total = plan?.steps.length ?? steps.length;
  const toned = {
    running: 'accent',
    done: 'good',
    failed: 'critical',
    'goes-on': 'accent',
    stopped: 'warning',
  } as const;
  const taken = steps.flatMap((step: StepEvent) => [
    ...paragraph(describeStep(step), columns, {
      indent: 4,
      sign: span(`  ${signs[step.state]}`, toned[step.state]),
    }),
    ...(phase === 'running' && step.state === 'done'
      ? []
      : paragraph(step.does, columns, { indent: 6, tone: 'dim' })),
  ]);
  const rest = (plan?.steps ?? [])
    .slice(steps.length, total)
    .flatMap(({ title }) =>
      paragraph(title, columns, { indent: 4, tone: 'dim', sign: span(`  ${signs.waiting}`, 'dim') }),
    );
  return [...taken, ...rest];
}

function describeStep({ title, state, durationMs }: StepEvent): string {
  return state === 'running' ? title : `${title}: ${describeTimedEnd(state, durationMs)}`;
}

function progressLines(
  progress: ProgressEvent | undefined,
  { size: { columns }, theme }: State,
): ScreenLine[] {
  if (progress === undefined) return [];
  const words = formatProgress(progress);
  const room = Math.max(10, Math.min(60, columns - 4));
  const picture: ScreenLine[] =
    progress.percent === undefined || theme.manner === 'words'
      ? []
      : [[span('  '), span(bar(progress.percent, room, theme), 'accent')]];
  return [blank, ...picture, ...paragraph(words, columns, { indent: 2 })];
}

function noticeLines({ notices }: Job, { size: { columns }, theme: { signs } }: State): ScreenLine[] {
  const sign = span(`  ${signs.severities.info}`, 'accent');
  const rows = notices.flatMap((notice) => paragraph(notice, columns, { indent: 4, sign }));
  return rows.length === 0 ? [] : [blank, ...rows, blank];
}

function stopLines(job: Job, { size: { columns } }: State): ScreenLine[] {
  const { stop } = job;
  if (stop === 'no') return [];
  const ordered = stopOfRunning(job) === 'killed' ? 'It is being stopped.' : 'It stops after this step.';
  const text = stop === 'asked' ? describeStopping(job) : ordered;
  return [...paragraph(text, columns, { indent: 2, tone: 'warning' }), blank];
}

function describeStopping(job: Job): string {
  if (stopOfRunning(job) === 'killed')
    return 'Stop it now? Ctrl-C again stops it partway; run again, it continues from there. Enter keeps it running.';
  return isOnlyWaiting(job)
    ? 'Stop waiting? Ctrl-C again: stop; the work goes on by itself. Enter: keep waiting.'
    : 'Stop after this step? Ctrl-C again: stop; the steps already taken are undone, or left to cleanup. Enter: go on.';
}

function resultLines({ result }: Job, { size: { columns }, theme: { signs } }: State): ScreenLine[] {
  if (result === undefined) return [];
  const isWell = result.exitCode === exitCodes.ok;
  const sign = span(`  ${isWell ? signs.done : signs.failed}`, isWell ? 'good' : 'critical');
  const code = isWell ? '' : ` (exit code ${String(result.exitCode)})`;
  return [
    ...paragraph(`${result.what}${code}`, columns, { indent: 4, sign, tone: isWell ? 'good' : 'critical' }),
    ...(result.next === undefined
      ? []
      : paragraph(`next: ${result.next}`, columns, { indent: 4, tone: 'strong' })),
    blank,
  ];
}

/** What was checked against the kernel and the disk after the steps. */
function verifiedLines(
  { plan, result, steps }: Job,
  { size: { columns }, theme: { signs } }: State,
): ScreenLine[] {
  if (result?.exitCode !== exitCodes.ok || plan === undefined || steps.length === 0) return [];
  const facts = new Set(plan.steps.at(-1)?.after?.map(describeExpectation));
  if (facts.size === 0) return [];
  const sign = span(`  ${signs.done}`, 'good');
  return [
    blank,
    line('  verified', 'dim'),
    ...[...facts].flatMap((fact) => paragraph(fact, columns, { indent: 4, sign })),
  ];
}
