import { formatDuration } from '../../src/model/duration.ts';
import { jobsUnderWay, shownJob } from '../state/jobs.ts';
import { titleOf } from '../state/request.ts';
import { countNeedy } from '../state/order.ts';
import { viewOf, type State } from '../state/state.ts';
import { countHidden } from './window.ts';
import { fit, widthOf } from '../text/cells.ts';
import { span, type ScreenLine } from '../text/line.ts';

/** The top line: the place on the screen, how much is out of sight, and how old the picture is. */
export function titleLine(state: State): ScreenLine {
  const { size, host } = state;
  const simulated = host.kind === 'simulated' && host.name !== 'simulated' ? ' (simulated)' : '';
  const left = `vdoctl ${host.name}${simulated}  ${describePlace(state)}`;
  const hidden = describeHidden(state);
  const age = describeAge(state);
  const room = Math.max(0, size.columns - widthOf(hidden) - widthOf(age));
  return [span(fit(left, room), 'strong'), span(hidden, 'accent'), span(age, 'dim')];
}

function describeHidden(state: State): string {
  const { above, below } = countHidden(state);
  return `${above > 0 ? ` ↑${String(above)}` : ''}${below > 0 ? ` ↓${String(below)} more` : ''}`;
}

function describePlace(state: State): string {
  const view = viewOf(state);
  switch (view.kind) {
    case 'overview':
    case 'filter':
      return describeVolumes(state);
    case 'volume':
      return view.name;
    case 'advice':
      return `${view.name}: before a forced rebuild`;
    case 'findings':
      return `${view.name}: examined`;
    case 'help':
      return 'help';
    case 'log':
      return view.looks === 'shown' ? 'every command run, newest first' : 'what was changed, newest first';
    case 'log-filter':
      return 'commands';
    case 'history':
      return `${view.volume ?? 'all volumes'}: what was done, newest first`;
    case 'record':
      return `${view.known.operation.begun.plan.operation} ${view.known.operation.begun.plan.volume}`;
    case 'palette':
      return 'actions';
    case 'form':
      return view.form.kind === 'create' ? 'new volume' : `${view.form.kind} ${view.form.subject}`;
    case 'job':
      return describeJob(state);
    case 'leaving':
      return 'before you quit';
  }
}

function describeJob(state: State): string {
  const job = shownJob(state);
  return job === undefined ? '' : titleOf(job.request);
}

function describeVolumes(state: State): string {
  const { picture } = state;
  if (picture === undefined) return '';
  const { length } = picture.volumes;
  const needy = countNeedy(picture.volumes);
  const isWhole = picture.missing.length === 0;
  const count = length === 0 ? 'no volumes' : `${String(length)} volume${length === 1 ? '' : 's'}`;
  const need =
    needy === 0 ? 'none needs attention' : `${String(needy)} need${needy === 1 ? 's' : ''} attention`;
  const busy = jobsUnderWay(state).length;
  const work = busy === 0 ? '' : `, ${String(busy)} under way`;
  // A look that missed something must not reassure anybody.
  if (!isWhole) return `${count} seen, but not everything${work}${needy === 0 ? '' : `; ${need}`}`;
  return `${count}${work}${length === 0 ? '' : `, ${need}`}`;
}

/** A picture up to this age counts as "now": a ticking age would redraw the screen for nothing. */
const usualAgeMs = 6000;

function describeAge({ picture, nowMs }: State): string {
  if (picture === undefined) return '';
  const ageMs = nowMs - picture.takenAtMs;
  return ageMs <= usualAgeMs ? ' now' : ` ${formatDuration(ageMs)} old`;
}
