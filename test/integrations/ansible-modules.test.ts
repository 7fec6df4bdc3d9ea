import { describe, expect, test, vi } from 'vitest';
import type { ModuleResult } from './ansible-controller.ts';
import { useModuleHosts, type Args } from './ansible-hosts.ts';
import {
  makeCrashed,
  makeCutOff,
  makeManaged,
  makeMended,
  makeReadOnly,
  makeSpareDisk,
} from './simulated-fleet.ts';

// A test makes a dozen calls of a few processes each, on a machine that may be busy. Each test that changes something
// has a host of its own, so that they can run side by side.
vi.setConfig({ testTimeout: 600_000 });

const { call, doc: readDoc } = useModuleHosts({
  dm: (host) => Promise.resolve(makeSpareDisk(host)),
  lvm: (host) => Promise.resolve(makeSpareDisk(host)),
  used: (host) => Promise.resolve(makeSpareDisk(host, 'ext4')),
  manager: makeManaged,
  slow: (host) => makeCrashed(host, 'dm', 6000),
  damaged: (host) => makeReadOnly(host, 'dm'),
  mended: (host) => makeMended(host, 'dm'),
  torn: makeCutOff,
});
/**
 * Check mode foretells the change and changes nothing; the first run makes the change; the second has nothing to do.
 */
async function expectChange(host: string, args: Args, becomes: Args): Promise<ModuleResult> {
  const promised = await call(host, 'volume', args, '--check');
  expect(promised).toMatchObject({ changed: true, rc: 0 });
  const done = await call(host, 'volume', args);
  expect(done).toMatchObject({ changed: true, rc: 0, diff: { after: becomes } });
  expect((done['diff'] as Diff).before).toEqual((promised['diff'] as Diff).before);
  expect(promised['diff']).toMatchObject({ after: becomes });
  const again = await call(host, 'volume', args);
  expect(again).toMatchObject({ changed: false, rc: 0 });
  expect(again['diff']).toBeUndefined();
  expect(await call(host, 'volume', args, '--check')).toMatchObject({ changed: false, rc: 0 });
  return done;
}

interface Diff {
  readonly before: Args;
  readonly after: Args;
}

const gibibyte = 1024 ** 3;

describe('the manual of each module', () => {
  test.each(['backup', 'facts', 'recover', 'salvage', 'volume'])(
    'documents every option of %s, and what it returns',
    async (name) => {
      const documented = JSON.parse(readDoc('--json', `vdoctl.vdo.${name}`)) as Documented;
      const { doc, examples, return: returned } = documented[`vdoctl.vdo.${name}`] ?? {};
      expect(examples).toContain(`vdoctl.vdo.${name}:`);
      expect(Object.keys(returned ?? {})).toEqual(
        expect.arrayContaining(['rc', 'problem', 'because', 'facts', 'reason', 'next']),
      );
      // A module that is given an unknown option lists the options that it takes.
      const { msg } = await call('dm', name, { name: 'any', to: '/any', no_such_option: 1 });
      const taken = /Supported parameters include: (.*?)\.$/.exec(String(msg))?.[1] ?? '';
      const options = Object.keys(doc?.options ?? {}).sort();
      expect(options.length).toBeGreaterThan(2);
      expect(
        taken
          .replaceAll(/ \([^)]*\)/g, '')
          .split(', ')
          .sort(),
      ).toEqual(options);
    },
  );
});

interface Documented {
  readonly [module: string]: {
    readonly doc: { readonly options: Args };
    readonly examples: string;
    readonly return: Args;
  };
}

