import type { Binding } from '../binding.ts';
import { move, scroll } from '../move-selection.ts';

const scrollable = [
  'volume',
  'help',
  'log',
  'advice',
  'findings',
  'job',
  'leaving',
  'history',
  'record',
] as const;

/** The keys for moving up and down. */
export const movingKeys: readonly Binding[] = [
  {
    keys: ['down', 'j'],
    label: 'down',
    description: 'Go down.',
    views: ['overview', ...scrollable],
    press: (state, countLines) => move(state, 1, countLines),
  },
  {
    keys: ['up', 'k'],
    label: 'up',
    description: 'Go up.',
    views: ['overview', ...scrollable],
    press: (state, countLines) => move(state, -1, countLines),
  },
  {
    keys: ['page-down', ' '],
    label: 'page down',
    description: 'Go down by a page.',
    views: ['overview', ...scrollable],
    press: (state, countLines) => move(state, scroll.page(state), countLines),
  },
  {
    keys: ['page-up', 'b'],
    label: 'page up',
    description: 'Go up by a page.',
    views: ['overview', ...scrollable],
    press: (state, countLines) => move(state, -scroll.page(state), countLines),
  },
  {
    keys: ['home', '<'],
    label: 'top',
    description: 'Go to the top.',
    views: ['overview', ...scrollable],
    press: (state, countLines) => move(state, -Infinity, countLines),
  },
  {
    keys: ['end', '>'],
    label: 'end',
    description: 'Go to the end.',
    views: ['overview', ...scrollable],
    press: (state, countLines) => move(state, Infinity, countLines),
  },
];
