import { describe, expect, test } from 'vitest';

import type { TestHost } from '../simulated/test-host.ts';
import { formatCommand } from '../../src/model/command.ts';
import type { Step } from '../../src/model/plan.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { StepEvent } from '../../src/plan/execute.ts';
import { endInStart } from '../../src/plan/plans.ts';
import { crash, createCommand, createDmHost } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';
import { createStep, follow, followPlan, hasDevice, makeTestPlan, stopped } from './steps.ts';

/** Follows the steps; the signal comes while the command that begins with `line` runs. */
function interruptDuring(host: TestHost, line: string, steps: readonly Step[]): Promise<Problem> {
  const controller = new AbortController();
  host.beforeEach((command) => {
    if (formatCommand(command).startsWith(line)) controller.abort('SIGINT');
  });
  const { signal } = controller;
  return problemOf(follow(host, steps, { signal }));
}

describe('an interruption', () => {
  test('before the first step changes nothing', async () => {
    const host = createDmHost();
    const signal = AbortSignal.abort('SIGINT');
    const problem = await problemOf(follow(host, [createStep('a'), createStep('b')], { signal }));
    expect(problem).toMatchObject({ kind: 'interrupted' });
    expect(host.log).toEqual([]);
  });

  test('in a step waits for its end, then undoes it and all before it', async () => {
    const host = createDmHost();
    const steps = [createStep('a'), createStep('b'), createStep('c')];
    expect(await interruptDuring(host, 'dmsetup create b', [...steps, createStep('d')])).toEqual(
      stopped('the steps already taken were undone'),
    );
    expect(['a', 'b', 'c', 'd'].some((name) => hasDevice(host, name))).toBe(false);
  });

  test('right before the last step too: it says put back, and puts back', async () => {
    const host = createDmHost();
    expect(await interruptDuring(host, 'dmsetup create a', [createStep('a'), createStep('b')])).toEqual(
      stopped('the steps already taken were undone'),
    );
    expect(hasDevice(host, 'a') || hasDevice(host, 'b')).toBe(false);
  });

  test('behind the point of no return finishes the rest', async () => {
    const host = createDmHost();
    const controller = new AbortController();
    host.beforeEach((command) => {
      if (command.args[1] === 'a') controller.abort('SIGINT');
    });
    const steps = [createStep('a', { pointOfNoReturn: true }), createStep('b'), createStep('c')];
    await follow(host, steps, { signal: controller.signal }).catch(() => undefined);
    expect(hasDevice(host, 'b')).toBe(true);
  });

  test('of a last step that goes on by itself leaves it going on, and undoes nothing', async () => {
    const host = createDmHost({
      recovery: { replayMs: 8000, scrubMs: 9000, fromPercent: 10, rebuildMs: 1000 },
    });
    crash(host);
    const start: Step = {
      title: 'Start',
      action: {
        kind: 'run',
        command: {
          file: 'dmsetup',
          args: createCommand(host),
          effect: 'changes',
          timeLimitMs: 60_000,
          atTimeLimit: 'leave',
        },
      },
    };
    const controller = new AbortController();
    void host.clock.sleep(2000).then(() => {
      controller.abort('SIGINT');
    });
    const plan = endInStart(makeTestPlan([createStep('a'), start]), 'my-vdo');
    const ends: string[] = [];
    const report = ({ state }: StepEvent): unknown => ends.push(state);
    const problem = await problemOf(followPlan(host, plan, { signal: controller.signal, report }));
    expect(problem).toEqual(stopped('start goes on by itself'));
    expect(ends).toEqual(['running', 'done', 'running', 'goes-on']);
    expect(hasDevice(host, 'a')).toBe(true);
    await host.clock.sleep(60_000);
    expect(host.world.dmDevices.find(({ name }) => name === 'my-vdo')?.vdo?.readOnly).toBe('no');
  });
});
