import { expect, test } from 'vitest';

import { formatCommand } from '../../src/model/command.ts';
import { adviseCopy } from '../../src/operations/advise.ts';
import { describeCopySource } from '../../src/prose/copy-advice.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { createDmHost } from '../simulated/worlds.ts';

/** How to copy the data off before a forced rebuild: as data, and in words. */

type Advice = Awaited<ReturnType<typeof adviseCopy>>;

async function advise(host: TestHost): Promise<Advice> {
  const [seen] = (await lookAtHost(host)).seen;
  return seen === undefined ? [] : adviseCopy(host, seen);
}

const lines = (advice: Advice): readonly (readonly string[])[] =>
  advice.map(({ about, commands }) => [describeCopySource(about), ...commands.map(formatCommand)]);

const copyOf = (directory: string): string => `rsync -aHAX --numeric-ids ${directory}/ DESTINATION/`;

test.each([
  ['ext4', 'ro,noload'],
  ['xfs', 'ro,norecovery,nouuid'],
])('%s is mounted without replaying its journal', async (fileSystem, options) => {
  const advice = await advise(createDmHost({ fileSystem }));
  expect(advice.map(({ about }) => about)).toEqual([
    { kind: 'filesystem', device: '/dev/mapper/my-vdo', type: fileSystem },
  ]);
  expect(lines(advice)).toEqual([
    [
      `/dev/mapper/my-vdo holds ${fileSystem}: mount it without replaying its journal, and copy`,
      `mount -t ${fileSystem} -o ${options} /dev/mapper/my-vdo /mnt`,
      copyOf('/mnt'),
      'umount /mnt',
    ],
  ]);
});

test('what is mounted is read from there', async () => {
  const host = createDmHost();
  host.change((world) => {
    happen.mountDevice(world, '/dev/mapper/my-vdo', '/srv/my data');
  });
  expect(lines(await advise(host))).toEqual([
    [
      '/dev/mapper/my-vdo is mounted on /srv/my data: read it from there',
      `rsync -aHAX --numeric-ids '/srv/my data/' DESTINATION/`,
      `umount '/srv/my data'`,
    ],
  ]);
});

test('what holds nothing that can be mounted is copied as a whole', async () => {
  const image = 'ddrescue /dev/mapper/my-vdo IMAGE MAPFILE';
  expect(lines(await advise(createDmHost({ fileSystem: 'LVM2_member' })))).toEqual([
    ['/dev/mapper/my-vdo holds an LVM physical volume: copy it as a whole', image],
  ]);
  expect(describeCopySource({ kind: 'device', device: '/dev/sdb', held: [] })).toMatch(
    /nothing that is known/,
  );
});

const noSizes = { logicalBytes: 0, physicalBytes: 0, slabBytes: 0 };

test.each([
  ['read-only', /comes up read-only/, 'vdoctl start my-vdo'],
  ['force-rebuild', /its next start is the rebuild/, 'ddrescue /dev/mapper/low IMAGE MAPFILE'],
] as const)('stopped, with a disk that says %s', async (state, words, command) => {
  const host = createDmHost();
  const [seen] = (await lookAtHost(host)).seen;
  if (seen === undefined) throw new Error('it is not seen');
  const onDisk = { state, meaning: '', uuid: '', completedRecoveries: 0, readOnlyRecoveries: 0, ...noSizes };
  const volume = { ...seen.volume, state: 'stopped', onDisk } as const;
  const [part] = lines(await adviseCopy(host, { ...seen, volume }));
  expect(part?.[0]).toMatch(words);
  expect(part?.slice(1)).toEqual([command]);
});
