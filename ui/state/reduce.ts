import type { CopyAdvice } from '../../src/model/copy-advice.ts';
import type { History } from '../../src/journal/read.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { OperationEvent } from '../../src/operations/session.ts';
import { object } from './form.ts';
import { endJob, hear, showPlan, type Job, type Result } from './job.ts';
import { shownRows } from './order.ts';
import { countRows } from './rows.ts';
import {
  viewOf,
  type CommandLine,
  type Details,
  type Findings,
  type Picture,
  type Size,
  type State,
  type Notice,
  type View,
  type Waiting,
} from './state.ts';
import { sortVolumes, type Order } from './sorting.ts';
import { continueTrends } from './trends.ts';

/** Everything that happens to the screen from outside. For keys see `keys/press.ts`. */
export type Event =
  | { readonly kind: 'looked'; readonly picture: Picture; readonly commands: readonly CommandLine[] }
  | {
      readonly kind: 'look-failed';
      readonly nowMs: number;
      readonly told: Notice;
      readonly commands: readonly CommandLine[];
    }
  | { readonly kind: 'ticked'; readonly nowMs: number; readonly waitingFor: Waiting | undefined }
  | { readonly kind: 'commands'; readonly commands: readonly CommandLine[] }
  | { readonly kind: 'resized'; readonly size: Size }
  | { readonly kind: 'details'; readonly details: Details }
  | { readonly kind: 'advice'; readonly name: string; readonly advice: readonly CopyAdvice[] }
  | { readonly kind: 'examined'; readonly name: string; readonly findings: Findings }
  | { readonly kind: 'history'; readonly volume: string | undefined; readonly history: History }
  | { readonly kind: 'device'; readonly device: string; readonly objection: string | undefined }
  | JobEvent;

/** What becomes of an operation; `job` is its id. */
type JobEvent = { readonly job: number } & (
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'agreed' }
  | { readonly kind: 'told'; readonly event: OperationEvent }
  | { readonly kind: 'over'; readonly result: Result }
  /** The plan was turned down: nothing is left of the operation. */
  | { readonly kind: 'dropped' }
);

/** The state after an event. */
export function reduce(state: State, event: Event): State {
  switch (event.kind) {
    case 'looked':
      return keepInSight({ ...takeIn(state, event.picture), commands: event.commands });
    case 'look-failed':
      return {
        ...state,
        nowMs: event.nowMs,
        lookFailure: event.told,
        waitingFor: undefined,
        hint: undefined,
        commands: event.commands,
      };
    case 'ticked':
      return { ...state, nowMs: event.nowMs, waitingFor: event.waitingFor, hint: undefined };
    case 'commands':
      return { ...state, commands: event.commands };
    case 'resized':
      return keepInSight({ ...state, size: event.size });
    case 'details':
      return { ...state, details: event.details };
    case 'advice':
      return changeView(state, (view) =>
        view.kind === 'advice' && view.name === event.name ? { ...view, advice: event.advice } : view,
      );
    case 'examined':
      return changeView(state, (view) =>
        view.kind === 'findings' && view.name === event.name ? { ...view, findings: event.findings } : view,
      );
    case 'history':
      return changeView(state, (view) => takeInHistory(view, event.volume, event.history));
    case 'device':
      return changeView(state, (view) =>
        view.kind === 'form' ? { ...view, form: object(view.form, event.device, event.objection) } : view,
      );
    case 'plan':
    case 'agreed':
    case 'told':
    case 'over':
    case 'dropped':
      return takeInJob(state, event);
  }
}

/** The list that asked for it, and the operation that is open, which may have gone on. */
function takeInHistory(view: View, volume: string | undefined, history: History): View {
  if (view.kind === 'history' && view.volume === volume) return { ...view, history };
  if (view.kind !== 'record') return view;
  const { id } = view.known.operation.begun;
  const known = history.operations.find(({ operation }) => operation.begun.id === id);
  return known === undefined ? view : { ...view, known };
}

