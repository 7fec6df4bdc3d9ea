import { fillIn } from './form.ts';
import { keepInSight } from './reduce.ts';
import { viewOf, type State } from './state.ts';

/** Takes in what stands in the field that is typed into. */
export function type(state: State, text: string): State {
  const view = viewOf(state);
  switch (view.kind) {
    case 'filter':
      return keepInSight({ ...state, filter: text });
    case 'form':
      return { ...state, views: [...state.views.slice(0, -1), { ...view, form: fillIn(view.form, text) }] };
    case 'job':
      return state.job === undefined ? state : { ...state, job: { ...state.job, typed: text } };
    default:
      return state;
  }
}
