import { expect, test, vi } from 'vitest';
import { useModuleHosts } from './ansible-hosts.ts';
import { makeInUse } from './simulated-fleet.ts';

// A test makes some calls of a few processes each, on a machine that may be busy.
vi.setConfig({ testTimeout: 600_000 });

const { call } = useModuleHosts({ used_by_home: makeInUse });

test('the module backup makes a generation, and leaves alone what is young enough', async () => {
  const name = 'vg/pool';
  const args = { name, to: '/backup' };
  expect(await call('used_by_home', 'backup', { name: 'none', to: '/backup' })).toMatchObject({
    ...{ failed: true, changed: false, rc: 3 },
  });
  expect(await call('used_by_home', 'backup', args, '--check')).toMatchObject({
    ...{ changed: true, rc: 0, outcome: 'only-shown', plans: [{ operation: 'backup' }] },
  });
  const young = { ...args, max_age_hours: 20 };
  const made = await call('used_by_home', 'backup', young);
  expect(made).toMatchObject({ changed: true, rc: 0, outcome: 'backed-up' });
  expect(made['generation']).toMatch(/^\/backup\/vg-pool-vpool\/\d{4}-/);
  expect(await call('used_by_home', 'backup', young)).toMatchObject({
    ...{ changed: false, rc: 0, outcome: 'young-enough' },
  });
  const program = ['du', '--summarize', '--block-size=1', '{}'];
  expect(await call('used_by_home', 'backup', { name, program })).toMatchObject({
    ...{ changed: true, rc: 0, outcome: 'handed-over' },
  });
  expect(await call('used_by_home', 'backup', { name, to: '/home/here' })).toMatchObject({
    ...{ failed: true, changed: false, rc: 8 },
  });
});

test('the module salvage copies the data off, once', async () => {
  const args = { name: 'vg/pool', to: '/backup/rescued' };
  expect(await call('used_by_home', 'salvage', args, '--check')).toMatchObject({
    ...{ changed: true, rc: 0, outcome: 'only-shown' },
  });
  expect(await call('used_by_home', 'salvage', args)).toMatchObject({
    ...{ changed: true, rc: 0, outcome: 'salvaged' },
  });
  expect(await call('used_by_home', 'salvage', { ...args, to: 'relative' })).toMatchObject({
    ...{ failed: true, changed: false },
  });
});