function takeInJob(state: State, event: JobEvent): State {
  switch (event.kind) {
    case 'plan':
      return toTop(
        changeJob(state, event.job, (job) => showPlan(job, event.plan)),
        event.job,
      );
    case 'agreed':
      return toTop(
        changeJob(state, event.job, (job) => ({ ...job, phase: 'running' })),
        event.job,
      );
    case 'told':
      return changeJob(state, event.job, (job) => hear(job, event.event));
    case 'over':
      return toTop(
        changeJob(state, event.job, (job) => endJob(job, event.result)),
        event.job,
      );
    case 'dropped':
      return forgetJob(state, event.job);
  }
}

/** Changes one operation. */
export function changeJob(state: State, id: number, change: (job: Job) => Job): State {
  return { ...state, jobs: state.jobs.map((job) => (job.id === id ? change(job) : job)) };
}

/** Takes an operation and its view away. */
export function forgetJob(state: State, id: number): State {
  return keepInSight({
    ...state,
    jobs: state.jobs.filter((job) => job.id !== id),
    views: state.views.filter((view) => view.kind !== 'job' || view.id !== id),
  });
}

/** Scrolls a job to its top: each phase has its own lines, and the most important ones come first. */
function toTop(state: State, id: number): State {
  return changeView(state, (view) => (view.kind === 'job' && view.id === id ? { ...view, scroll: 0 } : view));
}

function changeView(state: State, change: (view: View) => View): State {
  return { ...state, views: state.views.map(change) };
}

function takeIn(state: State, picture: Picture): State {
  const volumes = sortVolumes(picture.volumes, state.order);
  return {
    ...state,
    picture: { ...picture, volumes },
    nowMs: picture.takenAtMs,
    lookFailure: undefined,
    waitingFor: undefined,
    selected: state.selected ?? volumes[0]?.name,
    trends: continueTrends(state.trends, volumes),
  };
}

/** Sorts the rows anew; the selection stays with its volume. */
export function reorder(state: State, order: Order): State {
  const { picture } = state;
  const sorted = picture && { ...picture, volumes: sortVolumes(picture.volumes, order) };
  return keepInSight({ ...state, order, picture: sorted });
}

/**
 * Scrolls the overview so that the selected row is seen. When the selected volume is gone, the selection goes to its
 * neighbour; when this look may only have missed the volume, the selection waits for it.
 */
export function keepInSight(state: State): State {
  const { picture, selected } = state;
  const shown = shownRows(state);
  const rows = countRows(state);
  const found = shown.findIndex(({ name }) => name === selected);
  const at = found >= 0 ? found : Math.max(0, Math.min(state.at, shown.length - 1));
  const seen = Math.max(at - rows + 1, Math.min(state.top, at));
  const top = Math.max(0, Math.min(seen, shown.length - rows));
  const isMissed =
    picture?.volumes.every(({ name }) => name !== selected) === true && picture.missing.length > 0;
  if (found < 0 && selected !== undefined && isMissed) return { ...state, top };
  return { ...state, at, top, selected: shown[at]?.name ?? selected };
}

/** Lays a view on top. */
export function open(state: State, view: View): State {
  return { ...state, views: [...state.views, view] };
}

/** Takes the uppermost view away; the overview stays. */
export function close(state: State): State {
  return state.views.length > 1 ? { ...state, views: state.views.slice(0, -1) } : state;
}

/** Replaces the uppermost view. */
export function exchange(state: State, view: View): State {
  return { ...state, views: [...state.views.slice(0, -1), view] };
}

/** Scrolls the uppermost view by lines, if it scrolls. @param most the largest scroll position. */
export function scrollBy(state: State, by: number, most: number): State {
  const view = viewOf(state);
  if (!('scroll' in view)) return state;
  return exchange(state, { ...view, scroll: Math.max(0, Math.min(view.scroll + by, most)) });
}
