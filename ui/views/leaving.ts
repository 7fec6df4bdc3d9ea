import { jobsUnderWay } from '../state/jobs.ts';
import { titleOf } from '../state/request.ts';
import type { State, View } from '../state/state.ts';
import { blank, line, paragraph, span, type ScreenLine } from '../text/line.ts';
import { describeJobState } from './job-state.ts';

/** What is under way, and what can become of it when the screen is left. */
export function leavingLines(state: State, { wish }: Extract<View, { kind: 'leaving' }>): ScreenLine[] {
  const {
    size: { columns },
    theme: { signs },
  } = state;
  const under = jobsUnderWay(state);
  if (under.length === 0) return [line('  Nothing is under way any more. Esc goes back; q there quits.')];
  const rows = under.flatMap((job) => {
    const { sign, text, tone } = describeJobState(job);
    return paragraph(`${titleOf(job.request)}: ${text}`, columns, {
      indent: 4,
      sign: span(`  ${signs[sign]}`, tone),
    });
  });
  const asks = paragraph(describe(wish), columns, {
    indent: 2,
    tone: wish === 'not-said' ? 'strong' : 'warning',
  });
  return [line('  Under way:', 'dim'), ...rows, blank, ...asks];
}

function describe(wish: Extract<View, { kind: 'leaving' }>['wish']): string {
  switch (wish) {
    case 'not-said':
      return 'Stop each after its current step, and quit: s. The steps taken are undone, or left to cleanup; what the kernel does goes on. Quit when they are over: w. Stay: Esc.';
    case 'stop':
      return 'They stop after their current steps; then the screen closes. Esc stays.';
    case 'wait':
      return 'The screen closes when they are over. Esc stays.';
  }
}
