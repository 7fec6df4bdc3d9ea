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
  /** The one volume, or volume group, that it hides. */
  readonly hides?: string;
  /** It hides nothing: a stray line in an answer that is whole otherwise. */
  readonly isHarmless?: true;
}

/** An answer with many rows: those understood, and the odd parts that belong to none of them. */
export interface Told<T> {
  readonly rows: readonly T[];
  readonly odd: readonly Odd[];
}
