import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { commands } from '../../src/cli/commands.ts';
import { buildProgram, type Program } from './program.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => {
  program.remove();
});

/** The words of the call, and what its one sentence says. */
const wrong: readonly (readonly [words: readonly string[], says: RegExp])[] = [
  [['frobnicate'], /unknown command: frobnicate$/],
  [['lst'], /unknown command: lst \(did you mean list\?\)/],
  [['backup', 'x'], /--to is missing/],
  [['restore', 'x'], /the options --from, --to are missing/],
  [['salvage', 'x'], /the option --to is missing/],
  [['--quiet'], /command is missing/],
  [['recover', 'mail', '--dry-run=yes'], /--dry-run takes no value/],
  [['recover', 'mail', '--dry-run=false'], /dry-run/],
  [['list', '--bogus'], /bogus/],
  [['list', '-x'], /x/],
  [['config', 'extra'], /extra/],
  [
    ['list', '-o', 'name,fre'],
    /there is no column "fre" \(did you mean free\?\); vdoctl list -o help names them all/,
  ],
  [['list', '--sort', '-fre'], /there is no column "fre"/],
  [['list', '--sort', '--quiet'], /--sort needs a value/],
  [['list', '--units', 'X'], /--units takes one of h, B, K, M, G, T, not "X"/],
  [['list', '--units', 'G', '--bytes'], /--bytes and --units do not go together/],
  [['list', '-o', ''], /there is no column ""/],
  [['list', '-o', 'free,name,FREE'], /-o names the column free twice/],
  [['list', '--json=yes'], /json/],
  [['status', 'a b'], /"a b" is not a volume name/],
  [['status', '/etc/passwd'], /passwd/],
  [['stop'], /name a volume, or give --all/],
  [['start', '--wait'], /name a volume, or give --all/],
  [['stop', 'archive', '--all'], /either volumes or --all/],
  [['wait', 'archive', '--all', '--for', 'normal'], /either volumes or --all/],
  [['cleanup'], /name a volume, or give --all/],
  [['remove'], /NAME is missing/],
  [['set'], /NAME is missing/],
  [['create', 'new'], /the option --device is missing/],
  [['completion'], /SHELL is missing/],
  [['remove', 'a', 'b'], /b/],
  [['stop', '../x'], /\.\.\/x/],
  [['stop', 'a\nb'], /a\\nb/],
  [['stop', ''], /empty/],
  [['start', '--simulate', '--', '--wait'], /--wait/],
  [['stats'], /NAME is missing/],
  [['stats', '--watch'], /NAME is missing/],
  [['stats', 'archive', '--watch', '0'], /--watch takes .*zero/],
  [['stats', 'archive', '--watch=200ms'], /--watch takes one second or more/],
  [['wait', 'mail'], /the option --for is missing/],
  [['wait', 'mail', '--for'], /--for needs a value/],
  [['metrics', '-o'], /: -o needs a value/],
  [['stop', '--constructor', 'x'], /unknown option: --constructor/],
  [['list', '--toString'], /unknown option: --toString/],
  [['list', '--$0=x'], /unknown option: --\$0/],
  [
    ['wait', 'mail', '--for', 'ever'],
    /--for is not "ever", but one of "normal", "statistics", "index", "storage"$/,
  ],
  [['wait', 'mail', '--for', 'nromal'], /"storage" \(did you mean normal\?\)$/],
  [['create', 'new', '--device', '/dev/vdx', '--stack', 'lvmm'], /"manager" \(did you mean lvm\?\)$/],
  [['set', 'mail', 'write-policy=asnyc'], /not "asnyc" \(did you mean async\?\)$/],
  [
    ['wait', 'mail', '--for', 'normal', '--timeout', '15x'],
    /--timeout takes a time such as 90s, 15m or 1h30m, not "15x": x is no unit/,
  ],
  [['wait', 'mail', '--for', 'normal', '--timeout', '0s'], /"0s"/],
  [['wait', 'mail', '--for', 'normal', '--timeout', '-5s'], /"-5s": it is negative/],
  [['wait', 'mail', '--for', 'normal', '--timeout', '8d'], /"8d": it is too long \(at most 168h\)/],
  [['grow', 'mail', '--logical', '10'], /takes a size such as 10G, 1.5T or 512MiB, not "10": it has no unit/],
  [['grow', 'mail', '--logical', '-5G'], /"-5G": it is negative/],
  [['create', 'new', '--device', '/dev/vdx', '--logical-size', '+5G'], /"\+5G": a plus is only for growing/],
  [['backup', 'mail', '--to', '/b', '--freeze', '2m'], /a time from 1s to 60s, not "2m": it is too long/],
  [['wait', 'mail', '--for', 'normal', '--timeout'], /timeout/],
  [['wait', 'mail', '--for', 'normal', '--timeout='], /timeout/],
  [['wait', 'mail', '--for', 'normal', '--for', 'index'], /--for is given more than once/],
  [['recover'], /name a volume, or give --all/],
  [['recover', 'mail', '--all'], /either volumes or --all/],
  [['recover', 'mail', '--timeout', '1s', '--timeout', '2s'], /--timeout is given more than once/],
  [['recover', 'mail', 'a b'], /"a b"/],
  [['adopt', 'vg/pool'], /vg\/pool/],
  [['adopt', 'x', '--device', 'a', '--device', 'b'], /--device is given more than once/],
  [['explain', 'nonsense'], /nonsense/],
  [['explain', 'readonyl'], /did you mean read-only\?/],
  [['set', 'mail', 'compresion=on'], /not "compresion=on" \(did you mean compression\?\)/],
  [['schema', 'stauts'], /did you mean status\?/],
  [['explain', '6', '7'], /7/],
  [['schema', 'nonsense'], /nonsense.*the kinds are/],
  [['schema', '__proto__'], /__proto__/],
];

