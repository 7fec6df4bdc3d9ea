import { expect, test } from 'vitest';

import { formatCommand } from '../../src/model/command.ts';
import { adviseCopy } from '../../src/operations/advise.ts';
import { describeCopySource } from '../../src/prose/copy-advice.ts';
import { lookAtHost, type Seen } from '../../src/stacks/host-look.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost } from '../simulated/worlds.ts';

/** How to copy the data off before a forced rebuild: as data, and in words. */

async function lookAtIt(host: TestHost): Promise<Seen> {
  const [seen] = (await lookAtHost(host)).seen;
  if (seen === undefined) throw new Error('it is not seen');
  return seen;
}

const lines = (seen: Pick<Seen, 'volume'>): readonly (readonly string[])[] =>
  adviseCopy(seen).map(({ about, commands }) => [describeCopySource(about), ...commands.map(formatCommand)]);

test('a running one is salvaged, before anything stops it', async () => {
  expect(lines(await lookAtIt(createDmHost()))).toEqual([
    [
      'It shows everything until it is stopped: copy its data off before that',
      'vdoctl salvage my-vdo --to PATH',
    ],
  ]);
});

test('what is mounted is unmounted after that', async () => {
  const host = createDmHost();
  host.change((world) => {
    happen.mountDevice(world, '/dev/mapper/my-vdo', '/srv/my data');
  });
  expect(lines(await lookAtIt(host)).slice(1)).toEqual([
    ['/dev/mapper/my-vdo is mounted on /srv/my data: unmount it once it is copied', `umount '/srv/my data'`],
  ]);
});

const noSizes = { logicalBytes: 0, physicalBytes: 0, slabBytes: 0 };

test.each([
  ['read-only', /without a replay of its journal/],
  ['force-rebuild', /its next start is the rebuild/],
] as const)(
  'stopped, with a disk that says %s, its rebuild is rehearsed: it is not started',
  async (state, words) => {
    const seen = await lookAtIt(createDmHost());
    const onDisk = {
      state,
      meaning: '',
      uuid: '',
      completedRecoveries: 0,
      readOnlyRecoveries: 0,
      ...noSizes,
    };
    const [part] = lines({ volume: { ...seen.volume, state: 'stopped', onDisk } });
    expect(part?.[0]).toMatch(words);
    expect(part?.slice(1)).toEqual([
      'vdoctl rehearse my-vdo --keep',
      'vdoctl salvage my-vdo --from-rehearsal --to PATH',
    ]);
  },
);
