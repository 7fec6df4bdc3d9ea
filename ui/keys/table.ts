import { chooseNext, growForm, createForm, moveField, requestOf, firstComplaint } from '../state/form.ts';
import { wordToType } from '../state/job.ts';
import { selectedVolume } from '../state/order.ts';
import { close, exchange, open } from '../state/reduce.ts';
import type { Request } from '../state/request.ts';
import { viewOf, type State, type ViewKind } from '../state/state.ts';
import { formatBytes } from '../../src/model/size.ts';
import type { Volume } from '../../src/model/volume.ts';
import { move, scroll } from './move.ts';
import { only, type Outcome } from './outcome.ts';
import type { KeyName } from './key.ts';
import * as reasons from './reasons.ts';

/** A key, what it does, and why it cannot be used now. Help and footer are drawn from the table of these. */
export interface Binding {
  readonly keys: readonly KeyName[];
  /** A word or two, for the footer. */
  readonly label: string;
  /** A sentence, for help. */
  readonly description: string;
  readonly views: readonly ViewKind[];
  /** Whether the footer has room for it: the lower the sooner; undefined: help only. */
  readonly rank?: number;
  /** Why it cannot be used now; undefined when it can. */
  readonly disabledBecause?: (state: State) => string | undefined;
  readonly press: (state: State) => Outcome;
}

const onVolume = ['overview', 'volume'] as const;
const scrollable = ['volume', 'help', 'log', 'advice', 'job'] as const;

/** A key that asks for an operation on the selected volume. */
function acting(
  key: KeyName,
  label: string,
  description: string,
  rank: number,
  request: Exclude<Request['kind'], 'create' | 'grow-logical' | 'compression'>,
): Binding {
  return {
    keys: [key],
    label,
    description,
    views: onVolume,
    rank,
    disabledBecause: (state) => reasons.against(state, request),
    press: (state) => begin(state, (volume) => ({ kind: request, name: volume.name })),
  };
}

function begin(state: State, make: (volume: Volume) => Request): Outcome {
  const volume = selectedVolume(state);
  if (volume === undefined) return only(state);
  return only(open(state, { kind: 'job', scroll: 0 }), { kind: 'begin', request: make(volume) });
}

const moving: readonly Binding[] = [
  {
    keys: ['down', 'j'],
    label: 'down',
    description: 'Go down.',
    views: ['overview', ...scrollable],
    press: (state) => move(state, 1),
  },
  {
    keys: ['up', 'k'],
    label: 'up',
    description: 'Go up.',
    views: ['overview', ...scrollable],
    press: (state) => move(state, -1),
  },
  {
    keys: ['page-down', ' '],
    label: 'page down',
    description: 'Go down by a page.',
    views: ['overview', ...scrollable],
    press: (state) => move(state, scroll.page(state)),
  },
  {
    keys: ['page-up', 'b'],
    label: 'page up',
    description: 'Go up by a page.',
    views: ['overview', ...scrollable],
    press: (state) => move(state, -scroll.page(state)),
  },
  {
    keys: ['home', '<'],
    label: 'top',
    description: 'Go to the top.',
    views: ['overview', ...scrollable],
    press: (state) => move(state, -Infinity),
  },
  {
    keys: ['end', '>'],
    label: 'end',
    description: 'Go to the end.',
    views: ['overview', ...scrollable],
    press: (state) => move(state, Infinity),
  },
];

const looking: readonly Binding[] = [
  {
    keys: ['enter', 'right'],
    label: 'open',
    description: 'Open the selected volume: everything that is known of it.',
    views: ['overview'],
    rank: 1,
    disabledBecause: reasons.noVolume,
    press: (state) => {
      const { name = '' } = selectedVolume(state) ?? {};
      return only(open(state, { kind: 'volume', name, scroll: 0 }), { kind: 'read-details', name });
    },
  },
  {
    keys: ['/'],
    label: 'filter',
    description: 'Show only the volumes whose name, stack, mode, mount point or alert has these letters.',
    views: ['overview'],
    rank: 4,
    press: (state) => only(open(state, { kind: 'filter' })),
  },
  {
    keys: ['enter'],
    label: 'keep the filter',
    description: 'Keep the filter, and go back to the volumes.',
    views: ['filter'],
    rank: 1,
    press: (state) => only(close(state)),
  },
  {
    keys: ['L', 'l'],
    label: 'log',
    description: 'Every command that was run, with its time and how it ended.',
    views: ['overview', 'volume', 'job'],
    rank: 20,
    press: (state) => only(open(state, { kind: 'log', scroll: 0 })),
  },
  {
    keys: ['u'],
    label: 'look again',
    description: 'Look at the host at once.',
    views: onVolume,
    rank: 21,
    press: (state) => only(state, { kind: 'look' }),
  },
];

