import '../../src/cli/handlers/rehearse.ts';
import { directory, makeId, openPath } from '../../src/journal/record-files.ts';
import * as happen from '../simulated/levers.ts';
import type { Condition } from './conditions.ts';
import { crash, lastingMs, untilSaid } from './steps.ts';

/** What vdoctl has begun on a volume, or may have, and what runs on it: conditions that stand against nearly all. */

/** A file of an operation that is not understood. @param nameOf the volume that its name shows. */
function unread(what: string, nameOf: (name: string) => string, pathOf = openPath): Condition {
  return {
    what,
    arrange({ name }, { host }) {
      host.change(({ files, directories }) => {
        directories.push('/var/lib/vdoctl', directory);
        const path = pathOf(makeId('2026-01-01T00:00:00.000Z', 1, nameOf(name)));
        files.push({ path, text: '{"record":"begun"}\n', mode: 0o600 });
      });
      return Promise.resolve();
    },
  };
}

export const operationConditions: readonly Condition[] = [
  {
    what: 'a forced rebuild of it cut off',
    async arrange(volume, world) {
      await volume.stop();
      await volume.makeReadOnly();
      await world.vdoctlKilled({ nth: 6, when: 'after' }, 'recover', volume.name, '--force-rebuild', '--yes');
      const isOpen = world.host.world.files.some(({ path }) => path.endsWith('.open'));
      if (!isOpen) throw new Error('nothing is cut off');
    },
  },
  {
    what: 'a forced rebuild of it under way',
    async arrange(volume, world) {
      await volume.stop();
      await volume.makeReadOnly();
      await volume.slowStorage(400);
      const call = await world.begin('recover', volume.name, '--force-rebuild', '--yes');
      await untilSaid(world, call, '[1/');
    },
  },
  unread('a journal of it is not understood', (name) => name),
  unread('a journal of another is not understood', () => 'other'),
  unread(
    'a journal of it is not understood, and over',
    (name) => name,
    (id) => `${directory}/${id}.jsonl`,
  ),
  {
    what: 'a rehearsal of it kept',
    async arrange(volume, world) {
      world.host.change((each) => {
        happen.makeReadOnlyUnreplayed(each, volume.target);
      });
      const { code } = await world.vdoctl('rehearse', volume.name, '--keep', '--yes');
      if (code !== 0) throw new Error(`rehearse exits ${String(code)}`);
    },
  },
  {
    what: 'being started',
    async arrange(volume, world) {
      await crash(world, volume, lastingMs);
      const call = await world.begin('recover', volume.name);
      await untilSaid(world, call, 'the kernel is replaying the journal');
      await call.signal('SIGINT');
      await call.wait();
    },
  },
];
