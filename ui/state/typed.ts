import { isArmed } from '../../src/model/disarm.ts';
import { fillIn } from './form.ts';
import { changeJob, keepInSight } from './reduce.ts';
import { viewOf, type State } from './state.ts';

/** Takes in the text of the field that is being typed into. */
export function type(state: State, typed: string): State {
  // A paste can bring the end of its line along.
  const text = Array.from(typed)
    .filter((character) => !isArmed(character))
    .join('');
  const view = viewOf(state);
  switch (view.kind) {
    case 'filter':
      return keepInSight({ ...state, filter: text });
    case 'log-filter':
      return {
        ...state,
        views: state.views.map((each) => (each.kind === 'log' ? { ...each, filter: text } : each)),
      };
    case 'palette':
      return { ...state, views: [...state.views.slice(0, -1), { ...view, filter: text, at: 0 }] };
    case 'form':
      return { ...state, views: [...state.views.slice(0, -1), { ...view, form: fillIn(view.form, text) }] };
    case 'job':
      return changeJob(state, view.id, (job) => ({ ...job, typed: text }));
    default:
      return state;
  }
}
