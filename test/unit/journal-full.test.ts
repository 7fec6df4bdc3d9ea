import { describe, expect, test } from 'vitest';
import type { Files, RecordFile } from '../../src/host/host.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { formatCommand } from '../../src/model/command.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';
import { createStep, follow, hasDevice } from './steps.ts';

/** A host whose disk has no room for some records of the journal; a file keeps what it got before. */
function withoutRoom(host: TestHost, isFullAt: (record: number) => boolean): TestHost {
  let records = 0;
  const beginRecord: Files['beginRecord'] = (...args) => {
    const begun = host.files.beginRecord(...args);
    if (begun.kind !== 'read') return begun;
    const append: RecordFile['append'] = (text) =>
      isFullAt(records++)
        ? { kind: 'failed', reason: 'ENOSPC: no space left on device, write' }
        : begun.value.append(text);
    return { kind: 'read', value: { ...begun.value, append } };
  };
  return { ...host, files: { ...host.files, beginRecord } };
}

/** The journal's disk is full from this record on. */
const fillAt = (host: TestHost, record: number): TestHost => withoutRoom(host, (each) => each >= record);

const names = ['a', 'b', 'c'];
const journalOf = ({ world }: TestHost): string =>
  world.files.find(({ path }) => path.startsWith('/var/lib/vdoctl/operations'))?.text ?? '';

describe('a journal whose disk fills in the middle of a plan', () => {
  /** The first record is the plan's own. Each step has three: its beginning, its command, its end. */
  test.each(Array.from({ length: 2 + 3 * (names.length - 1) }, (_each, record) => record))(
    'at its record %i: what is not written down is not begun, and the plan does not go on',
    async (record) => {
      const plain = createDmHost();
      const before = JSON.stringify(plain.world.dmDevices);
      const steps = names.map((name) => createStep(name));
      const problem = await problemOf((async () => follow(fillAt(plain, record), steps))());
      const [journal, commands] = [journalOf(plain), plain.log.map(({ command }) => formatCommand(command))];
      for (const name of names) {
        const isWritten = journal.includes(`"title":"Create ${name}","state":"begun"`);
        expect(commands.some((line) => line.startsWith(`dmsetup create ${name}`))).toBe(isWritten);
      }
      const cause = {
        because: 'journal-unwritable',
        facts: { why: expect.stringContaining('ENOSPC') as string },
      };
      expect(problem).toMatchObject(record <= 1 ? cause : { kind: 'put-back', cause });
      expect(JSON.stringify(plain.world.dmDevices)).toBe(before);
    },
  );

  test('at its first record alone: without the plan no step is begun, whether there is room for those', async () => {
    const plain = createDmHost();
    const host = withoutRoom(plain, (record) => record === 0);
    const problem = await problemOf((async () => follow(host, [createStep('a')]))());
    expect(problem).toMatchObject({ kind: 'refused' });
    expect(plain.log).toEqual([]);
  });

  test('behind the last step: everything is done, and stays', async () => {
    const plain = createDmHost();
    await follow(
      fillAt(plain, 2 + 3 * (names.length - 1)),
      names.map((name) => createStep(name)),
    );
    expect(names.every((name) => hasDevice(plain, name))).toBe(true);
  });

  test('behind the point of no return: it is half-done, and says so', async () => {
    const steps = [createStep('a', { pointOfNoReturn: true }), createStep('b')];
    const problem = await problemOf(follow(fillAt(createDmHost(), 4), steps));
    expect(problem).toMatchObject({ kind: 'half-done', cause: { kind: 'refused' } });
  });
});
