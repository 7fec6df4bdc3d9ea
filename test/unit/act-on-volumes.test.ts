import { describe, expect, test } from 'vitest';

import { actOnSelected, actOnVolumes } from '../../src/cli/act-on-volumes.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import type { Plan } from '../../src/model/plan.ts';
import { Failure } from '../../src/model/problem.ts';
import { refuse } from '../../src/model/refuse.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import type { Session } from '../../src/operations/session.ts';
import { createDiskHost } from '../simulated/worlds.ts';
import { makeStage, type Stage } from './stage.ts';
import { createStep, makeTestPlan } from './steps.ts';

/** What a call makes of what its action does: the session that it gives it, what it prints, its exit code. */

type Action = Parameters<typeof actOnVolumes>[2];
const act: Action = (_session, name) => Promise.resolve({ name, outcome: 'removed' });
const notice = { kind: 'notice', volume: 'a', message: 'a notice' } as const;
const plan = { ...makeTestPlan([createStep('x')]), volume: 'a' };

/** The documents that were printed, as JSON lines or one. */
const documents = ({ printed }: Stage): Record<string, unknown>[] =>
  printed.stdout
    .trim()
    .split(/\n(?=\{)/)
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as Record<string, unknown>);

describe('the results', () => {
  test('are a line each, and the call exits 0 where all went well', async () => {
    const stage = await makeStage('recover a');
    expect(await actOnVolumes(stage.context, ['a', 'b'], act)).toBe(0);
    expect(stage.printed).toEqual({
      stdout: 'a: removed what was left over\nb: removed what was left over\n',
      stderr: '',
    });
  });

  test('with --json are one document, with all that was told of each', async () => {
    const stage = await makeStage('recover a --json');
    const action: Action = (session, name) => {
      const step = { kind: 'step', volume: name, index: 0, total: 1, title: 'x', does: 'x' } as const;
      session.report({ ...step, state: 'running', durationMs: 0 });
      if (name === 'a') session.report(notice);
      return name === 'a' ? act(session, name) : refuse(name, 'sizes-unknown', {});
    };
    expect(await actOnVolumes(stage.context, ['a', 'b'], action)).toBe(8);
    expect(documents(stage).slice(-1)).toEqual([
      {
        ...{ schemaVersion: 1, kind: 'result', command: 'recover', exitCode: 8, error: null },
        volumes: [
          { name: 'a', exitCode: 0, outcome: 'removed', error: null, plan: null, notices: ['a notice'] },
          expect.objectContaining({
            ...{ name: 'b', exitCode: 8, outcome: null, plan: null, notices: [] },
            error: expect.objectContaining({ because: 'sizes-unknown' }) as unknown,
          }),
        ],
      },
    ]);
    expect(stage.printed.stderr).toBe('');
  });

  test('of one that failed do not keep the others from their turn; what is no failure ends the call', async () => {
    const stage = await makeStage('recover a');
    const action: Action = (session, name) =>
      name === 'a' ? refuse(name, 'sizes-unknown', {}) : act(session, name);
    expect(await actOnVolumes(stage.context, ['a', 'b'], action)).toBe(8);
    expect(stage.printed.stdout).toBe('b: removed what was left over\n');
    expect(stage.printed.stderr).toMatch(/^vdoctl: a: /);
    const defect: Action = () => Promise.reject(new TypeError('no such thing'));
    await expect(actOnVolumes(stage.context, ['a'], defect)).rejects.toThrow(TypeError);
    const wrong: Action = () => Promise.reject(new Failure({ kind: 'usage', message: 'no' }));
    await expect(actOnVolumes(stage.context, ['a'], wrong)).rejects.toMatchObject({
      problem: { kind: 'usage' },
    });
  });

  test('have what was reclaimed and what a rehearsal showed, where there is any', async () => {
    const stage = await makeStage('reclaim a --json');
    const more = { reclaimed: { freedBytes: 1 }, account: { isWhole: true }, generation: '/b/1' } as object;
    const action: Action = (_session, name) => Promise.resolve({ name, outcome: 'not-whole', ...more });
    expect(await actOnVolumes(stage.context, ['a'], action)).toBe(9);
    expect(documents(stage).at(-1)).toMatchObject({
      volumes: [{ outcome: 'not-whole', exitCode: 9, ...more }],
    });
  });

  test('that need no words have none', async () => {
    const stage = await makeStage('recover a');
    await actOnVolumes(stage.context, ['a'], (_session, name) => Promise.resolve({ name, outcome: 'x' }));
    expect(stage.printed).toEqual({ stdout: '', stderr: '' });
  });

  test('say under which name the volume is known', async () => {
    const stage = await makeStage('recover a');
    await actOnVolumes(stage.context, ['a'], () => Promise.resolve({ name: 'vg/a', outcome: 'removed' }));
    expect(stage.printed.stdout).toBe('vg/a: removed what was left over\n');
  });

  test('end with the one that was at work when a signal came', async () => {
    const controller = new AbortController();
    const stage = await makeStage('recover a', { interrupted: controller.signal });
    const action: Action = (session, name) => {
      controller.abort('SIGINT');
      return act(session, name);
    };
    expect(await actOnVolumes(stage.context, ['a', 'b'], action)).toBe(0);
    expect(stage.printed.stdout).toBe('a: removed what was left over\n');
  });

  test('are none where a word is no name: nothing is begun', async () => {
    const stage = await makeStage('recover a');
    const begun: string[] = [];
    const action: Action = (session, name) => {
      begun.push(name);
      return act(session, name);
    };
    await expect(actOnVolumes(stage.context, ['a', '../b'], action)).rejects.toThrow(Failure);
    expect(begun).toEqual([]);
  });

  test('are none where nothing was selected, and that is said; to a script by an empty list', async () => {
    const nobody = { doing: 'x', choose: () => [] };
    const onAll = { order: 'in-turn', nothing: 'nothing to do' } as const;
    const select = async (line: string): Promise<Stage> => {
      const stage = await makeStage(line, {}, createDiskHost());
      expect(await actOnSelected(stage.context, nobody, act, onAll)).toBe(0);
      return stage;
    };
    const host = createDiskHost();
    host.beforeEach(() => {
      host.failNext('lvm', { outcome: { kind: 'exited', code: 5 } });
    });
    const blind = await makeStage('recover --all', {}, host);
    expect(await actOnSelected(blind.context, nobody, act, onAll)).toBe(9);
    expect(blind.printed).toEqual({
      stdout: '',
      stderr: expect.stringContaining('not all volumes') as string,
    });
    expect((await select('recover --all')).printed).toEqual({ stdout: 'nothing to do\n', stderr: '' });
    const stage = await select('recover --all --json');
    expect(documents(stage)).toMatchObject([{ kind: 'result', volumes: [] }]);
    expect(stage.printed.stdout).not.toContain('nothing to do');
  });
});

