import { readSize, sizeExamples, whyNoSize } from '../model/size.ts';
import { tunableKeys, tunables, type TunableKey, type Tunables } from '../model/tunables.ts';
import type { Call } from './arguments.ts';
import { usage } from './usage.ts';

/** The tunables that the flags give. @throws Failure `usage` where one is no number. */
export function readTunables({ texts, sizes }: Pick<Call, 'texts' | 'sizes'>): Tunables {
  const given = tunableKeys.flatMap((key) => {
    const size = sizes.get(key);
    const text = texts.get(key);
    if (size !== undefined) return [[key, size.bytes] as const];
    return text === undefined ? [] : [[key, readCount(`--${key}`, text)] as const];
  });
  return Object.fromEntries(given);
}

/** A value that follows `KEY=`. @throws Failure `usage` where it is none. */
export function readTunable(key: TunableKey, text: string): number {
  if (tunables[key].unit === 'count') return readCount(key, text);
  const size = readSize(text);
  if (size.kind === 'size' && !size.isMore) return size.bytes;
  return usage(`${key} takes ${sizeExamples}, ${whyNoSize(text)}`);
}

function readCount(what: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  return usage(`${what} takes a whole number, not ${JSON.stringify(text.slice(0, 60))}`);
}
