import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import xterm, { type IBufferCell } from '@xterm/headless';

/** A terminal without a window, with both its ends: what is written to it, and what is typed. */
export interface Emulator {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Everything that was written since this was last called. */
  takeBytes(): string;
  type(bytes: string): void;
  resize(columns: number, rows: number): void;
  /** The text on it, row by row, without empty cells at the end. */
  rows(): string[];
  /** The looks of that text, a letter per cell: see {@link legend}. */
  looks(): string[];
  isAlternate(): boolean;
  isRaw(): boolean;
  /** The number of rows that were pushed out at the top. */
  countScrolled(): number;
}

/** The meaning of the letters of {@link Emulator.looks}. */
export const legend =
  'b bold, d dim, i inverse, g green, y yellow, r red, c cyan, B blue, m magenta; capital: bold as well';

export function createEmulator(columns: number, rows: number): Emulator {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 100, allowProposedApi: true });
  const stdout = new Output(columns, rows, (text) => {
    terminal.write(text.replace(/\r?\n/g, '\r\n'));
  });
  const stdin = new Input();
  const readRows = <T>(read: (row: number) => T): T[] =>
    Array.from({ length: terminal.rows }, (_, row) => read(terminal.buffer.active.viewportY + row));
  return {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    takeBytes: () => stdout.take(),
    type: (bytes) => stdin.write(bytes),
    resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      stdout.columns = newColumns;
      stdout.rows = newRows;
      stdout.emit('resize');
    },
    rows: () =>
      readRows((row) => terminal.buffer.active.getLine(row)?.translateToString(true).trimEnd() ?? ''),
    looks: () =>
      readRows((row) => {
        const line = terminal.buffer.active.getLine(row);
        const cells = Array.from({ length: terminal.cols }, (_, column) => line?.getCell(column));
        return cells.map(describeCell).join('').trimEnd();
      }),
    isAlternate: () => terminal.buffer.active.type === 'alternate',
    isRaw: () => stdin.raw,
    countScrolled: () => terminal.buffer.active.baseY,
  };
}

/** By their numbers among the eight colours of a terminal. */
const colors = ['k', 'r', 'g', 'y', 'B', 'm', 'c', 'w'];

/** The second half of a wide character has no look of its own. */
function describeCell(cell: IBufferCell | undefined): string {
  if (cell === undefined || cell.getWidth() === 0) return ' ';
  if (cell.isInverse() !== 0) return 'i';
  if (cell.isFgPalette()) {
    const letter = colors[cell.getFgColor()] ?? '?';
    return cell.isBold() === 0 ? letter : letter.toUpperCase();
  }
  if (cell.isBold() !== 0) return 'b';
  return cell.isDim() === 0 ? ' ' : 'd';
}

class Output extends EventEmitter {
  readonly isTTY = true;
  readonly fd = -1;
  columns: number;
  rows: number;
  private bytes = '';
  private readonly show: (text: string) => void;

  constructor(columns: number, rows: number, show: (text: string) => void) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.show = show;
  }

  write(text: string): boolean {
    this.bytes += text;
    this.show(text);
    return true;
  }

  take(): string {
    const { bytes } = this;
    this.bytes = '';
    return bytes;
  }
}

class Input extends PassThrough {
  readonly isTTY = true;
  raw = false;

  setRawMode(raw: boolean): this {
    this.raw = raw;
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
