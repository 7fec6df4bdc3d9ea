import { beforeEach, describe, expect, test, vi } from 'vitest';

import { tellStory } from '../../src/simulator/stories.ts';
import { press } from '../../ui/keys/press.ts';
import { shownJob } from '../../ui/state/jobs.ts';
import { selectedVolume, shownRows } from '../../ui/state/order.ts';
import { open, reduce } from '../../ui/state/reduce.ts';
import { viewOf, type State } from '../../ui/state/state.ts';
import { createForm } from '../../ui/state/form.ts';
import { type } from '../../ui/state/typed.ts';
import { describeJobState } from '../../ui/views/job-state.ts';
import { linesOf } from '../../ui/views/lines.ts';
import { makeTheme } from '../../ui/theme/theme.ts';
import { select } from './scenes.ts';
import { keys, openSession, useManualTimers, type Session } from './session.ts';
import { look, planOf, seeing } from './states.ts';
import { at, fine, jobOf, stopped, views, withJobs } from './views-of.ts';

const textOf = (state: State): string =>
  linesOf(state)
    .map((line) => line.map(({ text }) => text).join(''))
    .join('\n');

describe('an operation whose view is left', () => {
  const running = jobOf({ phase: 'running' });
  const watching = at('job', [fine, stopped], running);
  const left = press(watching, 'escape').state;

  test('goes on: nothing is answered or stopped; the list is shown, its row selected', () => {
    expect(press(watching, 'escape').effects).toEqual([{ kind: 'look' }]);
    expect(left.views).toEqual([views.overview]);
    expect([left.jobs, left.selected]).toEqual([[running], 'archive']);
    expect(textOf(left)).toMatch(/archive .*▸ step 1\/1/);
  });

  test('from within a volume, or behind a form, shows the list as well', () => {
    const deep = { ...watching, views: [views.overview, views.volume, views.job] };
    expect(press(deep, 'escape').state.views).toEqual([views.overview]);
  });

  test('takes the question back whether to stop', () => {
    const asked = press(watching, 'ctrl-c').state;
    expect(shownJob(asked)?.stop).toBe('asked');
    expect(press(asked, 'escape').state.jobs).toEqual([running]);
  });

  test('is shown again by Enter and w, there and on the volume; the volume itself by →', () => {
    expect(viewOf(press(left, 'enter').state)).toEqual(views.job);
    expect(viewOf(press(left, 'w').state)).toEqual(views.job);
    expect(viewOf(press(left, 'right').state)).toEqual(views.volume);
    expect(viewOf(press(press(left, 'right').state, 'w').state)).toEqual(views.job);
    const other = press(left, 'j').state;
    expect(viewOf(press(other, 'enter').state)).toMatchObject({ kind: 'volume', name: 'backups' });
    expect(press(other, 'w').state.hint).toBe('its operation: no operation on it is under way');
  });

  test('keeps every other from its volume, and says which it is; not from other volumes', () => {
    for (const key of ['s', 'S', 'r', 'c', 'g', 'G', 'C', 'D', 'B', 'o']) {
      const { state, effects } = press(left, key);
      expect([effects, state.hint], key).toEqual([
        [],
        expect.stringContaining('already under way: Stop archive (step 1/1)'),
      ]);
    }
    expect(press(press(left, 'j').state, 'r').effects).toEqual([
      { kind: 'begin', job: 2, request: { kind: 'recover', name: 'backups' } },
    ]);
  });

  test('keeps a second of its name from being made', () => {
    const form = open(left, { kind: 'form', form: createForm('dm') });
    const named = press(type(form, 'archive'), 'down').state;
    const { state, effects } = press(type(named, '/dev/vdz'), 'enter');
    expect([effects, state.hint]).toEqual([[], expect.stringContaining('already under way: Stop archive')]);
  });

  test('may ask once more: the list says so, and its view takes the answer', () => {
    const asking = reduce(left, { kind: 'plan', job: 1, plan: planOf('archive') });
    expect(textOf(asking)).toMatch(/archive .*\? asks you/);
    expect(viewOf(asking).kind).toBe('overview');
    expect(press(press(asking, 'enter').state, 'enter').effects).toEqual([
      { kind: 'answer', job: 1, answer: 'yes' },
    ]);
  });

  test('that ended is told until somebody looks at how', () => {
    const result = { exitCode: 9, what: 'archive: dmsetup failed', next: undefined } as const;
    const ended = look(reduce(left, { kind: 'over', job: 1, result }), [fine, stopped]);
    expect(textOf(ended)).toMatch(/archive .*✖ stop: failed/);
    const seen = press(ended, 'enter').state;
    expect(textOf(seen)).toContain('archive: dmsetup failed (exit code 9)');
    const done = press(seen, 'enter').state;
    expect([done.jobs, viewOf(done).kind]).toEqual([[], 'overview']);
    expect(textOf(done)).not.toContain('stop:');
  });

  test('of a volume that is not there has a row of its own', () => {
    const creating = jobOf({
      id: 2,
      request: { kind: 'remove', name: 'gone' },
      phase: 'running',
    });
    const state = look(withJobs(left, running, creating), [fine, stopped]);
    expect(shownRows(state).map(({ name }) => name)).toEqual(['archive', 'backups', 'gone']);
    const chosen = press(state, 'end').state;
    expect([chosen.selected, selectedVolume(chosen)]).toEqual(['gone', undefined]);
    expect(viewOf(press(chosen, 'enter').state)).toMatchObject({ kind: 'job', id: 2 });
    expect(press(chosen, 'S').state.hint).toContain('already under way: Remove gone');
    expect(textOf(withJobs(seeing([]), creating))).toContain('gone');
  });

  test('is put into words for a screen reader', () => {
    const state: State = { ...left, theme: makeTheme({ background: 'dark', reader: 'screen-reader' }) };
    expect(textOf(state)).toMatch(/archive, stop: step 1\/1, dm, normal/);
  });

  test('is told in a few words, whatever it does', () => {
    const progress = { kind: 'progress', volume: 'archive', elapsedMs: 1 } as const;
    const recovering = {
      ...progress,
      ...({ phase: 'recovering', percent: 30, slabs: undefined, slabsDone: undefined } as const),
      ...{ etaSeconds: undefined, ratePercentPerSecond: undefined },
    };
    const copying = {
      ...progress,
      ...({ phase: 'copying', percent: 41.7, bytesDone: 1, bytesTotal: 2 } as const),
      ...{ bytesPerSecond: undefined, etaSeconds: undefined },
    };
    const words = (parts: Parameters<typeof jobOf>[0]): string => describeJobState(jobOf(parts)).text;
    expect(words({ phase: 'looking' })).toBe('looking');
    expect(words({ phase: 'running', progress: recovering })).toBe('recovering 30 %');
    expect(words({ phase: 'running', progress: copying })).toBe('step 1/1, 41 %');
    expect(words({ phase: 'running', stop: 'ordered' })).toBe('stopping, step 1/1');
    expect(words({ phase: 'running', plan: undefined })).toBe('under way');
  });
});

