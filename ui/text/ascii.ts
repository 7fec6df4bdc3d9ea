import { widthOf } from './cells.ts';

/** What stands for a character where a terminal has only ASCII, as wide as the character. */
const plain: ReadonlyMap<string, string> = new Map(
  [
    ['▸→↪', '>'],
    ['←', '<'],
    ['↑', '^'],
    ['↓', 'v'],
    ['✖', '*'],
    ['✓', '+'],
    ['·•', '.'],
    ['…', '.'],
    ['’‘', "'"],
    ['“”', '"'],
    ['–—─', '-'],
    ['│', '|'],
    ['█', '#'],
    ['░', '.'],
    ['▁▂', '_'],
    ['▃▄', '-'],
    ['▅▆', '='],
    ['▇', '%'],
    ['\u00a0', ' '],
  ].flatMap(([characters = '', stands = '']) => Array.from(characters, (each) => [each, stands] as const)),
);

/** The text without any character outside ASCII; what has no likeness there is a question mark for each column. */
export function toAscii(text: string): string {
  // eslint-disable-next-line no-control-regex -- ASCII is what is meant
  return text.replace(/[^\u0000-\u007f]/gu, (each) => plain.get(each) ?? '?'.repeat(widthOf(each)));
}

/**
 * Whether a terminal is known to show nothing but ASCII: its locale names another character set, or it is the kernel's
 * own console, whose font has no signs. Without a locale nothing is known.
 */
export function isAsciiOnly(environment: Readonly<Partial<Record<string, string>>>): boolean {
  const { LC_ALL, LC_CTYPE, LANG, TERM } = environment;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((each) => each !== undefined && each !== '') ?? 'UTF-8';
  return TERM === 'linux' || !/utf-?8/i.test(locale);
}
