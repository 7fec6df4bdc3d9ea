import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { commands } from '../../src/cli/commands.ts';
import { buildProgram, type Ended, type Program } from './program.ts';

type Document = Readonly<Record<string, unknown>> & { readonly kind: string };

let program: Program;
const validators = new Map<string, ValidateFunction>();
beforeAll(async () => {
  program = await buildProgram();
  const ajv = new Ajv2020({ strict: true, allErrors: true, validateFormats: false });
  const { kinds } = JSON.parse((await program.run(['schema', '--json'])).stdout) as {
    readonly kinds: readonly string[];
  };
  for (const kind of kinds) {
    const { stdout } = await program.run(['schema', kind]);
    validators.set(kind, ajv.compile(JSON.parse(stdout) as object));
  }
});
afterAll(() => {
  program.remove();
});

/** Parses each printed document with the schema of its kind. */
function understand({ stdout }: Ended): readonly Document[] {
  const documents = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Document);
  for (const document of documents) {
    const validate = validators.get(document.kind);
    if (validate === undefined) throw new Error(`no schema for ${document.kind}`);
    validate(document);
    expect({ document, errors: validate.errors ?? null }).toMatchObject({ errors: null });
  }
  return documents;
}

interface Call {
  readonly words: string;
  readonly code: number;
  readonly last: string;
  /** The other kinds of document that the call prints, each at least once. */
  readonly others?: readonly string[];
  /** Its exit code tells whether everything was seen, which a busy host shows only in real time. */
  readonly takesItsTime?: true;
}

const spare = '/dev/disk/by-id/virtio-S5YBNX0R1006';

