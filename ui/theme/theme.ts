import type { Alert, Volume } from '../../src/model/volume.ts';

/** The meaning of a piece of text, which decides its colour. A sign or a word always says the same as the colour. */
export type Tone = 'plain' | 'strong' | 'dim' | 'good' | 'warning' | 'critical' | 'accent' | 'selected';

export interface TextStyle {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
}

export interface Theme {
  readonly looks: Readonly<Record<Tone, TextStyle>>;
  readonly signs: Signs;
  /** `words`: for a screen reader, without bars, boxes and columns. */
  readonly manner: 'picture' | 'words';
  /** How the place in a text shows where the next character goes. */
  readonly caret: 'inverse' | 'bar';
  /** What the terminal can show. */
  readonly characters: 'all' | 'ascii';
}

interface Signs {
  readonly cursor: string;
  readonly severities: Readonly<Record<Alert['severity'], string>>;
  readonly well: string;
  readonly unknown: string;
  readonly done: string;
  readonly failed: string;
  readonly running: string;
  readonly 'goes-on': string;
  readonly stopped: string;
  readonly waiting: string;
  readonly barFull: string;
  readonly barEmpty: string;
  readonly spark: readonly string[];
  readonly rule: string;
}

const signs: Signs = {
  cursor: '▸',
  severities: { critical: '✖', warning: '!', info: 'i' },
  well: '✓',
  unknown: '?',
  done: '✓',
  failed: '✖',
  running: '▸',
  'goes-on': '▸',
  stopped: '!',
  waiting: '·',
  barFull: '█',
  barEmpty: '░',
  spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  rule: '─',
};

const words: Signs = {
  ...signs,
  cursor: 'selected:',
  severities: { critical: 'critical', warning: 'warning', info: 'note' },
  well: 'well',
  unknown: 'unknown',
  done: 'done',
  failed: 'failed',
  running: 'running',
  'goes-on': 'goes on',
  stopped: 'stopped',
  waiting: 'to do',
  rule: '',
};

const common = {
  plain: {},
  strong: { bold: true },
  dim: { dimColor: true },
  selected: { inverse: true },
} as const;

/** Of the eight colours that every terminal has, those that can be read on a dark background. */
const onDark: Theme['looks'] = {
  ...common,
  good: { color: 'green' },
  warning: { color: 'yellow' },
  critical: { color: 'red', bold: true },
  accent: { color: 'cyan' },
};

/** Yellow, green and cyan vanish on white. */
const onLight: Theme['looks'] = {
  ...common,
  good: {},
  warning: { color: 'magenta' },
  critical: { color: 'red', bold: true },
  accent: { color: 'blue' },
};

export interface ThemeWish {
  readonly background: 'dark' | 'light';
  readonly reader: 'eyes' | 'screen-reader';
  /** Default: color. */
  readonly color?: 'color' | 'plain';
  /** Default: all. */
  readonly characters?: Theme['characters'];
}

export function makeTheme({ background, reader, color = 'color', characters = 'all' }: ThemeWish): Theme {
  return {
    looks: background === 'light' ? onLight : onDark,
    signs: reader === 'eyes' ? signs : words,
    manner: reader === 'eyes' ? 'picture' : 'words',
    caret: color === 'plain' ? 'bar' : 'inverse',
    characters,
  };
}

/** The tone of each severity. */
export const toneOf: Readonly<Record<Alert['severity'], Tone>> = {
  critical: 'critical',
  warning: 'warning',
  info: 'accent',
};

/** The worst of a volume's alerts, as sign and tone. */
export function markOf(
  { alerts, mode, state, onDisk }: Volume,
  { signs: own }: Theme,
): { sign: string; tone: Tone } {
  const severity = (['critical', 'warning', 'info'] as const).find((each) =>
    alerts.some((alert) => alert.severity === each),
  );
  if (severity !== undefined) return { sign: own.severities[severity], tone: toneOf[severity] };
  if (mode === 'normal' || (state === 'stopped' && onDisk !== null)) return { sign: own.well, tone: 'good' };
  return { sign: own.unknown, tone: 'dim' };
}
