import fc from 'fast-check';
import { Text, renderToString } from 'ink';
import { createElement } from 'react';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';

import { alertCodes, type Volume } from '../../src/model/volume.ts';
import { Frame } from '../../ui/components/frame/frame.tsx';
import { createForm, growForm } from '../../ui/state/form.ts';
import type { Job } from '../../ui/state/job.ts';
import { reduce } from '../../ui/state/reduce.ts';
import type { State, View } from '../../ui/state/state.ts';
import { makeTheme } from '../../ui/theme/theme.ts';
import { sceneOf } from '../../ui/views/scene.ts';
import {
  commandOperation,
  doneOperation,
  epoch,
  freshState,
  makeAlert,
  pictureOf,
  planOf,
  volumeOf,
} from './states.ts';
import { jobOf } from './views-of.ts';

/** Texts that names, paths and tools may contain: every script, very long words, and orders to the terminal. */
const words = fc.constantFrom(
  'mail',
  '備份卷',
  'السجل',
  'e\u0301\u0323',
  '👩‍🔧',
  '⚠️',
  '한글',
  'x'.repeat(130),
  '長'.repeat(90),
  '/dev/disk/by-id/virtio-S5YBNX0R1004',
  '\u001b[2J',
  '\r\n',
  '\t',
  '\u202e',
);
const texts = fc.array(words, { maxLength: 6 }).map((all) => all.join(' '));
/** The texts that can come through the keyboard: see key-by-key.ts. */
// eslint-disable-next-line no-control-regex -- those are what is meant
const typedTexts = texts.map((text) => text.replace(/[\u0000-\u001f\u202e]/g, ''));
const names = fc.tuple(words, fc.nat({ max: 99 })).map(([word, number]) => `${word}${String(number)}`);
const percents = fc.option(fc.integer({ min: 0, max: 100 }));

const volumes: fc.Arbitrary<Volume> = fc
  .record({
    name: names,
    stack: fc.constantFrom('dm', 'lvm', 'manager'),
    state: fc.constantFrom('stopped', 'running', 'suspended'),
    mode: fc.constantFrom('normal', 'recovering', 'read-only', null),
    percent: percents,
    used: percents,
    codes: fc.subarray([...alertCodes], { maxLength: 4 }),
    severity: fc.constantFrom('critical', 'warning', 'info'),
    said: texts,
    path: texts,
  })
  .map(({ name, stack, state, mode, percent, used, codes, severity, said, path }) => {
    const base = volumeOf(name);
    const recovery = {
      percent,
      slabs: 100,
      slabsDone: percent,
      ratePercentPerSecond: 1,
      etaSeconds: percent,
      stillSeconds: 0,
    };
    return {
      ...base,
      stack,
      state,
      mode,
      recovery: mode === 'recovering' ? recovery : null,
      sizes: { ...base.sizes, usedPercent: used, savingPercent: used },
      mounts: path === '' ? [] : [{ path, device: path, type: 'xfs', readOnly: false }],
      holders: [path],
      storage: { ...base.storage, path },
      alerts: codes.map((code) => ({ ...makeAlert(code, severity), message: said, next: said })),
    };
  });

const jobs: fc.Arbitrary<Job> = fc
  .record({
    phase: fc.constantFrom('looking', 'asking', 'running', 'over'),
    confirm: fc.constantFrom('may-lose-data', 'restarts-a-running-volume', undefined),
    name: names,
    said: texts,
    typed: typedTexts,
    stop: fc.constantFrom('no', 'asked', 'ordered'),
    exitCode: fc.constantFrom(0, 8, 9),
    percent: percents,
  })
  .map(({ phase, confirm, name, said, typed, stop, exitCode, percent }) => {
    const plan = planOf(name, { mayLose: [said], ...(confirm === undefined ? {} : { confirm }) });
    const rate = { ratePercentPerSecond: undefined, etaSeconds: 10, slabs: 100, slabsDone: 1 };
    return jobOf({
      request: { kind: 'stop', name },
      phase,
      plan,
      typed,
      stop,
      notices: [said],
      steps: [
        {
          kind: 'step',
          volume: name,
          index: 0,
          total: 1,
          title: said,
          does: said,
          state: 'running',
          durationMs: 1,
        },
      ],
      progress: {
        kind: 'progress',
        volume: name,
        phase: 'recovering',
        percent: percent ?? undefined,
        elapsedMs: 1000,
        ...rate,
      },
      result: { exitCode, what: said, next: said },
    });
  });

