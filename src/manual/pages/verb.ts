import { explanations } from '../../prose/explanations.ts';
import type { CommandSpec } from '../../cli/commands.ts';
import { asAlways, type Block, type CommandManual, type Page, type Section } from '../blocks.ts';
import { tellingExits } from '../commands/exits.ts';
import { lifecycleManuals } from '../commands/lifecycle.ts';
import { programManuals } from '../commands/program.ts';
import { recoverManual } from '../commands/recover.ts';
import { backupManual } from '../commands/backup.ts';
import { restoreManual } from '../commands/restore.ts';
import { salvageManual } from '../commands/salvage.ts';
import { rehearseManual } from '../commands/rehearse.ts';
import { volumeManuals } from '../commands/volumes.ts';
import { macroWord } from '../escape.ts';
import { markOption } from '../options.ts';

/** What the manual says of each command beyond the table of commands. */
export const commandManuals: Readonly<Partial<Record<string, CommandManual>>> = {
  ...volumeManuals,
  salvage: salvageManual,
  backup: backupManual,
  restore: restoreManual,
  recover: recoverManual,
  rehearse: rehearseManual,
  ...lifecycleManuals,
  ...programManuals,
};

/** For a command without manual text so far. */
const untold: CommandManual = { data: [], exits: tellingExits };

/** The page of one command: `vdoctl-recover(8)`. */
export function makeVerbPage(command: CommandSpec): Page {
  const manual = commandManuals[command.name] ?? untold;
  const { summary, options, name } = command;
  const sections: readonly Section[] = [
    { title: 'DESCRIPTION', blocks: describeCommand(command) },
    { title: 'OPTIONS', blocks: describeOptions(options) },
    { title: 'WHAT IT DOES TO YOUR DATA', blocks: manual.data },
    {
      title: 'IN SCRIPTS',
      blocks: manual.scripting === undefined ? [] : [...manual.scripting, describeJson(command)],
    },
    ...(manual.sections ?? []),
    { title: 'FILES', blocks: manual.files === undefined ? [] : [{ list: manual.files }] },
    { title: 'EXIT STATUS', blocks: describeExits(command, manual) },
    { title: 'EXAMPLES', blocks: describeExamples(command, manual) },
  ];
  return {
    name: `vdoctl-${name}`,
    manual: 8,
    about: lowerFirst(summary),
    synopsis: makeSynopsis(command),
    sections: sections.filter(({ blocks }) => blocks.length > 0),
    seeAlso: ['vdoctl(8)', 'vdoctl-exit-codes(7)', ...(manual.seeAlso ?? [])],
  };
}

function describeCommand({ summary, description, positional, program }: CommandSpec): readonly Block[] {
  const words = [
    ...(positional === undefined ? [] : [[positional.name, positional.description] as const]),
    ...(program === undefined ? [] : [['COMMAND', program] as const]),
  ];
  return [`${summary}.`, ...description, ...(words.length === 0 ? [] : [{ list: words }])];
}

function makeSynopsis({ name, positional, options, program }: CommandSpec): string[] {
  const lines = [
    `.Nm vdoctl Cm ${macroWord(name)}`,
    ...options.map((option) => `.${option.required === true ? '' : 'Op '}${markOption(option)}`),
  ];
  if (positional === undefined) return lines;
  const word =
    positional.choices === undefined
      ? `Ar ${macroWord(positional.name)}`
      : `Cm ${positional.choices.map(macroWord).join(' | ')}`;
  const words = {
    one: [`.${word}`],
    any: [`.Op ${word} ...`],
    'at-most-one': [`.Op ${word}`],
    'one-and-new-name': [`.${word} Ar NEW`],
    'one-and-settings': [`.${word} Ar ${macroWord('KEY=VALUE')} ...`],
  };
  const end = program === undefined ? [] : ['.Op \\-\\- Ar COMMAND ...'];
  return [...lines, ...words[positional.count], ...end];
}

function describeOptions(options: CommandSpec['options']): readonly Block[] {
  const always = 'vdoctl(8) has the options of every command, such as --json and --dry-run.';
  return options.length === 0 ? [always] : [{ options }, always];
}

function describeJson({ json }: CommandSpec): string {
  return json === 'events'
    ? 'With --json it prints each event as it happens, one JSON document a line; the last is the result. Their schemas: `vdoctl schema`.'
    : 'With --json it prints one JSON document. Its schema: `vdoctl schema`.';
}

function describeExits({ positional }: CommandSpec, { exits }: CommandManual): readonly Block[] {
  const list = Object.entries(exits)
    .sort(([one], [other]) => Number(one) - Number(other))
    .map(([code, text = asAlways]) => [code, text === asAlways ? describeExit(code) : text] as const);
  const isCombined = positional?.count === 'any' && 11 in exits;
  const several = 'With several volumes it is one of theirs, in the order of vdoctl-exit-codes(7).';
  return isCombined ? [several, { list }] : [{ list }];
}

function describeExit(code: string): string {
  const found = explanations.find((each) => each.code === code);
  if (found === undefined) throw new Error(`nothing explains the exit code ${code}`);
  return found.meaning;
}

function describeExamples({ examples }: CommandSpec, manual: CommandManual): Section['blocks'] {
  const plain = { commands: examples.join('\n') };
  if (manual.examples === undefined) return [plain];
  return [plain, { subtitle: 'Worked example', blocks: manual.examples }];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
