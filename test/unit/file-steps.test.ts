import { describe, expect, test } from 'vitest';

import type { Host, MetadataReading } from '../../src/host/host.ts';
import type { Action, Expectation, Step } from '../../src/model/plan.ts';
import type { Remembered } from '../../src/model/remembered.ts';
import { proveWritable } from '../../src/plan/prove-writable.ts';
import { ActionFailure } from '../../src/plan/step-fate.ts';
import { takeStep } from '../../src/plan/take-step.ts';
import { addRemembered, imageAt } from '../../src/simulator/arrange.ts';
import { readMemoryOf } from '../../src/stacks/dm/memory.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost, low } from '../simulated/worlds.ts';
import { makeTaking, makeTestPlan } from './steps.ts';

/** The steps that write vdoctl's own files: what a volume is remembered as, and what a failed write leaves unsaid. */

const name = 'my-vdo';

function remembered(uuid: string | null): Remembered {
  const host = createDmHost();
  host.change((world) => {
    addRemembered(world, name, low);
  });
  const found = readMemoryOf(host.files, name);
  if (found === undefined) throw new Error('nothing is remembered');
  return { ...found, uuid };
}

/** What becomes of the step: the memory after it, or how it failed. */
async function take(host: TestHost, action: Action, before: readonly Expectation[] = []) {
  const step: Step = { title: 'Do it', action };
  const given = before.length === 0 ? step : { ...step, before };
  const work = takeStep(makeTaking(host, makeTestPlan([step])), given);
  const failure: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  return { failure, uuid: readMemoryOf(host.files, name)?.uuid };
}

/** The host on whose disks no VDO shows once something else was asked. */
function withDisk(result: 'gone' | 'failed', from: number): TestHost {
  const host = createDmHost();
  let reads = 0;
  const readMetadata: Host['readMetadata'] = (areas, limitMs) => {
    reads += 1;
    if (reads < from) return host.readMetadata(areas, limitMs);
    return Promise.resolve(
      areas.map(({ id }): MetadataReading =>
        result === 'failed'
          ? { id, kind: 'failed', reason: 'EIO' }
          : { id, kind: 'not-vdo', geometry: new Uint8Array(4096).fill(1) },
      ),
    );
  };
  return { ...host, files: host.files, readMetadata };
}

describe('a volume is remembered', () => {
  const holds: Expectation = { kind: 'holds-vdo', device: low, uuid: null };
  const remember = (uuid: string | null): Action => ({ kind: 'remember', remembered: remembered(uuid) });

  test('with the UUID that the plan knows: the disk is not asked', async () => {
    for (const host of [withDisk('failed', 1), createDmHost()])
      expect(await take(host, remember('known'))).toEqual({ failure: undefined, uuid: 'known' });
  });

  test('with the UUID of what was just formatted, where the plan cannot know it', async () => {
    const host = createDmHost();
    const { uuid } = imageAt(host.world, low);
    expect(await take(host, remember(null), [holds])).toEqual({ failure: undefined, uuid });
    expect(await take(createDmHost(), remember(null))).toMatchObject({ uuid });
  });

  test('without one only where no step says that a VDO is on its storage', async () => {
    expect(await take(withDisk('gone', 1), remember(null))).toEqual({ failure: undefined, uuid: null });
    for (const other of [
      { kind: 'holds-vdo', device: '/dev/mapper/low2', uuid: null },
      { kind: 'answers', device: low },
    ] as const) {
      const host = withDisk('gone', other.kind === 'answers' ? 1 : 2);
      host.change((world) => {
        const layer = world.dmDevices.find((each) => each.name === 'low');
        if (layer !== undefined) world.dmDevices.push({ ...layer, name: 'low2', minor: 77 });
      });
      expect(await take(host, remember(null), [other])).toEqual({ failure: undefined, uuid: null });
    }
  });

  test.each([
    ['gone', 'it holds no VDO'],
    ['failed', 'EIO'],
  ] as const)('and is not, where the VDO that must be there cannot be read: %s', async (result, why) => {
    const isSo: Expectation = { kind: 'answers', device: low };
    const { failure, uuid } = await take(withDisk(result, 2), remember(null), [isSo, holds, isSo]);
    expect(failure).toMatchObject({
      fate: 'has-not-acted',
      problem: { because: 'uuid-unknown', facts: { device: low, why } },
    });
    expect(uuid).toBeUndefined();
  });
});

describe('a file of vdoctl’s own that cannot be written', () => {
  const fails = (): { readonly kind: 'failed'; readonly reason: string } => ({
    kind: 'failed',
    reason: 'EIO',
  });
  const actions: readonly Action[] = [
    { kind: 'remember', remembered: remembered('x') },
    { kind: 'forget', name },
  ];

  test.each(actions)('may have been all the same: %j', async (action) => {
    const host = createDmHost();
    host.change((world) => {
      addRemembered(world, name, low);
    });
    const files = { ...host.files, writeAtomically: fails, remove: fails };
    const { failure } = await take({ ...host, files }, action);
    expect(failure).toBeInstanceOf(ActionFailure);
    expect(failure).toMatchObject({ fate: 'may-have-acted' });
  });

  test.each(actions)('by a defect of vdoctl’s, says that: %j', async (action) => {
    const host = createDmHost();
    const defect = new TypeError('no such thing');
    const breaks = (): never => {
      throw defect;
    };
    const files = { ...host.files, writeAtomically: breaks, remove: breaks };
    expect((await take({ ...host, files }, action)).failure).toBe(defect);
  });
});

test('a volume that is forgotten is remembered no more', async () => {
  const host = createDmHost();
  host.change((world) => {
    addRemembered(world, name, low);
  });
  expect(await take(host, { kind: 'forget', name })).toEqual({ failure: undefined, uuid: undefined });
});

test('a plan proves the room that each file will need', () => {
  const path = '/etc/other';
  const text = { was: '', becomes: 'äb', mode: 0o600, change: 'x' };
  const rows: readonly (readonly [Action, path: string, bytes: number])[] = [
    [{ kind: 'replace-file', path, ...text }, path, 3],
    [{ kind: 'remove-file', path: '/etc/third', was: '' }, '/etc/third', 0],
    [{ kind: 'forget', name: 'v' }, '/etc/vdoctl/volumes/v.json', 0],
    [{ kind: 'remember', remembered: remembered('x') }, '/etc/vdoctl/volumes/my-vdo.json', 16_384],
    [{ kind: 'manager-entry', name: 'v', becomes: 'finished' }, '/etc/vdoconf.yml', 16_384],
  ];
  const proved: unknown[] = [];
  const files: Host['files'] = {
    ...createDmHost().files,
    proveWritable: (...args) => {
      proved.push(args);
      return { kind: 'read', value: undefined };
    },
  };
  // A file that is written twice needs room for the larger of the two.
  const again: Action = { kind: 'remove-file', path, was: '' };
  const actions = [again, ...rows.map(([action]) => action), again];
  proveWritable(files, makeTestPlan(actions.map((action) => ({ title: 'Do it', action }))));
  expect(proved).toEqual(rows.map(([, ...wanted]) => wanted));
});