const form = {
  ...createForm('dm'),
  fields: createForm('dm').fields.map((field) => ({ ...field, value: field.value })),
};
const scrolls = fc.integer({ min: 0, max: 300 });
const views: fc.Arbitrary<View> = fc.oneof(
  fc.constant({ kind: 'overview' } as const),
  fc.constant({ kind: 'filter' } as const),
  fc.tuple(names, scrolls).map(([name, scroll]): View => ({ kind: 'volume', name, scroll })),
  fc.tuple(names, texts, scrolls, fc.boolean()).map(([name, said, scroll, isRead]): View => ({
    kind: 'advice',
    name,
    scroll,
    advice: isRead
      ? [{ about: { kind: 'mounted', device: said, path: said }, commands: [{ file: said, args: [said] }] }]
      : undefined,
  })),
  fc.tuple(names, texts, scrolls, fc.boolean()).map(([name, said, scroll, isRead]): View => {
    const finding = { code: 'no-discard', severity: 'warning', message: said, next: said } as const;
    const missing = [{ source: 'fstab', what: said, why: said }] as const;
    const findings = isRead ? { own: [finding], ofHost: [finding], missing } : undefined;
    return { kind: 'findings', name, scroll, findings };
  }),
  scrolls.map((scroll): View => ({ kind: 'help', scroll })),
  fc.tuple(typedTexts, scrolls).map(([filter, at]): View => ({ kind: 'palette', filter, at })),
  fc
    .tuple(
      fc.constantFrom('hidden', 'shown'),
      texts,
      fc.option(fc.constantFrom('1', '2'), { nil: undefined }),
      scrolls,
    )
    .map(([looks, filter, chosen, scroll]): View => ({ kind: 'log', looks, filter, chosen, scroll })),
  fc.tuple(names, texts, scrolls, fc.boolean()).map(([name, said, scroll, isRead]): View => {
    const missing = [{ source: 'journal', what: said, why: said }] as const;
    const history = isRead ? { operations: [doneOperation(name)], missing } : undefined;
    return { kind: 'history', volume: name, history, chosen: undefined, scroll };
  }),
  fc.tuple(names, texts, scrolls).map(([name, said, scroll]): View => ({
    kind: 'record',
    known: commandOperation(name, said),
    chosen: 'command 0',
    scroll,
  })),
  scrolls.map((scroll): View => ({ kind: 'job', id: 1, scroll })),
  fc
    .tuple(fc.constantFrom('not-said', 'stop', 'wait'), scrolls)
    .map(([wish, scroll]): View => ({ kind: 'leaving', wish, scroll })),
  fc.tuple(typedTexts, fc.nat({ max: form.fields.length - 1 })).map(([value, at]): View => ({
    kind: 'form',
    form: {
      ...form,
      at,
      fields: form.fields.map((field, index) => (index === at ? { ...field, value } : field)),
    },
  })),
  names.map((name): View => ({ kind: 'form', form: growForm(name, '10 GiB') })),
);

const sizes = fc.record({
  columns: fc.oneof(fc.constantFrom(60, 75, 76, 80, 109, 110, 160), fc.integer({ min: 60, max: 220 })),
  rows: fc.integer({ min: 15, max: 60 }),
});

const states: fc.Arbitrary<State> = fc
  .record({
    size: sizes,
    volumes: fc.option(fc.array(volumes, { maxLength: 30 }), { nil: undefined }),
    view: views,
    job: jobs,
    said: texts,
    filter: fc.constantFrom('', 'mail', '備'),
    info: fc.constantFrom('none', 'hint', 'waiting', 'failed', 'missing'),
    reader: fc.constantFrom('eyes', 'screen-reader'),
    hostName: names,
  })
  .map(({ size, volumes: seen, view, job, said, filter, info, reader, hostName }) => {
    const start = freshState({ size, host: { name: hostName } });
    const missing = info === 'missing' ? [{ source: 'lvm' as const, what: said, why: said }] : [];
    const picture = { ...pictureOf(seen ?? []), missing };
    const looked = seen === undefined ? start : reduce(start, { kind: 'looked', picture, commands: [] });
    const [first] = looked.picture?.volumes ?? [];
    const shown = view.kind === 'volume' && first !== undefined ? { ...view, name: first.name } : view;
    const command = {
      id: 1,
      effect: 'changes' as const,
      command: said,
      startedAtMs: epoch,
      durationMs: 5,
      how: 'exit code 1',
      ok: false,
      said,
    };
    return {
      ...looked,
      theme: makeTheme({ background: 'dark', reader }),
      nowMs: epoch + 90_000,
      filter,
      jobs: [job],
      begunJobs: 1,
      views: [{ kind: 'overview' }, shown],
      commands: [command, { ...command, id: 2, effect: 'looks' as const }],
      details: first && { name: first.name, operations: [doneOperation(first.name)], kernelLines: [said] },
      hint: info === 'hint' ? said : undefined,
      waitingFor: info === 'waiting' ? { command: said, sinceMs: epoch } : undefined,
      lookFailure: info === 'failed' ? { what: said, next: said } : undefined,
    };
  });

test('at any state and size, the frame is a row less high than the screen, and no row is wider', () => {
  fc.assert(
    fc.property(states, (state) => {
      const { columns, rows } = state.size;
      const drawn = renderToString(createElement(Frame, { scene: sceneOf(state) }), {
        columns,
      });
      const lines = drawn.split('\n');
      expect(lines).toHaveLength(rows - 1);
      for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(columns);
      // eslint-disable-next-line no-control-regex -- those are what is meant
      expect(drawn.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    }),
    { numRuns: 300 },
  );
}, 120_000);

test('the ruler of that test sees what Ink would wrap', () => {
  const drawn = renderToString(createElement(Text, {}, 'x'.repeat(130)), { columns: 60 });
  expect(drawn.split('\n')).toHaveLength(3);
});
