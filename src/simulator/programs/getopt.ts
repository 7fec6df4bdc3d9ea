import { notModelled, type ProgramCall } from './program-call.ts';

export interface Options {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  /** Every option with a value, in the order of the words. */
  readonly inOrder: readonly (readonly [name: string, value: string])[];
  readonly rest: readonly string[];
}

/** Takes the words apart as getopt does: `--name value`, `--name=value`, `-n value` and flags, in any order. */
export function parseOptions(
  call: ProgramCall,
  words: readonly string[],
  known: { readonly flags?: readonly string[]; readonly values?: readonly string[] },
): Options {
  const flags = new Set<string>();
  const inOrder: [string, string][] = [];
  const rest: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [name = '', ...afterEquals] = word.split('=');
    if (known.flags?.includes(word) === true) flags.add(word);
    else if (known.values?.includes(word) === true) {
      index += 1;
      inOrder.push([word, words[index] ?? notModelled(call, `${word} without a value`)]);
    } else if (afterEquals.length > 0 && known.values?.includes(name) === true)
      inOrder.push([name, afterEquals.join('=')]);
    else if (word.startsWith('-')) notModelled(call, `the option ${word}`);
    else rest.push(word);
  }
  return { flags, values: new Map(inOrder), inOrder, rest };
}