/** Every command. Each list starts on a fresh simulated host, and each call sees the changes of those before it. */
const stories: readonly (readonly [name: string, calls: readonly Call[]])[] = [
  [
    'looking',
    [
      { words: 'list', code: 0, last: 'list' },
      { words: 'list archive vg/home', code: 0, last: 'list' },
      { words: 'list archive nosuch -o help', code: 3, last: 'list' },
      { words: 'status', code: 0, last: 'status' },
      { words: 'status backups vg/home', code: 0, last: 'status' },
      { words: 'status nosuch', code: 3, last: 'status' },
      { words: 'status archive nosuch', code: 3, last: 'status' },
      { words: 'status nosuch nosuch2', code: 3, last: 'status' },
      { words: 'stats archive', code: 0, last: 'stats' },
      { words: 'stats backups', code: 8, last: 'error' },
      { words: 'stats nosuch', code: 3, last: 'error' },
      { words: 'explain', code: 0, last: 'explanations' },
      { words: 'explain 6', code: 0, last: 'explanations' },
      { words: 'explain nosuch', code: 2, last: 'error' },
      { words: 'schema', code: 0, last: 'schemas' },
      { words: 'config', code: 0, last: 'config' },
      { words: 'metrics', code: 0, last: 'metrics' },
      { words: 'doctor', code: 0, last: 'doctor', takesItsTime: true },
      { words: 'doctor backups nosuch', code: 3, last: 'doctor', takesItsTime: true },
      { words: 'check --timeout 1h', code: 2, last: 'check' },
      { words: 'check archive --timeout 1h', code: 0, last: 'check' },
      { words: 'check nosuch --timeout 1h', code: 3, last: 'check' },
      { words: 'check --bogus', code: 3, last: 'check' },
    ],
  ],
  [
    'backups',
    [
      { words: 'recover vg/pool', code: 0, last: 'result', others: ['progress'] },
      { words: 'backup list --from /backup', code: 2, last: 'result' },
      { words: 'backup vg/pool --to /backup --dry-run', code: 0, last: 'result', others: ['plan', 'notice'] },
      { words: 'backup vg/pool --to /backup', code: 0, last: 'result', others: ['step'] },
      { words: 'backup archive --to /backup', code: 8, last: 'result' },
      { words: 'backup vg/pool --to backup', code: 2, last: 'result' },
      {
        words: 'backup vg/pool -- du --summarize --block-size=1 {}',
        code: 0,
        last: 'result',
        others: ['step'],
      },
      { words: 'backup vg/pool -- nosuch {}', code: 8, last: 'result' },
      { words: 'backup vg/pool -- du', code: 2, last: 'result' },
      { words: 'backup vg/pool --to /backup -- du {}', code: 2, last: 'result' },
      { words: 'backup vg/pool --to /backup --keep 0', code: 2, last: 'result' },
      { words: 'backup vg/pool --to /backup --from /x', code: 2, last: 'result' },
      { words: 'backup list --from /backup', code: 0, last: 'backups' },
      { words: 'backup verify --from /backup --volume vg/pool', code: 0, last: 'backups' },
      { words: 'restore vg/pool --from /backup --to /srv/new', code: 0, last: 'result', others: ['step'] },
      { words: 'restore nosuch --from /backup --to /srv/more', code: 2, last: 'result' },
    ],
  ],
  [
    'waiting',
    [
      { words: 'wait mail --for normal', code: 6, last: 'result' },
      { words: 'wait backups --for normal', code: 8, last: 'result' },
      { words: 'wait nosuch --for normal', code: 3, last: 'result' },
      { words: 'wait archive --for index', code: 0, last: 'result' },
      { words: 'wait vg/pool --for normal', code: 0, last: 'result' },
      { words: 'wait archive --for statistics', code: 0, last: 'result' },
      { words: 'wait archive media --for index', code: 0, last: 'result' },
      { words: 'wait --all --for index', code: 8, last: 'result' },
      { words: 'wait --for index', code: 2, last: 'result' },
    ],
  ],
  [
    'recovering',
    [
      { words: 'recover backups --dry-run', code: 0, last: 'result', others: ['plan'] },
      { words: 'recover mail', code: 6, last: 'result' },
      { words: 'recover mail --force-rebuild --dry-run', code: 0, last: 'result', others: ['plan'] },
      { words: 'recover mail --force-rebuild', code: 10, last: 'result', others: ['plan'] },
      { words: 'recover nosuch', code: 3, last: 'result' },
      { words: 'recover archive mail nosuch', code: 6, last: 'result' },
      { words: 'recover backups', code: 0, last: 'result', others: ['step', 'progress'] },
      { words: 'recover mail --force-rebuild --yes', code: 0, last: 'result', others: ['step'] },
      { words: 'recover --all', code: 0, last: 'result' },
    ],
  ],
  [
    'starting and stopping',
    [
      { words: 'start backups --dry-run', code: 0, last: 'result', others: ['plan'] },
      { words: 'start backups --wait', code: 0, last: 'result', others: ['step'] },
      { words: 'start backups', code: 0, last: 'result' },
      { words: 'start nosuch', code: 3, last: 'result' },
      { words: 'stop backups --dry-run', code: 0, last: 'result' },
      { words: 'stop backups', code: 0, last: 'result' },
      { words: 'stop archive', code: 8, last: 'result' },
      { words: 'stop nosuch', code: 3, last: 'result' },
      { words: 'stop backups nosuch', code: 3, last: 'result' },
      { words: 'stop --all', code: 8, last: 'result' },
      { words: 'stop', code: 2, last: 'error' },
      { words: 'start backups nosuch', code: 3, last: 'result' },
      { words: 'start --all', code: 6, last: 'result', others: ['step'] },
      { words: 'start --all archive', code: 2, last: 'result' },
      { words: 'stop backups', code: 0, last: 'result' },
      { words: 'adopt archive', code: 0, last: 'result' },
      {
        words: 'adopt fresh --device /dev/disk/by-id/virtio-S5YBNX0R1004 --dry-run',
        code: 0,
        last: 'result',
      },
      { words: 'adopt fresh --device /dev/disk/by-id/virtio-S5YBNX0R1004', code: 0, last: 'result' },
      { words: 'adopt nosuch', code: 3, last: 'result' },
    ],
  ],
  [
    'making and changing',
    [
      { words: `create new --device ${spare} --dry-run`, code: 0, last: 'result' },
      { words: `create new --device ${spare}`, code: 0, last: 'result' },
      { words: `create other --device ${spare}`, code: 8, last: 'result' },
      { words: 'create other --device /dev/nope', code: 3, last: 'result' },
      { words: 'create other', code: 2, last: 'error' },
      { words: 'grow new --logical 1T --dry-run', code: 0, last: 'result' },
      { words: 'grow new --logical 1T', code: 0, last: 'result' },
      { words: 'grow new --physical', code: 0, last: 'result' },
      { words: 'grow new --logical 1G', code: 8, last: 'result' },
      { words: 'grow new', code: 2, last: 'error' },
      { words: 'rename media store --dry-run', code: 0, last: 'result' },
      { words: 'rename media archive', code: 8, last: 'result' },
      { words: 'rename media', code: 2, last: 'error' },
      { words: 'set new compression=off deduplication=off', code: 0, last: 'result' },
      { words: 'set new write-policy=sync', code: 8, last: 'result' },
      { words: 'cleanup new', code: 0, last: 'result' },
      { words: 'cleanup --all', code: 0, last: 'result' },
      { words: 'cleanup', code: 2, last: 'error' },
      { words: 'remove new', code: 10, last: 'result' },
      { words: 'remove new --yes', code: 0, last: 'result' },
      { words: 'remove new --yes', code: 3, last: 'result' },
      { words: `create vgnew/pool --device ${spare} --lv data`, code: 0, last: 'result' },
      { words: 'history', code: 0, last: 'history' },
      { words: 'history new', code: 0, last: 'history' },
    ],
  ],
];

const singleDocuments = commands.filter(({ json }) => json === 'document').map(({ name }) => name);