describe('quitting while operations are under way', () => {
  const running = jobOf({ phase: 'running' });
  const list = withJobs(seeing([fine]), running);

  test('asks, and names them', () => {
    for (const key of ['q', 'ctrl-c']) {
      const { state, effects } = press(list, key);
      expect([effects, viewOf(state)], key).toEqual([[], views.leaving]);
      expect(textOf(state), key).toContain('Stop archive: step 1/1');
    }
    expect(press(seeing([fine]), 'q').effects).toEqual([{ kind: 'quit' }]);
  });

  test('stays, stops them or waits for them', () => {
    const asked = press(list, 'q').state;
    expect(press(asked, 'escape')).toMatchObject({ effects: [], state: { views: [views.overview] } });
    for (const key of ['s', 'ctrl-c']) {
      const { state, effects } = press(asked, key);
      expect(effects, key).toEqual([{ kind: 'leave-after', how: 'stop' }]);
      expect(state.jobs[0]?.stop).toBe('ordered');
      expect(textOf(state)).toContain('They stop after their current steps');
      expect(press(state, key).state.hint).toContain('they stop after their steps');
    }
    const waits = press(asked, 'w');
    expect(waits.effects).toEqual([{ kind: 'leave-after', how: 'wait' }]);
    expect(waits.state.jobs[0]?.stop).toBe('no');
    expect(press(waits.state, 's').state.hint).toContain('it closes when they are over');
  });
});