describe('the session', () => {
  async function sessionOf(line: string, own: Partial<Terminal> = {}): Promise<Session> {
    const { context } = await makeStage(line, own);
    let given: Session | undefined;
    await actOnVolumes(context, ['a'], (session, name) => {
      given = session;
      return act(session, name);
    });
    if (given === undefined) throw new Error('no session');
    return given;
  }

  test('has the deadline of the call, or an hour where the command has none', async () => {
    const left = async (line: string): Promise<number> => {
      const { deadlineMs, host } = await sessionOf(line);
      return deadlineMs - host.clock.elapsedMs();
    };
    expect(await left('start a')).toBe(defaultSettings.timeout);
    expect(await left('remove a')).toBe(60 * 60_000);
  });

  test('shows a plan only where that was asked for, as text or as a document, where it belongs', async () => {
    expect((await sessionOf('start a')).dryRun).toBeUndefined();
    const dry = async (line: string): Promise<Stage> => {
      const stage = await makeStage(line);
      await actOnVolumes(stage.context, ['a'], (session, name) => {
        session.dryRun?.(plan);
        return act(session, name);
      });
      return stage;
    };
    const text = await dry('start a --dry-run');
    expect(text.printed.stdout).toContain('dmsetup create x');
    expect(text.printed.stderr).toBe('');
    const events = await dry('recover a --dry-run --json');
    expect(documents(events)).toMatchObject([
      { kind: 'plan' },
      { kind: 'result', volumes: [{ plan: null }] },
    ]);
    const document = await dry('adopt a --dry-run --json');
    expect(documents(document)).toMatchObject([{ kind: 'result', volumes: [{ plan: { kind: 'plan' } }] }]);
  });

  test.each([
    ['recover a', 'a: a notice\n', ''],
    ['recover a --quiet', '', ''],
    ['recover a --json', '', '"kind":"notice"'],
    ['adopt a --json', '', ''],
  ])('reports to where the call wants it: %s', async (line, stderr, stdout) => {
    const stage = await makeStage(line);
    await actOnVolumes(stage.context, ['a'], (session, name) => {
      session.report(notice);
      return act(session, name);
    });
    expect(stage.printed.stderr).toBe(stderr);
    const [first = ''] = stage.printed.stdout.split('\n');
    if (stdout !== '') expect(first.replaceAll(' ', '')).toContain(stdout);
    else expect(first).not.toContain('"notice"');
  });

  test('draws what is live on a terminal, and removes it before the result', async () => {
    let shown = '';
    const stderr = { isTerminal: true, columns: 80, write: (text: string) => void (shown += text) };
    const stage = await makeStage('recover a', { stderr });
    await actOnVolumes(stage.context, ['a'], (session, name) => {
      const step = { kind: 'step', volume: name, index: 0, total: 1, title: 'Do it', does: 'x' } as const;
      session.report({ ...step, state: 'running', durationMs: 0 });
      return act(session, name);
    });
    expect(shown).toContain('Do it');
    // What erases it again.
    expect(shown.slice(shown.indexOf('Do it'))).toContain('\u001b[');
    expect(stage.printed.stdout).toBe('a: removed what was left over\n');
  });
});

