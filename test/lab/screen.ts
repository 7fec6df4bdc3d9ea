/** What a terminal shows after output is written to it; it knows no more than progress lines need. */
export class Screen {
  readonly #columns: number;
  #lines: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  get lines(): readonly string[] {
    return this.#lines.map((line) => line.trimEnd()).filter((line) => line !== '');
  }

  /** Expects whole escape sequences in each chunk: programs that write whole frames never split one. */
  write(text: string): void {
    // eslint-disable-next-line no-control-regex
    for (const [whole, parameters = '', letter] of text.matchAll(/\x1b\[([?\d;]*)([A-Za-z])|[^]/gu)) {
      if (letter !== undefined) this.#obey(letter, parameters);
      else this.#print(whole);
    }
  }

  #obey(letter: string, parameters: string): void {
    const count = Number(parameters === '' ? 1 : parameters);
    if (letter === 'A') this.#row = Math.max(0, this.#row - count);
    else if (letter === 'B') this.#goDown(count);
    else if (letter === 'G') this.#column = count - 1;
    else if (letter === 'K') this.#erase(parameters === '2' ? 0 : this.#column);
    else if (letter === 'J') {
      this.#erase(this.#column);
      this.#lines = this.#lines.slice(0, this.#row + 1);
    } else if (!'mhl'.includes(letter))
      throw new Error(`a screen that does not know ESC[${parameters}${letter}`);
  }

  #print(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#goDown(1);
    else {
      if (this.#column >= this.#columns) {
        this.#goDown(1);
        this.#column = 0;
      }
      const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
      this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
      this.#column += 1;
    }
  }

  #goDown(count: number): void {
    this.#row += count;
    while (this.#lines.length <= this.#row) this.#lines.push('');
  }

  #erase(from: number): void {
    this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, from);
  }
}