describe('on a simulated host', () => {
  beforeEach(() => {
    useManualTimers();
    return () => vi.useRealTimers();
  });

  async function openList(): Promise<Session> {
    const session = await openSession({ story: tellStory });
    await session.until('mail');
    return session;
  }

  async function recoverBackups(session: Session): Promise<void> {
    await select(session, 'backups');
    await session.press('r');
    await session.until('The plan:');
    await session.press(keys.enter);
    await session.until(/recovering \d+ %/);
  }

  async function rebuildMail(session: Session): Promise<void> {
    await session.press('<', 'f');
    await session.until('salvage');
    await session.press(keys.enter);
    await session.until('Type mail');
    await session.press('mail', keys.enter);
    await session.until(/▸ (Stop|Order|Start)/);
  }

  test('two go on at once, each to its own end, while the list stays fresh', async () => {
    const session = await openList();
    await recoverBackups(session);
    await session.press(keys.escape);
    await rebuildMail(session);
    await session.press(keys.escape);
    await session.until(/2 under way/);
    await session.until(/backups .*▸ recovering \d+ %/);
    expect(session.text()).toMatch(/mail .*▸ (step \d\/\d|starting|recovering)/);
    await session.until('ended: Recover backups');
    await session.until(/✓backups .*normal .*✓ recover: done/);
    await session.until(/mail .*✓ rebuild: done/);
    await select(session, 'mail');
    await session.press(keys.enter);
    await session.until('verified');
    await session.press(keys.enter);
    await session.until(/^.✓mail +dm +normal +50% .* -$/m);
    expect(session.text()).toContain('ended: Recover backups; Enter on its row shows how');
    await session.press('q');
    await expect(session.ended).resolves.toBe(0);
    expect(session.text()).toContain('backups: normal again');
  });

  test('stopped for leaving: each ends after its step, and the end is told', async () => {
    const session = await openList();
    await recoverBackups(session);
    await session.press(keys.escape, 'q', 's');
    await session.until(/interrupted/);
    await expect(session.ended).resolves.toBe(130);
    expect(session.text()).toMatch(/interrupted; backups: it is recovering .*goes/s);
  });

  test('waited for: the screen closes by itself when they are over', async () => {
    const session = await openList();
    await recoverBackups(session);
    await session.press(keys.escape, 'q', 'w');
    await session.until('backups: normal again');
    await expect(session.ended).resolves.toBe(0);
  });

  test('one that nobody agreed to is given up, and the screen closes at once', async () => {
    const session = await openList();
    await select(session, 'backups');
    await session.press('r');
    await session.until('The plan:');
    await session.press('l', 'q', 's');
    await expect(session.ended).resolves.toBe(130);
    expect(session.host.log.filter(({ command }) => command.effect === 'changes')).toEqual([]);
  });

  test('a signal ends each after its step', async () => {
    const session = await openList();
    await recoverBackups(session);
    await session.press(keys.escape);
    await rebuildMail(session);
    await session.press(keys.escape);
    session.interrupting.abort('SIGTERM');
    await session.until((text) => text.includes('backups:') && text.includes('mail:'));
    await expect(session.ended).resolves.toBe(143);
  });
});
