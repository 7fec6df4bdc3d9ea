import type { Spread } from './measure.ts';

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function row(...cells: readonly string[]): void {
  print(`| ${cells.join(' | ')} |`);
}

export function head(...cells: readonly string[]): void {
  row(...cells);
  row(...cells.map(() => '---'));
}

/** Minimum, median and maximum. */
export function format({ min, median, max }: Spread, digits: number): string {
  return [min, median, max].map((value) => value.toFixed(digits)).join(' / ');
}