const operations: readonly Binding[] = [
  acting('s', 'start', 'Start a stopped volume.', 5, 'start'),
  acting('S', 'stop', 'Stop a volume that nobody uses.', 6, 'stop'),
  acting(
    'r',
    'recover',
    'Bring it back to normal by whatever is safe: start it, wait for its recovery.',
    2,
    'recover',
  ),
  {
    keys: ['f'],
    label: 'rebuild',
    description:
      'Forced rebuild of a read-only volume, which can lose data. First it tells how to copy the data off.',
    views: onVolume,
    rank: 3,
    disabledBecause: (state) => reasons.against(state, 'rebuild'),
    press: (state) => {
      const { name = '' } = selectedVolume(state) ?? {};
      return only(open(state, { kind: 'advice', name, advice: undefined, scroll: 0 }), {
        kind: 'advise',
        name,
      });
    },
  },
  {
    keys: ['enter'],
    label: 'go on to the rebuild',
    description: 'The data is copied off, or can be spared: show the plan of the forced rebuild.',
    views: ['advice'],
    rank: 1,
    disabledBecause: (state) => reasons.against(state, 'rebuild'),
    press: (state) => {
      const volume = selectedVolume(state);
      if (volume === undefined) return only(state);
      const request = { kind: 'rebuild', name: volume.name } as const;
      return only(exchange(state, { kind: 'job', scroll: 0 }), { kind: 'begin', request });
    },
  },
  acting(
    'c',
    'clean up',
    'Finish or undo what was cut off, and remove what a failed create left.',
    3,
    'cleanup',
  ),
  {
    keys: ['g'],
    label: 'grow',
    description: 'Give it a larger logical size.',
    views: onVolume,
    rank: 8,
    disabledBecause: (state) => reasons.against(state, 'grow-logical'),
    press: (state) => {
      const volume = selectedVolume(state);
      if (volume === undefined) return only(state);
      const { logicalBytes } = volume.sizes;
      const now = logicalBytes === null ? 'unknown' : formatBytes(logicalBytes);
      return only(open(state, { kind: 'form', form: growForm(volume.name, now) }));
    },
  },
  acting('G', 'grow physical', 'Let it take all that its storage has.', 9, 'grow-physical'),
  {
    keys: ['C'],
    label: 'compression',
    description: 'Switch compression on or off.',
    views: onVolume,
    rank: 10,
    disabledBecause: (state) => reasons.against(state, 'compression'),
    press: (state) =>
      begin(state, ({ name, compression }) => {
        return { kind: 'compression', name, value: compression === 'online' ? 'off' : 'on' };
      }),
  },
  {
    keys: ['n'],
    label: 'new',
    description: 'Make a new volume on a device.',
    views: ['overview'],
    rank: 7,
    disabledBecause: reasons.notRoot,
    press: (state) => only(open(state, { kind: 'form', form: createForm })),
  },
  acting('D', 'remove', 'Remove the volume for good, with its data.', 11, 'remove'),
];

const forms: readonly Binding[] = [
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
    label: 'field before',
    description: 'Go to the field before.',
    views: ['form'],
    press: (state) => changeForm(state, (form) => moveField(form, -1)),
  },
  {
    keys: ['right', 'left'],
    label: 'choose',
    description: 'Go through the words that a field is chosen from.',
    views: ['form'],
    rank: 4,
    press: (state) => changeForm(state, (form) => chooseNext(form, 1)),
  },
  {
    keys: ['enter'],
    label: 'show the plan',
    description: 'Everything is filled in: show the plan.',
    views: ['form'],
    rank: 1,
    disabledBecause: (state) => {
      const view = viewOf(state);
      return view.kind === 'form' ? firstComplaint(view.form) : undefined;
    },
    press: (state) => {
      const view = viewOf(state);
      const request = view.kind === 'form' ? requestOf(view.form) : undefined;
      if (request === undefined) return only(state);
      return only(open(state, { kind: 'job', scroll: 0 }), { kind: 'begin', request });
    },
  },
];

