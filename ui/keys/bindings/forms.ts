import { chooseNext, firstComplaint, moveField, requestOf, type Form } from '../../state/form.ts';
import { exchange } from '../../state/reduce.ts';
import { viewOf, type State } from '../../state/state.ts';
import { findTyped } from '../../views/typed.ts';
import { beginOperation } from '../begin.ts';
import type { Binding } from '../binding.ts';
import { only, type Outcome } from '../key-outcome.ts';
import { editTyped } from './editing.ts';
import { againstSecond } from '../reasons.ts';

/** The keys that fill in a form. */
export const formKeys: readonly Binding[] = [
  {
    keys: ['down', 'tab'],
    label: 'next field',
    description: 'Go to the next field.',
    views: ['form'],
    rank: 3,
    press: (state) => changeForm(state, (form) => moveField(form, 1)),
  },
  {
    keys: ['up', 'back-tab'],
    label: 'previous field',
    description: 'Go to the previous field.',
    views: ['form'],
    press: (state) => changeForm(state, (form) => moveField(form, -1)),
  },
  {
    keys: ['right'],
    label: (state) => (findTyped(state) === undefined ? 'choose' : ''),
    description: 'Choose the next value of a field; in a text, go on by a character.',
    views: ['form'],
    rank: 4,
    press: (state) => choose(state, 1),
  },
  {
    keys: ['left'],
    label: 'choose back',
    description: 'Choose the previous value of a field; in a text, go back by a character.',
    views: ['form'],
    press: (state) => choose(state, -1),
  },
  {
    keys: ['enter'],
    label: 'show the plan',
    description: 'Everything is filled in: show the plan.',
    views: ['form'],
    rank: 1,
    disabledBecause: (state) => {
      const view = viewOf(state);
      if (view.kind !== 'form') return undefined;
      return firstComplaint(view.form) ?? againstSecond(state, requestOf(view.form)?.name);
    },
    press: (state) => {
      const view = viewOf(state);
      const request = view.kind === 'form' ? requestOf(view.form) : undefined;
      return request === undefined ? only(state) : beginOperation(state, request);
    },
  },
];

function choose(state: State, by: 1 | -1): Outcome {
  return findTyped(state) === undefined
    ? changeForm(state, (form) => chooseNext(form, by))
    : editTyped(state, by === 1 ? 'forward-char' : 'backward-char');
}

function changeForm(state: State, change: (form: Form) => Form): Outcome {
  const view = viewOf(state);
  return only(view.kind === 'form' ? exchange(state, { ...view, form: change(view.form) }) : state);
}
