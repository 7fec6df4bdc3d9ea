import { createForm } from '../../ui/state/form.ts';
import { beginJob, type Job } from '../../ui/state/job.ts';
import { open } from '../../ui/state/reduce.ts';
import { newLog, type State, type View, type ViewKind } from '../../ui/state/state.ts';
import type { Volume } from '../../src/model/volume.ts';
import { doneOperation, makeAlert, planOf, seeing, volumeOf } from './states.ts';

export const fine = volumeOf('archive');
export const readOnly = volumeOf('mail', { mode: 'read-only', alerts: [makeAlert('read-only', 'critical')] });
export const stopped = volumeOf('backups', { state: 'stopped', mode: null, index: null });

/** One view of each kind. */
export const views: Readonly<Record<ViewKind, View>> = {
  overview: { kind: 'overview' },
  filter: { kind: 'filter' },
  volume: { kind: 'volume', name: 'archive', scroll: 0 },
  advice: { kind: 'advice', name: 'mail', advice: [], scroll: 0 },
  findings: { kind: 'findings', name: 'archive', findings: { own: [], ofHost: [], missing: [] }, scroll: 0 },
  help: { kind: 'help', scroll: 0 },
  log: newLog,
  'log-filter': { kind: 'log-filter' },
  history: {
    kind: 'history',
    volume: undefined,
    history: { operations: [doneOperation('archive')], missing: [] },
    chosen: undefined,
    scroll: 0,
  },
  record: { kind: 'record', known: doneOperation('archive'), chosen: undefined, scroll: 0 },
  palette: { kind: 'palette', filter: '', at: 0 },
  form: { kind: 'form', form: createForm('dm') },
  job: { kind: 'job', id: 1, scroll: 0 },
  leaving: { kind: 'leaving', wish: 'not-said', scroll: 0 },
};
export const viewKinds = Object.keys(views) as ViewKind[];

/** A job whose plan, to stop `archive`, is shown. */
export function jobOf(parts: Partial<Job> = {}): Job {
  const job = beginJob(1, { kind: 'stop', name: 'archive' });
  return { ...job, phase: 'asking', plan: planOf('archive'), ...parts };
}

/** The screen with these operations begun. */
export function withJobs(state: State, ...jobs: readonly Job[]): State {
  return { ...state, jobs, begunJobs: jobs.length };
}

/** The screen with this view on top of the overview. */
export function at(kind: ViewKind, volumes: readonly Volume[] = [fine], job = jobOf()): State {
  const state = seeing(volumes);
  const below = kind === 'log-filter' ? open(state, views.log) : state;
  const whole = kind === 'overview' ? state : open(below, views[kind]);
  return kind === 'job' ? withJobs(whole, job) : whole;
}