describe('a plan that needs a yes', () => {
  const risky = { ...plan, confirm: 'may-lose-data', mayLose: ['all'] } as const;
  const confirm = async (line: string, own: Partial<Terminal> = {}, asked: Plan = risky) => {
    const stage = await makeStage(line, own);
    const code = await actOnVolumes(stage.context, ['a'], async (session, name) => {
      await session.confirm(asked);
      return act(session, name);
    });
    return { ...stage, code };
  };

  test('goes on with --yes, and one that needs none always does: nothing is shown', async () => {
    for (const [line, asked] of [
      ['recover a --yes', risky],
      ['recover a', plan],
    ] as const)
      expect(await confirm(line, {}, asked)).toMatchObject({
        code: 0,
        printed: { stdout: 'a: removed what was left over\n', stderr: '' },
      });
  });

  test.each([
    ['remove', 'the removal of a'],
    ['stop', 'stop of a'],
  ] as const)('says what was not agreed to: %s', async (operation, words) => {
    const { code, printed } = await confirm('recover a', {}, { ...plan, ...risky, operation });
    expect(code).toBe(10);
    expect(printed.stderr).toContain(`not confirmed: ${words} needs confirmation`);
  });

  test('ends the call where a signal came before the question, or in place of an answer', async () => {
    const asked: string[] = [];
    const ask: Terminal['ask'] = (question) => {
      asked.push(question);
      return Promise.resolve(undefined);
    };
    const before = { canAsk: true, ask, interrupted: AbortSignal.abort('SIGTERM') };
    expect((await confirm('recover a', before)).code).toBe(143);
    expect(asked).toEqual([]);
    const controller = new AbortController();
    const during: Terminal['ask'] = (question) => {
      asked.push(question);
      controller.abort('SIGINT');
      return Promise.resolve(undefined);
    };
    const stage = await confirm('recover a', { canAsk: true, ask: during, interrupted: controller.signal });
    expect(stage.code).toBe(130);
    expect(stage.printed.stderr).toMatch(/interrupted; a: .*nothing was changed/);
    expect(asked).toEqual([expect.stringMatching(/ Type a to go on: $/)]);
  });
});
