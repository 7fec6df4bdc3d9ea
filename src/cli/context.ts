import type { AnyDocument } from '../documents/documents.ts';
import type { Host } from '../host/host.ts';
import type { ExitCode } from '../model/exit-code.ts';
import type { Settings } from '../model/settings.ts';
import type { Call } from './arguments.ts';
import type { Style } from './format/style.ts';
import type { LoadedSettings } from './settings/load.ts';
import { asDocument, asLines, type Line } from './print.ts';
import type { Terminal } from './terminal.ts';

/** What a command's handler is given. */
export interface Context {
  readonly call: Call;
  readonly host: Host;
  readonly terminal: Terminal;
  readonly style: Style;
  readonly json: boolean;
  readonly settings: Settings;
  /** The settings with their sources. */
  readonly loaded: LoadedSettings;
  /** Makes another call on the same host, as if it had been typed. */
  readonly again: (argv: readonly string[], terminal: Terminal) => Promise<ExitCode>;
}

export type Handler = (context: Context) => Promise<ExitCode>;

/** Prints one JSON document. */
export function printDocument({ terminal }: Context, document: AnyDocument): void {
  terminal.stdout.write(asDocument(document));
}

/** Prints lines on stdout. */
export function printLines({ terminal }: Context, lines: readonly Line[]): void {
  if (lines.length > 0) terminal.stdout.write(asLines(lines));
}

/** Prints lines on stderr. */
export function printNotes({ terminal }: Context, lines: readonly Line[]): void {
  if (lines.length > 0) terminal.stderr.write(asLines(lines));
}