function changeForm(state: State, change: (form: typeof createForm) => typeof createForm): Outcome {
  const view = viewOf(state);
  return only(view.kind === 'form' ? exchange(state, { ...view, form: change(view.form) }) : state);
}

const jobs: readonly Binding[] = [
  {
    keys: ['enter'],
    label: 'do it',
    description: 'Follow the plan that is shown; where it may lose data, once the name is typed.',
    views: ['job'],
    rank: 1,
    disabledBecause: reasons.againstDoing,
    press: (state) => {
      if (state.job?.phase === 'over') return leave(state);
      if (state.job?.stop === 'asked') return only(withStop(state, 'no'));
      return only(state, { kind: 'answer', answer: 'yes' });
    },
  },
  {
    keys: ['ctrl-c'],
    label: 'stop',
    description: 'Ask whether to stop after the step that is under way; again: stop.',
    views: ['job'],
    rank: 2,
    disabledBecause: reasons.againstStopping,
    press: (state) => {
      if (state.job?.stop !== 'asked') return only(withStop(state, 'asked'));
      return only(withStop(state, 'ordered'), { kind: 'stop' });
    },
  },
];

function withStop(state: State, stop: 'no' | 'asked' | 'ordered'): State {
  return state.job === undefined ? state : { ...state, job: { ...state.job, stop } };
}

/** Away from an operation that is over, to the list or the volume; a form that led to it has done its work. */
function leave(state: State): Outcome {
  const views = state.views.filter(
    ({ kind }) => kind !== 'job' && (kind !== 'form' || state.job?.result?.exitCode !== 0),
  );
  return only({ ...state, views, job: undefined }, { kind: 'look' });
}

const leaving: readonly Binding[] = [
  {
    keys: ['escape'],
    label: 'back',
    description: 'Go back; a plan that is shown is not followed, and a filter is taken off.',
    views: ['overview', 'filter', 'volume', 'advice', 'help', 'log', 'form', 'job'],
    rank: 2,
    disabledBecause: reasons.againstLeaving,
    press: (state) => {
      switch (viewOf(state).kind) {
        case 'overview':
          return only({ ...state, filter: '' });
        case 'filter':
          return only({ ...close(state), filter: '' });
        case 'job':
          return state.job?.phase === 'over' ? leave(state) : only(state, { kind: 'answer', answer: 'no' });
        default:
          return only(close(state));
      }
    },
  },
  {
    keys: ['?'],
    label: 'help',
    description: 'What every key does.',
    views: ['overview', 'volume', 'advice', 'log', 'job'],
    rank: 0,
    press: (state) => only(open(state, { kind: 'help', scroll: 0 })),
  },
  {
    keys: ['q'],
    label: 'quit',
    description: 'Leave the screen. What goes on in the kernel goes on.',
    views: ['overview', 'volume', 'help', 'log', 'advice'],
    rank: 0,
    disabledBecause: reasons.againstQuitting,
    press: (state) => only(state, { kind: 'quit' }),
  },
  {
    keys: ['ctrl-c'],
    label: 'quit',
    description: 'Leave the screen.',
    views: ['overview', 'filter', 'volume', 'advice', 'help', 'log', 'form'],
    disabledBecause: reasons.againstQuitting,
    press: (state) => only(state, { kind: 'quit' }),
  },
  {
    keys: ['ctrl-z'],
    label: 'to the shell',
    description: 'Back to the shell, until fg; an operation under way goes on when you are back.',
    views: ['overview', 'filter', 'volume', 'advice', 'help', 'log', 'form', 'job'],
    press: (state) => only(state, { kind: 'pause' }),
  },
];

/** Every key of the screen. The first that fits counts. */
export const bindings: readonly Binding[] = [
  ...looking,
  ...operations,
  ...forms,
  ...jobs,
  ...leaving,
  ...moving,
];

/** What has to be typed in the view that is seen takes every character. */
export function isTyping(state: State): boolean {
  const { kind } = viewOf(state);
  if (kind === 'job') return state.job?.phase === 'asking' && wordToType(state.job) !== undefined;
  return kind === 'filter' || kind === 'form';
}