describe('what --json prints', () => {
  test.each(stories)('while %s is what its schema says', async (_name, calls) => {
    program.reset();
    for (const { words, code, last, others = [], takesItsTime } of calls) {
      const env = takesItsTime ? { VDOCTL_SIMULATED_SPEED: '1' } : {};
      // What follows `--` belongs to another program.
      const [verb = '', ...rest] = words.split(' ');
      const ended = await program.run([verb, '--json', '--simulate', ...rest], env);
      expect({ words, code: ended.code, stderr: ended.stderr }).toMatchObject({ words, code });
      const kinds = understand(ended).map(({ kind }) => kind);
      expect({ words, last: kinds.at(-1) }).toEqual({ words, last });
      for (const kind of others)
        expect({ words, kinds }).toMatchObject({ kinds: expect.arrayContaining([kind]) as string[] });
      expect(kinds.filter((kind) => kind === 'result').length).toBeLessThanOrEqual(1);
      if (singleDocuments.includes(words.split(' ')[0] ?? '') && others.length === 0)
        expect(kinds).toHaveLength(1);
    }
  });

  test('carries the exit code, each volume’s own and the call’s', async () => {
    program.reset();
    const ended = await program.run(['recover', 'archive', 'mail', 'nosuch', '--json', '--simulate']);
    const result = understand(ended).at(-1);
    expect(result).toMatchObject({
      exitCode: ended.code,
      volumes: [
        { name: 'archive', exitCode: 0, outcome: 'already-normal', error: null },
        { name: 'mail', exitCode: 6, outcome: null, error: { problem: 'read-only' } },
        { name: 'nosuch', exitCode: 3, error: { problem: 'no-such-volume' } },
      ],
    });
  });

  test('of status has what is there although other names mean nothing, with the reason of each', async () => {
    program.reset();
    const ended = await program.run(['status', 'nosuch', 'mail', 'vg/none', '--json', '--simulate']);
    const [document, ...more] = understand(ended);
    expect([ended.code, more]).toEqual([3, []]);
    expect(document).toMatchObject({
      kind: 'status',
      volumes: [{ name: 'mail' }],
      errors: [
        { name: 'nosuch', exitCode: 3, problem: 'no-such-volume' },
        { name: 'vg/none', exitCode: 3, problem: 'no-such-volume' },
      ],
    });
    const { code, stdout, stderr } = await program.run(['status', 'nosuch', 'mail', '--simulate']);
    expect({ code, stdout, stderr }).toEqual({
      code: 3,
      stdout: expect.stringMatching(/^mail\n/) as string,
      stderr: expect.stringMatching(/^vdoctl: there is no volume nosuch .*\n {2}next: /) as string,
    });
  });

  test('of a volume file is what its schema says', async () => {
    program.reset();
    await program.run(['list', '--simulate']);
    const { stdout } = await program.shell('cat "$XDG_STATE_HOME/vdoctl/simulated-host.json"');
    const { files } = JSON.parse(stdout) as {
      readonly files: readonly { readonly path: string; readonly text: string }[];
    };
    const texts = files.filter(({ path }) => path.startsWith('/etc/vdoctl/volumes/'));
    expect(texts.length).toBeGreaterThan(0);
    for (const { text } of texts)
      understand({ code: 0, stdout: `${JSON.stringify(JSON.parse(text))}\n`, stderr: '' });
  });
});

describe('a schema', () => {
  test('is there for every kind that was named, and says which kind it is', () => {
    expect([...validators.keys()]).toEqual(
      expect.arrayContaining(['list', 'status', 'plan', 'step', 'progress', 'notice', 'result', 'error']),
    );
    for (const [kind, validate] of validators)
      expect(JSON.stringify(validate.schema)).toContain(`"const":${JSON.stringify(kind)}`);
  });

  test.each(Object.entries({ list: 'list', status: 'status', schemas: 'schema', explanations: 'explain' }))(
    'of %s refuses what it does not know, and what lacks',
    async (kind, words) => {
      const [document] = understand(await program.run([words, '--json', '--simulate']));
      const validate = validators.get(kind);
      if (document === undefined || validate === undefined) throw new Error(`no ${kind}`);
      expect(validate({ ...document, surprise: 1 })).toBe(false);
      for (const member of Object.keys(document)) {
        const rest = Object.fromEntries(Object.entries(document).filter(([name]) => name !== member));
        expect({ member, isValid: validate(rest) }).toEqual({ member, isValid: false });
      }
      expect(validate({ ...document, kind: 'other' })).toBe(false);
    },
  );

  test('refuses a volume with a made-up number', async () => {
    const [document] = understand(await program.run(['status', 'mail', '--json', '--simulate']));
    const { volumes } = document as unknown as { readonly volumes: readonly [{ readonly sizes: object }] };
    const [volume] = volumes;
    const validate = validators.get('status');
    for (const usedPercent of ['N/A', -1, 101])
      expect(
        validate?.({ ...document, volumes: [{ ...volume, sizes: { ...volume.sizes, usedPercent } }] }),
      ).toBe(false);
  });
});
