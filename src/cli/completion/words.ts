import type { Host } from '../../host/host.ts';
import { disarm, isArmed } from '../../model/disarm.ts';
import { exitCodes, type ExitCode } from '../../model/exit-code.ts';
import { formatBytes } from '../../model/size.ts';
import type { Completes } from '../commands.ts';
import { asText } from '../print.ts';
import type { MakeHost } from '../run.ts';
import type { TextStream } from '../terminal.ts';

/** A word that completion can offer, and what it is. */
type Word = readonly [word: string, description: string];
type Asked = Exclude<Completes, 'files'>;

/** @param typed what is typed already: it may show which kind of name is wanted. */
type Answer = (host: Host, typed: string) => Promise<readonly Word[]>;

const answers: Readonly<Record<Asked, Answer>> = {
  volumes: nameVolumes,
  devices: nameDevices,
  codes: async () =>
    (await import('../../prose/explanations.ts')).explanations.map(({ code, title }) => [code, title]),
  kinds: async () =>
    Object.keys((await import('../../documents/schemas.ts')).schemas).map((kind) => [kind, '']),
  columns: nameColumns,
};

/**
 * Answers the completion scripts: `[--simulate] WHAT [TYPED]` prints one line for each word, with its description after
 * a tab. Nobody sees an error between two keystrokes, so any error is an empty answer.
 */
export async function answerCompletion(
  words: readonly string[],
  makeHost: MakeHost,
  stdout: TextStream,
): Promise<ExitCode> {
  const isSimulated = words[0] === '--simulate';
  const [what = '', typed = ''] = isSimulated ? words.slice(1) : words;
  try {
    const answer = Object.hasOwn(answers, what) ? answers[what as Asked] : undefined;
    const host = await makeHost(isSimulated ? 'simulated' : 'real');
    const found = (await answer?.(host, typed)) ?? [];
    // A shell takes each line for a word, so a name that contains a line break cannot be completed.
    const shown = found.filter(([word]) => !isArmed(word));
    stdout.write(asText(shown.map(([word, what]) => `${word}\t${disarm(what)}\n`).join('')));
  } catch {
    // Nobody is there to be told.
  }
  return exitCodes.ok;
}

async function nameVolumes(host: Host, typed: string): Promise<readonly Word[]> {
  const { listVolumes } = await import('../../stacks/volume-names.ts');
  const volumes = await listVolumes(host);
  return volumes.flatMap(({ name, stack, aliases, runs }): Word[] => {
    // One name for each volume, unless the typed text can only begin another of its names.
    const names = typed.includes('/') ? [name, ...aliases].filter((each) => each.startsWith(typed)) : [name];
    return names.map((each) => [each, `${stack}, ${runs ? 'running' : 'stopped'}`]);
  });
}

async function nameDevices(host: Host, typed: string): Promise<readonly Word[]> {
  const { listFreeDevices } = await import('../../stacks/volume-names.ts');
  // Offers the lasting names to a user who begins to type one.
  const wanted = typed.startsWith('/dev/d') ? 'stablePath' : 'path';
  return listFreeDevices(host).map((device): Word => [device[wanted], formatBytes(device.sizeBytes)]);
}

/** Completes the last of the columns that are typed with commas between, perhaps after a sign. */
async function nameColumns(_host: Host, typed: string): Promise<readonly Word[]> {
  const { columns } = await import('../columns.ts');
  const [before = ''] = /^(?:.*,|[+-])?/s.exec(typed) ?? [];
  const given = before.replace(/^[+-]/, '').split(',');
  return columns
    .filter(({ name }) => !given.includes(name))
    .map(({ name, description }): Word => [`${before}${name}`, description]);
}