describe.concurrent('the module volume', () => {
  test('makes a volume, keeps it as it is described, and removes it', async () => {
    const name = 'new-vdo';
    await expectChange(
      'dm',
      {
        ...{ name, device: '/dev/vdh', stack: 'dm', logical_size: '10G', slab_size: '128M' },
        ...{ max_discard: '4M', emulate512: true },
      },
      { state: 'running', mode: 'normal', logical_bytes: 10 * gibibyte },
    );
    await expectChange('dm', { name, logical_size: '20G' }, { logical_bytes: 20 * gibibyte });
    await expectChange(
      'dm',
      { name, compression: false, deduplication: false },
      { compression: 'offline', index: 'offline' },
    );
    await expectChange('dm', { name, bio_threads: 8, block_map_cache: '256M' }, {});
    await expectChange(
      'dm',
      { name, state: 'stopped', logical_size: '20G' },
      { state: 'stopped', mode: null },
    );
    await expectChange(
      'dm',
      { name, state: 'started', logical_size: '30G', compression: true },
      { state: 'running', mode: 'normal', logical_bytes: 30 * gibibyte },
    );
    expect(await call('dm', 'volume', { name, logical_size: '5G' })).toMatchObject({
      failed: true,
      changed: false,
      ...{ rc: 8, problem: 'refused', because: 'cannot-shrink' },
      facts: { nowBytes: 30 * gibibyte, askedBytes: 5 * gibibyte },
      reason: expect.stringContaining('cannot shrink') as unknown,
    });
    const absent = { name, state: 'absent' };
    for (const mode of [[], ['--check']])
      expect(await call('dm', 'volume', absent, ...mode)).toMatchObject({
        ...{ failed: true, changed: false, rc: 10, problem: 'not-confirmed' },
        next: expect.stringContaining('accept_data_loss') as unknown,
      });
    const removed = await expectChange('dm', { ...absent, accept_data_loss: name }, {});
    expect(removed).toMatchObject({ volume: null, diff: { before: { state: 'running' }, after: {} } });
  });

  test('does so with a pool of LVM', async () => {
    const name = 'vg/pool';
    const made = { name, device: '/dev/vdh', lv: 'data', logical_size: '10G', slab_size: '128M' };
    await expectChange('lvm', made, { stack: 'lvm', state: 'running', mode: 'normal' });
    await expectChange('lvm', { ...made, compression: false }, { compression: 'offline' });
    expect(await call('lvm', 'volume', { name, bio_threads: 8 })).toMatchObject({ failed: true, rc: 8 });
    const stopped = { ...made, state: 'stopped', compression: false };
    await expectChange('lvm', { ...stopped, bio_threads: 8 }, { state: 'stopped' });
    await expectChange('lvm', { ...stopped, bio_threads: 6 }, { state: 'stopped' });
    await expectChange('lvm', { name: 'vg/data', state: 'absent', accept_data_loss: 'vg/data' }, {});
  });

  test('does so with a volume of the manager', async () => {
    const name = 'my-vdo';
    const { volume } = await call('manager', 'volume', { name });
    const { physicalBytes } = (volume as { readonly sizes: { readonly physicalBytes: number } }).sizes;
    const grown = await expectChange('manager', { name, grow_physical: true }, {});
    expect((grown['diff'] as Diff).after['physical_bytes']).toBeGreaterThan(physicalBytes);
    await expectChange(
      'manager',
      { name, write_policy: 'async', compression: false },
      { compression: 'offline' },
    );
    await expectChange('manager', { name, state: 'stopped', grow_physical: true }, { state: 'stopped' });
    await expectChange('manager', { name, state: 'started', write_policy: 'sync' }, { state: 'running' });
  });

  test('erases what a device holds only where that is told to it twice', async () => {
    const made = { name: 'new-vdo', device: '/dev/vdh', stack: 'dm' };
    expect(await call('used', 'volume', made)).toMatchObject({ failed: true, changed: false, rc: 8 });
    expect(await call('used', 'volume', { ...made, wipe: true })).toMatchObject({ failed: true, rc: 10 });
    await expectChange('used', { ...made, wipe: true, accept_data_loss: 'new-vdo' }, { state: 'running' });
  });

  test('takes nothing for present whose creation was cut off', async () => {
    expect(await call('torn', 'volume', { name: 'my-vdo', device: '/dev/vdh' })).toMatchObject({
      ...{ failed: true, changed: false, rc: 7, problem: 'cut-off', next: 'vdoctl cleanup my-vdo' },
    });
  });

  test.each([
    [{ name: 'none' }, 3],
    [{ name: '--yes' }, 2],
    [{ name: 'none', device: '/dev/none' }, 3],
    [{ name: 'none', device: '/dev/vdh', logical_size: '10' }, 2],
  ])('refuses %j with exit code %i', async (args, rc) => {
    for (const mode of [[], ['--check']])
      expect(await call('slow', 'volume', args, ...mode)).toMatchObject({ failed: true, changed: false, rc });
  });
});

