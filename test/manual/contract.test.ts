import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commands, findCommand, globalOptions } from '../../src/cli/commands.ts';
import { completionFiles } from '../../src/cli/completion/render.ts';
import { formatUsage, renderCommandHelp, renderHelp } from '../../src/cli/help.ts';
import { handlers } from '../../src/cli/run.ts';
import { commandManuals } from '../../src/manual/pages/verb.ts';
import { combineExitCodes, exitCodes, type ExitCode } from '../../src/model/exit-code.ts';
import { explanations } from '../../src/prose/explanations.ts';
import {
  keptNames,
  pluginExits,
  promised,
  promisedChoices,
  promisedEverywhere,
  promisedExits,
  promisedOrder,
} from './contract.ts';

const readPage = (name: string): string =>
  readFileSync(`man/${name}`, 'utf8').replaceAll(String.raw`\-`, '-');
const scripts = Object.values(completionFiles).map((name) => readFileSync(`completions/${name}`, 'utf8'));
/** The words of a text, however it is wrapped. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe.each(Object.entries(promised))('%s, as promised', (name, { usage, options, streams }) => {
  const command = findCommand(name);
  if (command === undefined) throw new Error(`there is no ${name}`);

  test('is in the table, and in the help', () => {
    expect(formatUsage(command).startsWith(usage)).toBe(true);
    expect(command.json).toBe(streams === true ? 'events' : 'document');
    expect(renderHelp()).toContain(`\n  ${usage}`);
    expect(flat(renderCommandHelp(command))).toContain(`Usage: vdoctl ${usage}`);
  });

  test.each([...options, ...promisedEverywhere])('takes %s', (option) => {
    expect([...command.options, ...globalOptions].map((each) => `--${each.name}`)).toContain(option);
  });
});

describe.each(Object.entries(promisedChoices))('%s', (words, choices) => {
  test(`is one of ${choices.join(', ')}`, () => {
    const [name = '', option = ''] = words.split(' ');
    const found = findCommand(name)?.options.find((each) => `--${each.name}` === option);
    expect(found?.choices).toEqual(expect.arrayContaining([...choices]));
  });
});

test('each command has what carries it out, and nothing else has', () => {
  expect(Object.keys(handlers).sort()).toEqual(commands.map(({ name }) => name).sort());
});

test('a name that is kept for later is absent, not a stub', () => {
  for (const name of keptNames) expect(findCommand(name)).toBeUndefined();
});

describe('exit codes', () => {
  test('are those that were promised, and mean that', () => {
    const numbers = Object.keys(promisedExits).map(Number);
    expect(Object.values(exitCodes).sort((one, other) => one - other)).toEqual(numbers);
    for (const [code, meaning] of Object.entries(promisedExits)) {
      const found = explanations.find((each) => each.code === code);
      expect(`${found?.title ?? ''}: ${found?.meaning ?? ''}`).toMatch(meaning);
      expect(flat(readPage('vdoctl-exit-codes.7'))).toContain(`.It ${code}, `);
      expect(readPage('vdoctl.8')).toMatch(new RegExp(`^\\.It ${code}$`, 'm'));
    }
  });

  test('of several volumes come in the order that was promised', () => {
    for (const [index, code] of promisedOrder.entries())
      expect(combineExitCodes(promisedOrder.slice(index).toReversed() as ExitCode[])).toBe(code);
    const shown = /^1 9 [0-9 ]*$/m.exec(readPage('vdoctl-exit-codes.7'))?.[0].split(' ').map(Number) ?? [];
    expect(shown.filter((code) => promisedOrder.includes(code))).toEqual(promisedOrder);
  });

  test('of check are those of a monitoring plugin', () => {
    expect(Object.keys(commandManuals['check']?.exits ?? {}).map(Number)).toEqual(pluginExits);
  });
});

describe.each(commands.map((command) => [command.name, command] as const))('%s', (name, command) => {
  const page = readPage(`vdoctl-${name}.8`);
  const own = new RegExp(
    `^\\.It (?:Fl [a-zA-Z] , )?Fl -(${command.options.map((each) => each.name).join('|')})( |$)`,
    'gm',
  );

  test('is the same in its help, its page and the completions', () => {
    const help = flat(renderCommandHelp(command));
    for (const text of [command.summary, ...command.description]) expect(help).toContain(text);
    for (const script of scripts) expect(script).toMatch(new RegExp(`\\b${name}\\b`));
    if (command.options.length > 0) expect(page.match(own)?.length).toBe(command.options.length);
    for (const { name: option, choices = [] } of command.options) {
      expect(page).toMatch(new RegExp(`^\\.(Op )?(Fl [a-zA-Z] , )?Fl -${option}( |$)`, 'm'));
      for (const script of scripts) {
        expect(script).toMatch(new RegExp(`(--|-l )${option}\\b`));
        for (const choice of choices) expect(script).toContain(choice);
      }
      for (const choice of choices) expect(page).toMatch(new RegExp(`Fl -${option} Cm .*\\b${choice}\\b`));
    }
  });

  test('has a page that says what it does to data, and what its exit codes mean', () => {
    expect(Object.keys(commandManuals)).toContain(name);
    expect(page).toContain('\n.Sh WHAT IT DOES TO YOUR DATA\n');
    for (const code of Object.keys(commandManuals[name]?.exits ?? {}))
      expect(page).toMatch(new RegExp(`^\\.It ${code}$`, 'm'));
  });

  test('is named by vdoctl(8)', () => {
    expect(readPage('vdoctl.8')).toContain(`.It Xr vdoctl-${name} 8\n`);
  });
});

/** Pages of other packages. Before adding one, check that it exists under this name. */
const foreign = [
  'systemd-escape(1)',
  'sha256sum(1)',
  'lvcreate(8)',
  ...[
    'ddrescue(1)',
    'df(1)',
    'rsync(1)',
    'crontab(5)',
    'sudoers(5)',
    'lvmvdo(7)',
    'lvm.conf(5)',
    'blkdiscard(8)',
    'dmsetup(8)',
    'e2fsck(8)',
    'fstab(5)',
    'fstrim(8)',
    'lvrename(8)',
    'mkfs(8)',
    'mount(8)',
  ],
  ...['resize2fs(8)', 'umount(8)', 'vdoforcerebuild(8)', 'vdostats(8)', 'xfs_growfs(8)'],
];

test.each(readdirSync('man'))('%s refers to manuals that there are', (name) => {
  const own = readdirSync('man').map((each) => each.replace(/\.(\d)$/, '($1)'));
  const references = Array.from(
    readPage(name).matchAll(/\bXr (?:\( )?(\S+) (\d)/g),
    ([, page = '', section = '']) => `${page}(${section})`,
  );
  expect(references.filter((each) => !own.includes(each) && !foreign.includes(each))).toEqual([]);
  expect(references.length).toBeGreaterThan(1);
});

test('vdoctl(8) has every option that all commands take', () => {
  for (const { name } of globalOptions)
    expect(readPage('vdoctl.8')).toMatch(new RegExp(`^\\.It (Fl [a-zA-Z] , )?Fl -${name}$`, 'm'));
});
