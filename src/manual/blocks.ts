import type { OptionSpec } from '../cli/commands.ts';

/**
 * A piece of a manual's text.
 *
 * In prose, what stands between backquotes is a command or a word of one; options, paths and words for something
 * (NAME, DEV) are seen as such by themselves.
 */
export type Block =
  /** A paragraph. */
  | string
  | { readonly list: readonly (readonly [term: string, text: string])[] }
  | { readonly options: readonly OptionSpec[] }
  /**
   * What is typed and what it prints, on a terminal of root: a line behind `# ` is typed (behind `> ` goes on), the others
   * are printed. A test plays each on the simulated host, as that is at first, and compares.
   */
  | { readonly session: string }
  /** Commands for a case that the simulated host does not show; what they print is told in the text. */
  | { readonly commands: string }
  /** A file to copy. A script says in its second line how it is called. */
  | { readonly file: string };

/** What the man page of a command says beyond its help. */
export interface CommandManual {
  /** What becomes of the data, in blocks. */
  readonly data: readonly Block[];
  /** What each exit code that the command can return means here; `as-always`: what it means everywhere. */
  readonly exits: Readonly<Partial<Record<number, string>>>;
  /** None for a command that is for people alone. */
  readonly scripting?: readonly Block[];
  /** What it prints, where that is a matter of its own. */
  readonly sections?: readonly Section[];
  readonly examples?: readonly Block[];
  readonly files?: readonly (readonly [path: string, text: string])[];
  /** Other manuals: `vdoctl-wait(8)`. */
  readonly seeAlso?: readonly string[];
}

/** In {@link CommandManual.exits}: nothing is special here. */
export const asAlways = 'as-always';

/** A section of a page. */
export interface Section {
  readonly title: string;
  readonly blocks: readonly (Block | Subsection)[];
}

export interface Subsection {
  readonly subtitle: string;
  readonly blocks: readonly Block[];
}

/** A page of the manual. */
export interface Page {
  /** `vdoctl-recover` */
  readonly name: string;
  readonly manual: 5 | 7 | 8;
  /** One line, without a full stop. */
  readonly about: string;
  /** Lines of mdoc; none for a page about no command. */
  readonly synopsis?: readonly string[];
  readonly sections: readonly Section[];
  readonly seeAlso: readonly string[];
}