describe('a call whose words are off', () => {
  test.each(wrong)('%j: 2, one sentence, and nothing on stdout', async (words, says) => {
    const { code, stdout, stderr } = await program.run([
      ...words,
      ...(words.includes('--') ? [] : ['--simulate']),
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const [sentence = '', ...rest] = stderr.trimEnd().split('\n');
    expect(sentence).toMatch(/^vdoctl: /);
    expect(sentence).toMatch(says);
    // A sentence that ends with a colon has lost what should follow.
    expect(sentence).not.toMatch(/:$/);
    // The next step is the help of the command, where the command exists.
    const command = commands.find(({ name }) => name === words[0]);
    expect(rest).toEqual([`  next: vdoctl ${command === undefined ? '' : `${command.name} `}--help`]);
  });

  test.each(wrong.filter(([words]) => !words.includes('--')))(
    '%j --json: the last line is a result for who waits for events, an error for the others',
    async (words) => {
      const { code, stdout, stderr } = await program.run([...words, '--simulate', '--json']);
      expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
      const lines = stdout.trimEnd().split('\n');
      expect(lines).toHaveLength(1);
      const document = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
      const command = commands.find(({ name }) => name === words[0]);
      if (command?.json === 'events') {
        expect(document).toMatchObject({
          schemaVersion: 1,
          kind: 'result',
          command: command.name,
          exitCode: 2,
        });
        expect(document['error']).toMatchObject({ problem: 'usage' });
      } else
        expect(document).toMatchObject({ schemaVersion: 1, kind: 'error', exitCode: 2, problem: 'usage' });
    },
  );

  test('changes nothing, not even to the other volumes that it names', async () => {
    program.reset();
    expect((await program.run(['recover', 'backups', 'a b', '--simulate'])).code).toBe(2);
    const { stdout } = await program.run(['list', '--simulate', '--json']);
    const { volumes } = JSON.parse(stdout) as {
      readonly volumes: readonly { readonly name: string; readonly state: string }[];
    };
    expect(volumes.find(({ name }) => name === 'backups')?.state).toBe('stopped');
  });
});

test.each(['Read_Only', 'READONLY', 'readonly', 'read only'])('explain takes a code as %j', async (code) => {
  const asked = await program.run(['explain', code, '--json']);
  expect(asked).toEqual(await program.run(['explain', 'read-only', '--json']));
  expect(asked.code).toBe(0);
});
