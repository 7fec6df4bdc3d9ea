import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commands, findCommand, globalOptions } from '../../src/cli/commands.ts';
import { explanations } from '../../src/prose/explanations.ts';
import { setPrompt, Shell, ShellRoom } from './shell.ts';

vi.setConfig({ testTimeout: 30_000 });

const room = new ShellRoom();
beforeAll(async () => {
  await room.build();
  // Like `sudo`, it runs the command that follows it.
  room.addProgram('sudo', ['exec "$@"']);
});
afterAll(() => {
  room.remove();
});

const scripts = path.resolve('completions');
const volumes = ['archive', 'backups', 'mail', 'media', 'vg/pool'];
const longOptions = (command: string): string[] =>
  [...(findCommand(command)?.options ?? []), ...globalOptions].map(({ name }) => `--${name}`);

/**
 * The words typed after `vdoctl `, and everything that completion may offer; for a word with `=`, only the part after
 * it.
 */
const offers: readonly (readonly [typed: string, words: readonly string[]])[] = [
  ['', [...commands.map(({ name }) => name), 'help']],
  ['re', ['reclaim', 'recover', 'rehearse', 'remove', 'rename', 'repair-geometry', 'restore']],
  ['help li', ['list']],
  ['--simulate st', ['status', 'stats', 'start', 'stop']],
  ['--no', ['--no-color']],
  ['recover ', volumes],
  ['recover --force-rebuild m', ['mail', 'media']],
  ['recover mail m', ['mail', 'media']],
  ['recover vg/', ['vg/pool', 'vg/home']],
  ['status /dev/mapper/m', ['/dev/mapper/mail', '/dev/mapper/media']],
  ['recover mail --', longOptions('recover')],
  ['create x --s', longOptions('create').filter((option) => option.startsWith('--s'))],
  ['wait mail --for ', ['normal', 'statistics', 'index', 'storage']],
  ['wait mail --for=', ['normal', 'statistics', 'index', 'storage']],
  ['wait --for normal m', ['mail', 'media']],
  ['wait --for=normal --timeout 5m m', ['mail', 'media']],
  ['create x --device ', ['/dev/vde', '/dev/vdg', '/dev/mapper/mail', '/dev/mapper/vg-home']],
  ['create x --device=/dev/v', ['/dev/vde', '/dev/vdg']],
  [
    'create x --device /dev/disk/',
    ['/dev/disk/by-id/virtio-S5YBNX0R1004', '/dev/disk/by-id/virtio-S5YBNX0R1006'],
  ],
  ['set mail compression=', ['on', 'off']],
  ['set mail compression=on write-policy=a', ['async', 'async-unsafe', 'auto']],
  ['explain re', explanations.map(({ code }) => code).filter((code) => code.startsWith('re'))],
  ['schema vol', ['volume-file']],
  ['completion ', ['bash', 'zsh', 'fish']],
];

/** The words typed before their one completion, and the words of the resulting call. */
const completed: readonly (readonly [typed: string, words: readonly string[]])[] = [
  ['reco', ['recover']],
  ['recover b', ['recover', 'backups']],
  ['start vg/p', ['start', 'vg/pool']],
  ['wait mail --for=i', ['wait', 'mail', '--for=index']],
  ['metrics --output /etc/debian_ver', ['metrics', '--output', '/etc/debian_version']],
  ['metrics --output=/etc/debian_ver', ['metrics', '--output=/etc/debian_version']],
  ['set mail dedup', ['set', 'mail', 'deduplication=']],
  ['set mail bio-t', ['set', 'mail', 'bio-threads=']],
  ['create x --device=/dev/vdg --com', ['create', 'x', '--device=/dev/vdg', '--compression']],
];

const lastOf = (word: string): string => word.replace(/^[a-z-]+=/, '');

/** @param all the keys that insert every offered word */
function tryShell(open: () => Promise<Shell>, all: string): void {
  let shell: Shell;
  beforeAll(async () => {
    shell = await open();
  });
  afterAll(() => {
    shell.end();
  });

  test.each(offers)('vdoctl %s', async (typed, words) => {
    const before = typed.split(' ').length - 1;
    const offered = (await shell.type(`vdoctl ${typed}${all}`)).slice(before).map(lastOf);
    expect(offered.filter((word) => !/^-[a-z]$/.test(word)).sort()).toEqual([...words].sort());
  });

  test.each(completed)('vdoctl %s is completed', async (typed, words) => {
    expect(await shell.type(`vdoctl ${typed}\t`)).toEqual(words);
  });

  test('behind the one volume that a command takes there is no other', async () => {
    expect(await shell.type(`vdoctl adopt mail ba\t`)).toEqual(['adopt', 'mail', 'ba']);
  });

  test('without an answer from the program the rest works', async () => {
    await shell.prepare('export XDG_STATE_HOME=/dev/null');
    expect(await shell.type('vdoctl recover b\t')).toEqual(['recover', 'b']);
    expect(await shell.type('vdoctl recover --force\t')).toEqual(['recover', '--force-rebuild']);
    await shell.prepare(`export XDG_STATE_HOME=${room.env['XDG_STATE_HOME'] ?? ''}`);
  });
}