describe.concurrent('the module recover', () => {
  test('does not wait for ever; what goes on is waited for, and not changed, by the next', async () => {
    const first = await call('slow', 'recover', { all: true, timeout: '1s' });
    expect(first).toMatchObject({ failed: true, changed: true, rc: 5, problem: 'not-by-the-deadline' });
    const second = await call('slow', 'recover', { name: 'my-vdo' });
    expect(second).toMatchObject({
      changed: false,
      rc: 0,
      volumes: [{ name: 'my-vdo', outcome: 'recovered' }],
    });
    const third = await call('slow', 'recover', { name: 'my-vdo' });
    expect(third).toMatchObject({ changed: false, volumes: [{ outcome: 'already-normal' }] });
  });

  test('rebuilds by force only what is named for it', async () => {
    const forced = { name: 'my-vdo', force_rebuild: true };
    const refusals = [
      [{ name: 'my-vdo', accept_data_loss: 'my-vdo' }, 6],
      [forced, 10],
      [{ ...forced, accept_data_loss: 'another' }, 10],
      [{ ...forced, allow_restart: true }, 10],
    ] as const;
    for (const [args, rc] of refusals)
      for (const mode of [[], ['--check']])
        expect(await call('damaged', 'recover', args, ...mode)).toMatchObject({
          failed: true,
          changed: false,
          rc,
        });
    const accepted = { ...forced, accept_data_loss: 'my-vdo' };
    const promised = await call('damaged', 'recover', accepted, '--check');
    expect(promised).toMatchObject({ changed: true, volumes: [{ plans: [{ operation: 'force-rebuild' }] }] });
    expect(await call('damaged', 'recover', accepted)).toMatchObject({
      changed: true,
      volumes: [{ name: 'my-vdo', rc: 0, outcome: 'rebuilt' }],
      diff: { before: { 'my-vdo': { on_disk: 'read-only' } }, after: { 'my-vdo': { mode: 'normal' } } },
    });
    expect(await call('damaged', 'recover', accepted)).toMatchObject({ changed: false, rc: 0 });
  });

  test('restarts a running volume only where that is allowed', async () => {
    const refused = {
      failed: true,
      changed: false,
      rc: 10,
      next: 'allow_restart: true, once nothing uses my-vdo',
    };
    for (const mode of [[], ['--check']])
      expect(await call('mended', 'recover', { all: true }, ...mode)).toMatchObject(refused);
    const allowed = { all: true, allow_restart: true };
    expect(await call('mended', 'recover', allowed, '--check')).toMatchObject({ changed: true, rc: 0 });
    expect(await call('mended', 'recover', allowed)).toMatchObject({ changed: true, rc: 0 });
    expect(await call('mended', 'recover', allowed)).toMatchObject({ changed: false, rc: 0 });
  });

  test.each([
    [{ names: ['none'] }, 3],
    [{ names: ['--yes'] }, 2],
    [{ all: true, timeout: 'long' }, 2],
  ])('refuses %j with exit code %i', async (args, rc) => {
    expect(await call('torn', 'recover', args)).toMatchObject({ failed: true, changed: false, rc });
  });
});

test('facts are what vdoctl sees; a name that is none fails', async () => {
  const { ansible_facts: facts } = await call('damaged', 'facts', { names: ['/dev/mapper/my-vdo'] });
  expect(facts).toMatchObject({
    vdo: { volumes: [{ name: 'my-vdo', storage: { present: true } }], missing: [] },
  });
  expect(await call('damaged', 'facts', { names: ['none'] })).toMatchObject({
    ...{ failed: true, rc: 3, problem: 'no-such-volume' },
  });
});
