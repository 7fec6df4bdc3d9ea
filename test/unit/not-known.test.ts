import { expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { formatCommand, type CommandResult } from '../../src/model/command.ts';
import { grow } from '../../src/operations/grow-and-set.ts';
import { recover } from '../../src/operations/recover.ts';
import { remove } from '../../src/operations/remove.ts';
import { callOn } from './call.ts';
import { createDmHost, createLvmHost, gibibyte } from '../simulated/worlds.ts';
import { createSession, problemOf } from './fakes.ts';

/** An action went through, but nobody can confirm it: vdoctl must not undo as if the action had failed. */

const noAnswer: CommandResult['outcome'] = { kind: 'timed-out', pid: 1, ended: true };

/** The outcome of the last operation, as the journal has it. */
function endOf({ world }: TestHost): unknown {
  const files = world.files.filter(({ path }) => path.startsWith('/var/lib/vdoctl/operations/'));
  const lines = files.flatMap(({ text }) => text.trim().split('\n'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>).at(-1)?.['outcome'];
}

function makeReadOnly(host: TestHost, dmName: string): void {
  host.change((world) => {
    happen.makeReadOnly(world, dmName);
  });
}

test('a pool that was removed, while LVM does not answer, is not called put back', async () => {
  const host = createLvmHost();
  host.afterEach(({ file }) => {
    if (file === 'lvremove')
      for (let time = 0; time < 9; time += 1)
        host.failNext((command) => command.file === 'lvm', { outcome: noAnswer });
  });
  const problem = await problemOf(remove(createSession(host), 'vg/pool'));
  expect(problem).toMatchObject({ kind: 'half-done', cause: { kind: 'tool-failed' } });
  expect(endOf(host)).toBe('half-done');
});

test('a growth that was swapped in, while dmsetup does not answer, is finished by the next call', async () => {
  const host = createDmHost();
  host.afterEach((command) => {
    if (formatCommand(command).startsWith('dmsetup resume'))
      host.failNext(({ file, args }) => file === 'dmsetup' && args[0] === 'info', { outcome: noAnswer });
  });
  const growth = { kind: 'logical', bytes: 200 * gibibyte, isMore: false, asked: 'my-vdo' } as const;
  expect(await problemOf(grow(createSession(host), 'my-vdo', growth))).toMatchObject({ kind: 'half-done' });
  expect(await callOn(host, 'cleanup', 'my-vdo', '--yes')).toMatchObject({ code: 0 });
  const [remembered] = host.world.files.filter(({ path }) => path === '/etc/vdoctl/volumes/my-vdo.json');
  expect(JSON.parse(remembered?.text ?? '{}')).toMatchObject({
    table: { logicalSectors: (200 * gibibyte) / 512 },
  });
});

test.each([
  ['dm', createDmHost, 'my-vdo', 'my-vdo'],
  ['lvm', createLvmHost, 'vg/pool', 'vg-pool-vpool'],
] as const)(
  '%s: vdoforcerebuild that fails after it wrote its order: nothing starts the volume',
  async (_stack, create, name, dmName) => {
    const host = create();
    makeReadOnly(host, dmName);
    host.failNext(({ file }) => file === 'vdoforcerebuild', {
      outcome: { kind: 'exited', code: 1 },
      stderr: 'I/O error on close',
      work: 'done',
    });
    const rebuilt = recover(createSession(host), name, { forceRebuild: 'asked' });
    expect(await problemOf(rebuilt)).toMatchObject({ kind: 'half-done', cause: { kind: 'tool-failed' } });
    expect(endOf(host)).toBe('half-done');
    expect(host.world.dmDevices.some((each) => each.name === dmName)).toBe(false);
  },
);

test('lvm: an order that cannot be read back: nothing starts the volume', async () => {
  const host = createLvmHost();
  makeReadOnly(host, 'vg-pool-vpool');
  let isSilent = false;
  host.afterEach(({ file }) => {
    isSilent ||= file === 'vdoforcerebuild';
  });
  const silent = Object.create(host, {
    readMetadata: {
      value: (...[areas, limitMs]: Parameters<Host['readMetadata']>) =>
        isSilent
          ? Promise.resolve(areas.map(({ id }) => ({ id, kind: 'no-answer' as const })))
          : host.readMetadata(areas, limitMs),
    },
  }) as Host;
  const session = { ...createSession(host), host: silent };
  expect(await problemOf(recover(session, 'vg/pool', { forceRebuild: 'asked' }))).toMatchObject({
    kind: 'half-done',
  });
  expect(host.world.dmDevices.some((each) => each.name === 'vg-pool-vpool')).toBe(false);
});