async function openShell(command: string): Promise<Shell> {
  const shell = new Shell(room, command);
  await shell.ready();
  return shell;
}

const insertAllInBash = '\u001b*';

describe('bash', () => {
  tryShell(() => {
    const settings = room.write('bashrc', `${setPrompt}source ${scripts}/vdoctl.bash\n`);
    return openShell(`bash --rcfile ${settings} -i`);
  }, insertAllInBash);
});

describe('bash with bash-completion', () => {
  const open = (): Promise<Shell> => {
    // bash-completion loads the file that is named like the command once the command is to be completed.
    const directory = path.join(room.directory, 'data/bash-completion/completions');
    mkdirSync(directory, { recursive: true });
    copyFileSync(`${scripts}/vdoctl.bash`, `${directory}/vdoctl`);
    const settings = room.write(
      'bashrc-more',
      `${setPrompt}source /usr/share/bash-completion/bash_completion\n`,
    );
    return openShell(`bash --rcfile ${settings} -i`);
  };
  tryShell(open, insertAllInBash);

  test('behind sudo', async () => {
    const shell = await open();
    expect(await shell.type('sudo vdoctl recover --force-rebuild b\t')).toEqual([
      'recover',
      '--force-rebuild',
      'backups',
    ]);
    shell.end();
  });
});

const zshSettings = `
autoload -Uz compinit
compinit -u
zle -C all-matches complete-word _generic
bindkey '^X*' all-matches
zstyle ':completion:all-matches:*' insert yes
zstyle ':completion:all-matches::::' completer _all_matches _complete
${setPrompt}`;

describe('zsh', () => {
  tryShell(() => {
    room.write('.zshrc', `fpath=(${scripts} $fpath)\n${zshSettings}`);
    return openShell('zsh -i');
  }, '\u0018*');

  test('with the script sourced', async () => {
    room.write('.zshrc', `${zshSettings}\nsource <(REALLY=1 vdoctl completion zsh)\n`);
    const shell = await openShell('zsh -i');
    expect(await shell.type('vdoctl recover b\t')).toEqual(['recover', 'backups']);
    shell.end();
  });
});

describe('fish', () => {
  beforeAll(() => {
    const directory = path.join(room.directory, 'config/fish/completions');
    mkdirSync(directory, { recursive: true });
    copyFileSync(`${scripts}/vdoctl.fish`, `${directory}/vdoctl.fish`);
  });

  /** fish's own answer to what Tab would show. */
  function complete(typed: string): string[] {
    const output = execFileSync('fish', ['-c', 'complete -C "$argv"', `vdoctl ${typed}`], {
      env: room.env,
      encoding: 'utf8',
    });
    const lines = output.split('\n').filter((line) => line !== '');
    return lines.map((line) => line.split('\t')[0] ?? '');
  }

  test.each(offers)('vdoctl %s', (typed, words) => {
    expect(complete(typed).map(lastOf).sort()).toEqual([...words].sort());
  });

  test('files where a file is wanted', () => {
    expect(complete('metrics --output /etc/debian_ver')).toEqual(['/etc/debian_version']);
    expect(complete('stop /etc/debian_ver')).toEqual([]);
  });

  test('what can be set, with each of its values', () => {
    expect(complete('set mail dedup')).toEqual(['deduplication=off', 'deduplication=on']);
  });

  test('each command and volume says what it is', () => {
    const output = execFileSync('fish', ['-c', 'complete -C "vdoctl sto"; complete -C "vdoctl stop ba"'], {
      env: room.env,
      encoding: 'utf8',
    });
    expect(output).toBe('stop\tStop volumes that nobody uses\nbackups\tdm, stopped\n');
  });

  test('behind the one volume that a command takes there is no other', () => {
    expect(complete('adopt mail ba')).toEqual([]);
  });
});
