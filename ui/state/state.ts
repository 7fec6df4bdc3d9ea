import type { History } from '../../src/journal/read.ts';
import type { Command } from '../../src/model/command.ts';
import type { CopyAdvice } from '../../src/model/copy-advice.ts';
import type { UsualStack } from '../../src/operations/choose-stack.ts';
import type { Background } from '../../src/operations/background.ts';
import type { Availabilities } from '../../src/model/availability.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { KnownOperation } from '../../src/model/operation.ts';
import type { Missing, Volume } from '../../src/model/volume.ts';
import type { Theme } from '../theme/theme.ts';
import type { Form } from './form.ts';
import type { Job } from './job.ts';
import type { Order } from './sorting.ts';
import type { Trends } from './trends.ts';

/** Everything that the screen shows. Only events and keys change it. It holds no clock: events set `nowMs`. */
export interface State {
  /** Fixed while the screen is open. */
  readonly theme: Theme;
  readonly size: Size;
  readonly host: HostFacts;
  /** Milliseconds since the epoch, as of the last tick. */
  readonly nowMs: number;
  /** The last look at the host that succeeded; undefined before the first. */
  readonly picture: Picture | undefined;
  /** Why the last look failed, if it did: the picture is then from an earlier look. */
  readonly lookFailure: Notice | undefined;
  /** The command that a look has been waiting for, when it takes long. */
  readonly waitingFor: Waiting | undefined;
  /** NAME of the selected volume: the selection follows the volume to another row. */
  readonly selected: string | undefined;
  /** Index of the selected volume among those shown, when it was last seen. */
  readonly at: number;
  /** The first row shown of the overview. */
  readonly top: number;
  readonly filter: string;
  readonly order: Order;
  /** A pile of views: only the last one is seen. Never empty. */
  readonly views: readonly View[];
  /** Where in the text of a field the next character goes; elsewhere it goes to the end. */
  readonly cursor: { readonly field: string; readonly at: number } | undefined;
  /** What an edit of a text killed last. */
  readonly killed: string;
  readonly trends: Trends;
  readonly details: Details | undefined;
  /** In the order in which they began. One that is over stays until its result was looked at. */
  readonly jobs: readonly Job[];
  /** How many there were: the id of the latest. */
  readonly begunJobs: number;
  /** The latest commands, newest last. */
  readonly commands: readonly CommandLine[];
  /** Said once, in the footer, until the next key, tick or failed look. */
  readonly hint: string | undefined;
}

/** In character cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface HostFacts {
  readonly name: string;
  readonly isRoot: boolean;
  /** The stack of a new volume with a plain name. */
  readonly usualStack: UsualStack;
  readonly kind: 'real' | 'simulated';
}

export interface Picture {
  readonly takenAtMs: number;
  /** Volumes that need a person come first: see {@link sortVolumes}. */
  readonly volumes: readonly Volume[];
  /** What can be done to each of them, by NAME. */
  readonly operations: Pick<ReadonlyMap<string, Availabilities>, 'get'>;
  readonly missing: readonly Missing[];
}

/** What happened, and what to do about it. */
export interface Notice {
  readonly what: string;
  readonly next: string | undefined;
}

export interface Waiting {
  /** The command as a person would type it. */
  readonly command: string;
  readonly sinceMs: number;
}

export interface CommandLine {
  /** In the order in which they ended. */
  readonly id: number;
  readonly effect: Command['effect'];
  readonly command: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** `exit code 0`, `killed at its time limit`. */
  readonly how: string;
  readonly ok: boolean;
  /** The end of what it said on stderr. */
  readonly said: string;
}

/** What the view of one volume shows beside its status. Read when it opens, and after each look. */
export interface Details extends Background {
  readonly name: string;
}

/** What an examination of one volume found. */
export interface Findings {
  readonly own: readonly Finding[];
  readonly ofHost: readonly Finding[];
  readonly missing: readonly Missing[];
}

export type View =
  | { readonly kind: 'overview' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'volume'; readonly name: string; readonly scroll: number }
  | {
      readonly kind: 'advice';
      readonly name: string;
      readonly advice: readonly CopyAdvice[] | undefined;
      readonly scroll: number;
    }
  | {
      readonly kind: 'findings';
      readonly name: string;
      /** Undefined while the volume is examined. */
      readonly findings: Findings | undefined;
      readonly scroll: number;
    }
  | { readonly kind: 'help'; readonly scroll: number }
  | {
      readonly kind: 'log';
      /** Whether the commands that only look are among those shown. */
      readonly looks: 'hidden' | 'shown';
      readonly filter: string;
      readonly chosen: string | undefined;
      readonly scroll: number;
    }
  /** The filter of the log beneath is typed. */
  | { readonly kind: 'log-filter' }
  | {
      readonly kind: 'history';
      /** NAME of the volume whose operations are shown; undefined: those of all. */
      readonly volume: string | undefined;
      /** Undefined until it is read. */
      readonly history: History | undefined;
      readonly chosen: string | undefined;
      readonly scroll: number;
    }
  | {
      readonly kind: 'record';
      readonly known: KnownOperation;
      readonly chosen: string | undefined;
      readonly scroll: number;
    }
  /** An action of the view beneath is looked for. `at`: the chosen one among those that fit. */
  | { readonly kind: 'palette'; readonly filter: string; readonly at: number }
  | { readonly kind: 'form'; readonly form: Form }
  | { readonly kind: 'job'; readonly id: number; readonly scroll: number }
  /** Somebody wants to quit while operations are under way. */
  | { readonly kind: 'leaving'; readonly wish: LeavingWish; readonly scroll: number };

/** `stop`: each operation is being stopped after its step. `wait`: they come to their ends. Then the screen closes. */
export type LeavingWish = 'not-said' | 'stop' | 'wait';

/** The log as it opens: what was changed, newest first. */
export const newLog: Extract<View, { kind: 'log' }> = {
  kind: 'log',
  looks: 'hidden',
  filter: '',
  chosen: undefined,
  scroll: 0,
};

export type ViewKind = View['kind'];

/** The view that is seen. */
export function viewOf({ views }: State): View {
  return views.at(-1) ?? { kind: 'overview' };
}

export function initialState(theme: Theme, host: HostFacts, size: Size, nowMs: number): State {
  return {
    theme,
    size,
    host,
    nowMs,
    picture: undefined,
    lookFailure: undefined,
    waitingFor: undefined,
    selected: undefined,
    at: 0,
    top: 0,
    filter: '',
    order: { by: 'need', way: 'usual' },
    views: [{ kind: 'overview' }],
    cursor: undefined,
    killed: '',
    trends: new Map(),
    details: undefined,
    jobs: [],
    begunJobs: 0,
    commands: [],
    hint: undefined,
  };
}
