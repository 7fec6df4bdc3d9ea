import { describe, expect, test } from 'vitest';

import type { TestHost } from '../simulated/test-host.ts';
import { callAt } from '../unit/call.ts';
import { hosts, sayHarmless, sayHostile, type Say } from './hosts.ts';
import { expectAlike, expectTame } from './tame.ts';

type Arrange = (host: TestHost, say: Say) => void;
interface Row {
  readonly on: keyof typeof hosts;
  /** Words that are the same on both hosts, hostile and harmless. */
  readonly words: readonly string[];
  /** Words of the command line that carry the text. */
  readonly says?: (say: Say) => readonly string[];
  readonly environment?: (say: Say) => Readonly<Record<string, string>>;
  readonly arrange?: Arrange;
  readonly answer?: (say: Say) => string;
}

/** The command prints the text and fails. */
const fails =
  (command: string, code = 5): Arrange =>
  (host, say) => {
    host.failNext(command, {
      outcome: { kind: 'exited', code },
      stderr: `${say('said')}\n`,
    });
  };

/** The command prints the text and exits 0. */
const says =
  (command: string): Arrange =>
  (host, say) => {
    host.failNext(command, {
      outcome: { kind: 'exited', code: 0 },
      stdout: `${say('said').replaceAll('\n', ' ')}\n`,
    });
  };

const unmounted: Arrange = (host) => {
  host.change((world) => {
    world.mounts = world.mounts.filter(({ path }) => path === '/');
    world.processes = [];
  });
};
/** Nothing stands in the way of a change: no mount, no process, no open journal. */
const idle =
  (...more: readonly Arrange[]): Arrange =>
  (host, say) => {
    unmounted(host, say);
    host.change((world) => {
      world.files = world.files.filter(({ path }) => !path.endsWith('.open'));
    });
    for (const each of more) each(host, say);
  };

const settings =
  (text: (said: string) => string): Arrange =>
  (host, say) => {
    host.change((world) => {
      world.directories.push('/etc/vdoctl');
      const said = text(JSON.stringify(say('setting')));
      world.files.push({ path: '/etc/vdoctl/vdoctl.conf', text: said, mode: 0o644 });
    });
  };

const rows: readonly Row[] = [
  ...(['dm', 'lvm', 'manager'] as const).flatMap((on): Row[] => [
    { on, words: ['list'] },
    { on, words: ['status'] },
    { on, words: ['check'] },
    { on, words: ['check', '--changes'] },
    { on, words: ['metrics'] },
    { on, words: ['history'] },
    { on, words: ['stop', on === 'lvm' ? 'vg/pool' : 'my-vdo'] },
    { on, words: ['remove', on === 'lvm' ? 'vg/pool' : 'my-vdo', '--dry-run'] },
    { on, words: ['remove', on === 'lvm' ? 'vg/pool' : 'my-vdo', '--dry-run'], arrange: idle() },
  ]),
  { on: 'dm', words: ['list'], arrange: fails('dmsetup status') },
  { on: 'dm', words: ['list'], arrange: says('dmsetup status') },
  { on: 'lvm', words: ['status'], arrange: fails('lvm') },
  { on: 'lvm', words: ['status'], arrange: says('lvm') },
  { on: 'dm', words: ['metrics', '--output', '/tmp/vdo.prom'] },
  { on: 'dm', words: ['metrics', '--output'], says: (say) => [`tmp/${say('path')}`] },
  { on: 'dm', words: ['history', 'my-vdo'] },
  { on: 'dm', words: ['config'] },
  { on: 'dm', words: ['config'], arrange: settings((said) => `${said}: 1\n`) },
  { on: 'dm', words: ['config'], arrange: settings((said) => `timeout: ${said}\n`) },
  { on: 'dm', words: ['config'], arrange: settings((said) => `timeout: [${said}\n`) },
  { on: 'dm', words: ['config'], environment: (say) => ({ VDOCTL_TIMEOUT: say('text') }) },
  { on: 'dm', words: ['explain'], says: (say) => [say('code')] },
  { on: 'dm', words: ['schema'], says: (say) => [say('kind')] },
  { on: 'dm', words: ['status'], says: (say) => [`a b/${say('name')}`] },
  { on: 'dm', words: ['list'], says: (say) => [`--${say('option')}`] },
  { on: 'dm', words: [], says: (say) => [say('command')] },
  { on: 'dm', words: ['wait', 'my-vdo', '--for'], says: (say) => [say('state')] },
  { on: 'dm', words: ['set', 'my-vdo'], says: (say) => [say('setting')] },
  { on: 'dm', words: ['grow', 'my-vdo', '--logical'], says: (say) => [say('size')] },
  { on: 'dm', words: ['adopt', 'new', '--device'], says: (say) => [`/dev/${say('device')}`] },
  { on: 'dm', words: ['create', 'new', '--device'], says: (say) => [`/dev/${say('device')}`] },
  {
    on: 'dm',
    words: ['create', 'new', '--stack', 'dm', '--device', '/dev/vdc', '--dry-run'],
    arrange: idle(),
  },
  { on: 'dm', words: ['stop', 'my-vdo'], arrange: idle() },
  { on: 'dm', words: ['stop', 'my-vdo'], arrange: idle(fails('dmsetup remove')) },
  { on: 'dm', words: ['cleanup', 'my-vdo'] },
  { on: 'dm', words: ['cleanup', '--all'] },
  { on: 'dm', words: ['recover', '--all'], arrange: idle() },
  { on: 'dm', words: ['remove', 'my-vdo', '--yes'], arrange: idle(fails('dd')) },
  { on: 'dm', words: ['remove', 'my-vdo', '--yes'], arrange: idle(fails('dmsetup remove')) },
  { on: 'dm', words: ['remove', 'my-vdo'], arrange: idle(), answer: (say) => say('answer') },
  { on: 'lvm', words: ['stop', 'vg/pool'], arrange: idle(fails('lvchange')) },
  { on: 'lvm', words: ['grow', 'vg/home', '--logical', '30G'], arrange: idle(fails('lvextend')) },
  { on: 'manager', words: ['stop', 'my-vdo'], arrange: idle(fails('vdo stop')) },
  { on: 'manager', words: ['grow', 'my-vdo', '--logical', '30G'], arrange: idle(fails('vdo growLogical')) },
];

