import { expect, test } from 'vitest';

import type { OperationEvent } from '../../src/operations/session.ts';
import { hear, type Job } from '../../ui/state/job.ts';
import { jobLines } from '../../ui/views/job.ts';
import { planOf } from './states.ts';
import { at, jobOf } from './views-of.ts';

/** The screen shows a step of hours as it runs, and can stop it. */

const command = {
  ...({ file: 'ddrescue', args: ['A', 'B', 'C'], effect: 'changes' } as const),
  ...({ timeLimitMs: 86_400_000, atTimeLimit: 'kill' } as const),
};
const plan = planOf('archive', {
  steps: [
    { title: 'Copy it', action: { kind: 'run', command }, ifStopped: 'killed' },
    { title: 'Look at it', action: { kind: 'run', command } },
  ],
});
const step = (index: number, state: 'running' | 'done' | 'stopped'): OperationEvent => {
  const place = { volume: 'archive', index, total: 2, title: plan.steps[index]?.title ?? '' };
  return { kind: 'step', ...place, does: 'ddrescue A B C', state, durationMs: 3_600_000 };
};
const half: OperationEvent = {
  ...({ kind: 'progress', volume: 'archive', phase: 'copying', percent: 50.5 } as const),
  ...{
    bytesDone: 5.05e12,
    bytesTotal: 10e12,
    bytesPerSecond: 278e6,
    etaSeconds: 17_820,
    elapsedMs: 18_180_000,
  },
};

const after = (...events: readonly OperationEvent[]): Job => events.reduce(hear, jobOf({ plan }));
const textOf = (job: Job): string =>
  jobLines(at('job', [], job))
    .map((line) => line.map(({ text }) => text).join(''))
    .join('\n')
    .replaceAll(/\s+/g, ' ');

test('is shown with a bar and in words while it runs, and no longer', () => {
  const running = after(step(0, 'running'), half);
  expect(textOf(running)).toContain('copying 50.5 % (4.59 TiB of 9.09 TiB), 265 MiB/s; 5 h 03 min so far');
  expect(textOf(running)).toContain('█');
  expect(textOf(after(step(0, 'running'), half, step(0, 'done'), step(1, 'running')))).not.toContain(
    'copying',
  );
});

test('can be stopped while it runs, and says so; other steps come to their end', () => {
  const copying = after(step(0, 'running'), half);
  expect(textOf({ ...copying, stop: 'asked' })).toContain('Stop it now? Ctrl-C again stops it partway');
  expect(textOf({ ...copying, stop: 'ordered' })).toContain('It is being stopped.');
  const looking = after(step(0, 'done'), step(1, 'running'));
  expect(textOf({ ...looking, stop: 'asked' })).toContain('Stop after this step?');
  expect(textOf({ ...looking, stop: 'ordered' })).toContain('It stops after this step.');
});

test('that was stopped is told as that', () => {
  expect(textOf(after(step(0, 'running'), half, step(0, 'stopped')))).toContain(
    '! Copy it: stopped after 1 h 00 min',
  );
});

test('reading the storage before there is a plan shows how far it is, and can still be given up', () => {
  const scanning: OperationEvent = { ...half, phase: 'scanning' };
  const job = hear(jobOf({ phase: 'looking' }), scanning);
  expect(job.phase).toBe('looking');
  expect(textOf(job)).toContain('reading the storage for errors 50.5 % (4.59 TiB of 9.09 TiB), 265 MiB/s');
});

test('a plan shows what was found beforehand, before its steps', () => {
  const preflight = {
    scan: { extent: 'sample', readBytes: 4096, storageBytes: 8192, durationMs: 5 },
    badDisks: [
      {
        ...({ source: 'reading', device: '/dev/vdb', leg: 'vg-p_vdata_rimage_1' } as const),
        ...{ stretches: [{ startBytes: 4096, lengthBytes: 4096 }], said: 'EIO' },
      },
    ],
    noRoom: [],
    notes: [],
    copies: [],
    despite: ['media-errors'],
  } as const;
  const asked = textOf(jobOf({ phase: 'asking', plan: { ...plan, confirm: 'may-lose-data', preflight } }));
  expect(asked).toMatch(
    /\/dev\/vdb \(the leg vg-p_vdata_rimage_1\) cannot be read at sectors 8 to 15 \(EIO\)\..*Asked for despite: media-errors\..*No copy of it is known.*A sample of its storage was read.*The plan:/,
  );
});
