import { notUnderstood } from '../model/problem.ts';

/** The answer to a message: by key, a value as the kernel wrote it, or a map of the same kind. */
export type KernelMessage = ReadonlyMap<string, string | KernelMessage>;

const tool = 'dmsetup message';
const deepest = 16;

/**
 * Parses dm-vdo's `{ key : value, key : { … }, }` notation: a comma follows each value and each group, except the
 * outermost group.
 *
 * @throws Failure `not-understood` at anything else, at a key given twice, and at text that is cut off.
 */
export function parseKernelMessage(text: string): KernelMessage {
  const words = text.match(/[{},]|[^\s{},:]+|:/g) ?? [];
  const reader = new WordReader(text, words);
  reader.take('{');
  const message = readGroup(reader, 0);
  reader.takeEnd();
  return message;
}

function readGroup(reader: WordReader, depth: number): KernelMessage {
  if (depth > deepest) reader.fail('groups are nested too deeply');
  const group = new Map<string, string | KernelMessage>();
  while (!reader.takeIf('}')) {
    const key = reader.takeText();
    reader.take(':');
    if (group.has(key)) reader.fail(`"${key}" is given twice`);
    group.set(key, reader.takeIf('{') ? readGroup(reader, depth + 1) : reader.takeText());
    reader.take(',');
  }
  return group;
}

const punctuation = new Set(['{', '}', ',', ':']);

class WordReader {
  private at = 0;
  private readonly text: string;
  private readonly words: readonly string[];

  constructor(text: string, words: readonly string[]) {
    this.text = text.trim();
    this.words = words;
  }

  takeIf(word: string): boolean {
    if (this.words[this.at] !== word) return false;
    this.at += 1;
    return true;
  }

  take(word: string): void {
    if (!this.takeIf(word)) this.fail(`"${word}" was expected`);
  }

  takeText(): string {
    const word = this.words[this.at];
    if (word === undefined || punctuation.has(word)) this.fail('a key or a value was expected');
    this.at += 1;
    return word;
  }

  takeEnd(): void {
    if (this.at !== this.words.length) this.fail('the end was expected');
  }

  /** The reason quotes the wrong word and a few before it, because it may be far along in the text. */
  fail(reason: string): never {
    const seen = this.words.slice(Math.max(0, this.at - 4), this.at + 1).join(' ');
    const where = seen === '' ? 'at the beginning' : `at "${seen}"`;
    return notUnderstood(tool, this.text, `${reason} ${where}`);
  }
}
