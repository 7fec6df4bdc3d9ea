import type { OptionSpec } from '../cli/commands.ts';

/**
 * A piece of a manual page's text.
 *
 * In prose, backquotes mark a command or a part of one; options, paths and placeholders (NAME, DEV) are recognised
 * without them.
 */
export type Block =
  /** A paragraph. */
  | string
  | { readonly list: readonly (readonly [term: string, text: string])[] }
  | { readonly options: readonly OptionSpec[] }
  /**
   * A session at root's terminal: a line after `# ` is typed (a line after `> ` continues it), the others are printed.
   * A test runs each session on a fresh simulated host and compares the output.
   */
  | { readonly session: string }
  /** Commands for a case that the simulated host does not show; the text says what they print. */
  | { readonly commands: string }
  /** A file to copy. The second line of a script says how to call it. */
  | { readonly file: string };

/** What the man page of a command says beyond its help. */
export interface CommandManual {
  /** What becomes of the data, in blocks. */
  readonly data: readonly Block[];
  /** What each exit code that the command can return means here; `as-always` if the same as everywhere. */
  readonly exits: Readonly<Partial<Record<number, string>>>;
  /** Absent for a command meant only for people. */
  readonly scripting?: readonly Block[];
  /** What the command prints, where that needs a section of its own. */
  readonly sections?: readonly Section[];
  readonly examples?: readonly Block[];
  readonly files?: readonly (readonly [path: string, text: string])[];
  /** Other manuals: `vdoctl-wait(8)`. */
  readonly seeAlso?: readonly string[];
}

/** In {@link CommandManual.exits}: the code means the same as everywhere. */
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
  /** Lines of mdoc; absent for a page that is not about a command. */
  readonly synopsis?: readonly string[];
  readonly sections: readonly Section[];
  readonly seeAlso: readonly string[];
}
