/** A part of an answer that is not understood. */

/** A tool, or a file, said something that is not understood. */
export interface NotUnderstoodProblem {
  readonly kind: 'not-understood';
  readonly tool: string;
  readonly line: string;
  readonly reason: string;
}

/** A part of an answer that is not understood. It hides itself and nothing else. */
export interface Odd {
  /** `operating mode`, `slab count` */
  readonly what: string;
  readonly problem: NotUnderstoodProblem;
  /** The one volume, or volume group, that is hidden by it. */
  readonly hides?: string;
  /** Nothing is hidden by it: a line that stands between, with all else whole. */
  readonly isHarmless?: true;
}

/** An answer of many things: those that are understood, and what is not and belongs to none of them. */
export interface Told<T> {
  readonly rows: readonly T[];
  readonly odd: readonly Odd[];
}
