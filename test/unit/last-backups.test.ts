import { describe, expect, test } from 'vitest';
import type { TestHost } from '../simulated/test-host.ts';
import { callOn } from './call.ts';
import { createPoolHost, run } from './backup-scene.ts';

const dayMs = 24 * 3_600_000;
const path = '/var/lib/vdoctl/backups/vg%2Fpool.json';

interface Told {
  readonly lastBackup: { readonly at: string; readonly to: string | null } | null;
  readonly alerts: readonly { readonly code: string; readonly message: string; readonly next: string }[];
}

async function statusOf(host: TestHost): Promise<Told> {
  const { stdout } = await callOn(host, 'status', 'vg/pool', '--json');
  const { volumes } = JSON.parse(stdout) as { volumes: [Told] };
  return volumes[0];
}

const oldOf = ({ alerts }: Told) => alerts.filter(({ code }) => code === 'backup-old');

function keep(host: TestHost, name: string, value: unknown): void {
  const file = `/var/lib/vdoctl/backups/${encodeURIComponent(name)}.json`;
  host.change((world) => {
    world.files = world.files.filter((each) => each.path !== file);
    const text = typeof value === 'string' ? value : JSON.stringify({ [name]: value });
    world.files.push({ path: file, text, mode: 0o600 });
  });
}

describe('the last backup', () => {
  test('is told once there is one, and how old it is when a week has passed', async () => {
    const host = createPoolHost();
    expect((await statusOf(host)).lastBackup).toBeNull();
    const { generation = '' } = await run(host);
    const at = new Date(host.clock.now()).toISOString();
    expect(await statusOf(host)).toMatchObject({ lastBackup: { to: generation } });
    const { stdout } = await callOn(host, 'status', 'vg/pool');
    expect(stdout).toMatch(new RegExp(`last backup +${at.slice(0, 10)}.*, ${generation}`));
    await host.clock.sleep(7 * dayMs - 60_000);
    expect(oldOf(await statusOf(host))).toEqual([]);
    expect((await callOn(host, 'check')).stdout).not.toContain('backup');
    await host.clock.sleep(60_000);
    expect(oldOf(await statusOf(host))).toEqual([
      {
        code: 'backup-old',
        severity: 'warning',
        message: 'its last backup is 7 days old',
        next: 'vdoctl backup vg/pool --to /backup',
      },
    ]);
    expect(await callOn(host, 'check')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('its last backup is 7 days old') as string,
    });
  });

  test('is in the metrics as its time', async () => {
    const host = createPoolHost();
    const name = 'vdoctl_volume_last_backup_timestamp_seconds';
    expect((await callOn(host, 'metrics')).stdout).not.toContain(`${name}{`);
    keep(host, 'vg/pool', { uuid: null, at: '2026-11-20T21:00:00.000Z', to: null });
    expect((await callOn(host, 'metrics')).stdout).toContain(`${name}{volume="vg/pool"} 1795208400\n`);
  });

  test('by a program counts, too; one that failed does not', async () => {
    const host = createPoolHost();
    host.failNext('du --summarize', { outcome: { kind: 'exited', code: 2 } });
    const words = ['backup', 'vg/pool', '--', 'du', '--summarize', '--block-size=1', '{}'];
    expect((await callOn(host, ...words)).code).toBe(9);
    expect((await statusOf(host)).lastBackup).toBeNull();
    expect((await callOn(host, ...words)).code).toBe(0);
    expect((await statusOf(host)).lastBackup).toMatchObject({ to: null });
    await host.clock.sleep(8 * dayMs);
    expect(oldOf(await statusOf(host))).toMatchObject([{ next: 'vdoctl backup vg/pool -- COMMAND {}' }]);
  });

  test('that was only shown leaves no trace', async () => {
    const host = createPoolHost();
    await callOn(host, 'backup', 'vg/pool', '--to', '/backup', '--dry-run');
    expect(host.world.files.map((file) => file.path)).not.toContain(path);
  });

  test('of each of its logical volumes alone is that of the oldest', async () => {
    const host = createPoolHost();
    const older = { uuid: null, at: '2026-11-20T21:00:00.000Z', to: '/backup/vg-pool-vpool/a' };
    keep(host, 'vg/home', { ...older, to: '/backup/vg-home/b', at: '2026-11-21T21:00:00.000Z' });
    expect((await statusOf(host)).lastBackup).toMatchObject({ to: '/backup/vg-home/b' });
    keep(host, 'vg/pool', older);
    expect((await statusOf(host)).lastBackup).toMatchObject({ to: '/backup/vg-home/b' });
    keep(host, 'vg/pool', { ...older, at: '2026-11-22T21:00:00.000Z' });
    expect((await statusOf(host)).lastBackup).toMatchObject({ to: older.to });
  });

  test('of a volume that had the name before is none of this one', async () => {
    const host = createPoolHost();
    await run(host);
    expect((await statusOf(host)).lastBackup).not.toBeNull();
    const uuid = '00000000-0000-4000-8000-000000000000';
    keep(host, 'vg/pool', { uuid, at: '2026-11-20T21:00:00.000Z', to: null });
    expect((await statusOf(host)).lastBackup).toBeNull();
  });

  test.each(['nonsense', '{}', '{"vg/pool":{}}', '{"vg/pool":{"uuid":null,"at":"soon","to":null}}', '[]'])(
    'is not made up from what is not understood: %s',
    async (text) => {
      const host = createPoolHost();
      keep(host, 'vg/pool', text);
      expect((await statusOf(host)).lastBackup).toBeNull();
    },
  );
});
