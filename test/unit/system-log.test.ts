import { describe, expect, test } from 'vitest';

import type { TestHost } from '../simulated/test-host.ts';
import { start, stop } from '../../src/operations/start-stop.ts';
import { withRun } from '../../src/cli/settings/limit-looks.ts';
import type { Host } from '../../src/host/host.ts';
import { tellEnded } from '../../src/journal/system-log.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { createSession, problemOf } from './fakes.ts';
import { makeTestPlan } from './steps.ts';

/** The entries that the system's log received, each as its fields. */
function readLog({ world }: TestHost): Record<string, string>[] {
  return (world.systemLog ?? []).map(({ text }) =>
    Object.fromEntries(
      text
        .trimEnd()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
    ),
  );
}

/** The host, on which only these sockets listen for log entries. */
function withSockets(host: TestHost, ...there: readonly string[]): Host {
  const describe: Host['files']['describe'] = (path) =>
    /log$|journal\/socket$/.test(path) && !there.includes(path)
      ? { kind: 'missing' }
      : host.files.describe(path);
  const limited = withRun(host, (command, options) => host.run(command, options));
  return { ...limited, log: host.log, files: { ...host.files, describe } };
}

const loggers = (host: Host) =>
  host.log.filter(({ command }) => command.file === 'logger').map(({ command }) => command);

describe('an operation', () => {
  test('is in the system’s log, with fields, when it begins and when it ends', async () => {
    const host = createDmHost();
    await stop(createSession(host), 'my-vdo');
    const [begun, ended, ...others] = readLog(host);
    expect(others).toEqual([]);
    const common = {
      SYSLOG_IDENTIFIER: 'vdoctl',
      PRIORITY: '5',
      VDOCTL_OPERATION: 'stop',
      VDOCTL_VOLUME: 'my-vdo',
      VDOCTL_STACK: 'dm',
      VDOCTL_USER: 'root',
      VDOCTL_ID: expect.stringMatching(/^\d{8}T.*-my-vdo$/) as string,
    };
    expect(begun).toEqual({ ...common, MESSAGE: 'stop of my-vdo begun by root', VDOCTL_OUTCOME: 'begun' });
    expect(ended).toEqual({
      ...common,
      MESSAGE: 'stop of my-vdo done',
      VDOCTL_OUTCOME: 'done',
      VDOCTL_EXIT_CODE: '0',
    });
    expect(ended?.['VDOCTL_ID']).toBe(begun?.['VDOCTL_ID']);
  });

  test('that fails tells why, in one line, with the exit code', async () => {
    const host = createDmHost();
    await stop(createSession(host), 'my-vdo');
    host.failNext('dmsetup create', { outcome: { kind: 'exited', code: 1 }, stderr: 'no such\nluck\n' });
    await problemOf(start(createSession(host), 'my-vdo', 'no'));
    const ended = readLog(host).at(-1);
    expect(ended).toMatchObject({
      PRIORITY: '4',
      VDOCTL_OPERATION: 'start',
      VDOCTL_OUTCOME: 'put-back',
      VDOCTL_EXIT_CODE: '9',
      VDOCTL_WHY: expect.stringMatching(/dmsetup create .*exit code 1: no such\\nluck/) as string,
      MESSAGE: expect.stringMatching(/^start of my-vdo failed, and was undone: .*no such\\nluck/) as string,
    });
  });

  test('that does nothing, or is only shown, is not in it', async () => {
    const host = createDmHost();
    await start(createSession(host), 'my-vdo', 'no');
    await stop(createSession(host, { dryRun: true }), 'my-vdo');
    expect(readLog(host)).toEqual([]);
  });
});

describe('the system’s log', () => {
  test('without journald is syslog: a line with the fields behind it', async () => {
    const host = createDmHost();
    await stop(createSession(withSockets(host, '/dev/log') as TestHost), 'my-vdo');
    const texts = (host.world.systemLog ?? []).map(({ text }) => text);
    expect(texts[0]).toMatch(
      /^daemon\.notice vdoctl: stop of my-vdo begun by root \[operation="stop" volume="my-vdo" /,
    );
    expect(texts[1]).toMatch(
      /^daemon\.notice vdoctl: stop of my-vdo done \[.* outcome="done" .*exit_code="0"\]$/,
    );
  });

  test('gets no more than a line of syslog holds: a long reason is cut, and the fields are all there', async () => {
    const host = createDmHost();
    const ended = { id: '1', outcome: 'put-back', why: `no\n${'x'.repeat(5000)}` } as const;
    const tell = (on: Host): Promise<void> => tellEnded(on, ended, makeTestPlan([]), new TypeError('no'));
    await tell(withSockets(host, '/dev/log'));
    const line = host.world.systemLog?.at(-1)?.text ?? '';
    expect(line).toMatch(
      /^daemon\.warning vdoctl: start of x failed, .{400,} \[operation="start" .* exit_code="1"\]$/,
    );
    expect(line).not.toContain('why=');
    expect(line.length).toBeLessThan(1024);
    await tell(host);
    expect(readLog(host).at(-1)).toMatchObject({
      VDOCTL_WHY: `no\\n${'x'.repeat(996)}`,
      VDOCTL_EXIT_CODE: '1',
    });
  });

  test('whose logger knows no journald is syslog', async () => {
    const host = createDmHost();
    host.failNext('logger', { outcome: { kind: 'exited', code: 1 }, stderr: 'unrecognized option\n' });
    await stop(createSession(host), 'my-vdo');
    expect(loggers(host).map(({ args }) => args[0])).toEqual(['--journald', '--tag', '--journald']);
    expect(host.world.systemLog).toHaveLength(2);
  });

  test('that is not there is not asked for', async () => {
    const host = createDmHost();
    const without = withSockets(host);
    await stop(createSession(without as TestHost), 'my-vdo');
    expect(loggers(host)).toEqual([]);
  });

  test.each([
    ['fails', { outcome: { kind: 'exited', code: 1 } }],
    ['is not installed', { outcome: { kind: 'not-installed' } }],
    ['hangs', { outcome: { kind: 'timed-out', pid: 7, ended: false } }],
  ] as const)('whose logger %s keeps no operation from its end', async (_what, fault) => {
    const host = createDmHost();
    for (let count = 0; count < 4; count += 1) host.failNext('logger', fault);
    expect(await stop(createSession(host), 'my-vdo')).toEqual({ name: 'my-vdo', outcome: 'done' });
    expect(host.world.systemLog ?? []).toEqual([]);
  });

  test('is given what only looks, and not for long', async () => {
    const host = createDmHost();
    await stop(createSession(host), 'my-vdo');
    expect(loggers(host)).toHaveLength(2);
    for (const { effect, timeLimitMs, atTimeLimit } of loggers(host))
      expect({ effect, timeLimitMs, atTimeLimit }).toEqual({
        effect: 'looks',
        timeLimitMs: 2000,
        atTimeLimit: 'kill',
      });
  });
});