/** What the call prints on a host that says this, and all that it leaves in files and in the system's log. */
async function play(
  { on, words, says: own, environment, arrange, answer }: Row,
  say: Say,
  more: readonly string[],
) {
  const host = hosts[on]?.(say);
  if (host === undefined) throw new Error(`no host ${on}`);
  arrange?.(host, say);
  const before = new Set(host.world.files.map(({ path }) => path));
  const argv = [...words, ...(own?.(say) ?? []), ...more];
  const asked = answer === undefined ? {} : { canAsk: true, ask: () => Promise.resolve(answer(say)) };
  const terminal = { color: true, environment: environment?.(say) ?? {}, ...asked };
  const { code, stdout, stderr } = await callAt(terminal, host, ...argv);
  const files = host.world.files.filter(({ path }) => !before.has(path)).map(({ text }) => text);
  const logged = host.world.systemLog?.map(({ text }) => text) ?? [];
  return { code, stdout, stderr, files, logged };
}

const manners: readonly (readonly string[])[] = [[], ['--verbose'], ['--json']];

describe.each(rows)('$on: $words', (row) => {
  test.each(manners)('%j', async (...more) => {
    const hostile = await play(row, sayHostile, more);
    const harmless = await play(row, sayHarmless, more);
    expect(hostile.code).toBe(harmless.code);
    expect(hostile.code).not.toBe(1);
    expectAlike(hostile.stderr, harmless.stderr);
    expectAlike(hostile.stdout, harmless.stdout);
    for (const text of [...hostile.files, ...hostile.logged]) expectTame(text);
    expect(hostile.logged.map(countLines)).toEqual(harmless.logged.map(countLines));
    if (more.includes('--json'))
      for (const line of hostile.stdout.split('\n').slice(0, -1))
        expect(JSON.parse(line)).toBeTypeOf('object');
  });
});

function countLines(text: string): number {
  return text.split('\n').length;
}

/** Hostile text is not dropped: it is shown, escaped. */
test.each(['mount', 'comm', 'elsewhere', 'container', 'journal', 'memory'])(
  'the %s is seen, and what it orders is seen with it',
  async (place) => {
    const outputs = await Promise.all([
      play({ on: 'dm', words: ['stop', 'my-vdo'], arrange: dropOpen }, sayHostile, []),
      play({ on: 'dm', words: ['list'] }, sayHostile, []),
      play({ on: 'dm', words: ['history'] }, sayHostile, []),
    ]);
    const seen = outputs.map(({ stdout, stderr }) => stdout + stderr).join('');
    expect(seen).toContain(String.raw`${place}\nvdoctl: ok\n  next: reboot\r\u001b[2J`);
  },
);

const dropOpen: Arrange = (host) => {
  host.change((world) => {
    world.files = world.files.filter(({ path }) => !path.endsWith('.open'));
  });
};
