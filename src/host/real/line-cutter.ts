/** Of a longer line only the beginning is told. In UTF-16 units. */
export const longestLine = 4096;
/** More than a person, or a bar, can follow; the rest of that second is left out. */
export const mostLinesASecond = 100;

/**
 * Tells lines as they are printed. A line ends with `\n` or `\r`; empty ones are not told. However much comes, and
 * whatever it is, nothing is kept but the beginning of the line that has no end yet.
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

  /** What was printed last may have no end. */
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
