/** Only the beginning of a longer line is reported. In UTF-16 units. */
export const longestLine = 4096;
/** More than a person, or a bar, can follow; the rest within the same second is left out. */
export const mostLinesASecond = 100;

/**
 * Reports lines as they are printed. A line ends with `\n` or `\r`; empty lines are left out. Whatever and however much
 * comes, only the beginning of the unfinished line is kept.
 */
export class LineCutter {
  private readonly onLine: (line: string) => void;
  private readonly nowMs: () => number;
  private begun = '';
  private secondAtMs = -Infinity;
  private toldInSecond = 0;

  constructor(onLine: (line: string) => void, nowMs: () => number) {
    this.onLine = onLine;
    this.nowMs = nowMs;
  }

  push(text: string): void {
    const [first = '', ...others] = text.split(/[\r\n]/);
    this.begun = (this.begun + first).slice(0, longestLine);
    for (const next of others) {
      this.tell(this.begun);
      this.begun = next.slice(0, longestLine);
    }
  }

  /** The last line may have no line break. */
  end(): void {
    this.tell(this.begun);
    this.begun = '';
  }

  private tell(line: string): void {
    if (line === '') return;
    const nowMs = this.nowMs();
    if (nowMs - this.secondAtMs >= 1000) {
      this.secondAtMs = nowMs;
      this.toldInSecond = 0;
    }
    this.toldInSecond += 1;
    if (this.toldInSecond <= mostLinesASecond) this.onLine(line);
  }
}
