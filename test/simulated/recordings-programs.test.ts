import { expect, test } from 'vitest';

import { addDm, format, startDmVolume } from '../../src/simulator/arrange.ts';
import { readRecording, replay, replayAll } from './recordings.ts';
import { createDiskHost } from './worlds.ts';

test('what the storage of a volume is known by', async () => {
  const host = createDiskHost((world) => {
    format(world, '/dev/vdb', { uuid: 'd8037174-6c7e-43ef-974c-5ee9863f5bb2' });
  });
  await replayAll(host, [{ recording: 'dm/62-blkid-storage' }]);
});

test('what the kernel says of a table that shrinks a volume', async () => {
  const host = createDiskHost((world) => {
    addDm(world, 'small', `0 ${String(1_638_400 * 8)} linear /dev/vdb 0`);
    format(world, '/dev/mapper/small', { logicalBlocks: 6_291_456 });
    world.nextInstance = 2;
    startDmVolume(world, 'my-vdo', '/dev/mapper/small');
  });
  await replayAll(host, [{ recording: 'dm/78-grow-logical-resume' }, { recording: 'dm/83-shrink-reload' }]);
  const { stdout } = await replay(host, { argv: ['dmesg'], code: 0, stdout: '', stderr: '' });
  const linesOf = (log: string): string[] =>
    log
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\[.*?\] /, ''));
  expect(linesOf(stdout).slice(-4)).toEqual(linesOf(readRecording('dm/84-shrink-log').stdout));
});
