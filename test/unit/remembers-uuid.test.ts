import { describe, expect, test } from 'vitest';

import type { Host, MetadataReading } from '../../src/host/host.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDiskHost, createDmHost } from '../simulated/worlds.ts';
import { callOn } from './call.ts';

type Unread = 'no-answer' | 'failed' | 'not-vdo';

/** The host, on which the nth metadata reading (`time`) after the command fails. */
function unreadableAt(host: TestHost, command: string, time: number, kind: Unread): Host {
  let reads = 0;
  return {
    ...host,
    get log() {
      return host.log;
    },
    async readMetadata(areas, limitMs) {
      const isAfter = host.log.some(({ command: { file, args } }) =>
        [file, ...args].join(' ').startsWith(command),
      );
      if (isAfter) reads += 1;
      if (!isAfter || reads !== time) return host.readMetadata(areas, limitMs);
      return areas.map(({ id }): MetadataReading => {
        if (kind === 'not-vdo') return { id, kind, geometry: new Uint8Array(4096).fill(1) };
        return kind === 'failed' ? { id, kind, reason: 'EIO' } : { id, kind };
      });
    },
  };
}

const path = '/etc/vdoctl/volumes/new.json';
const readUuid = ({ files }: Host): unknown => {
  const text = files.readText(path);
  return text.kind === 'read' ? (JSON.parse(text.value) as { uuid: unknown }).uuid : 'nothing is remembered';
};

describe('a create whose storage cannot be read at one moment', () => {
  const times = Array.from({ length: 6 }, (_, at) => at + 1);
  const cases = times.flatMap((time) =>
    (['no-answer', 'failed'] as const).map((kind) => [time, kind] as const),
  );

  test.each(cases)(
    'the %i. after it was formatted (%s): the UUID is remembered, or it fails',
    async (time, kind) => {
      const simulated = createDiskHost();
      const host = unreadableAt(simulated, 'vdoformat --logical', time, kind);
      const { code } = await callOn(host, 'create', 'new', '--device', '/dev/vdb', '--stack', 'dm');
      const uuid = readUuid(simulated);
      if (code === 0) expect(uuid).toMatch(/^[0-9a-f-]{36}$/);
      else expect([9, 11]).toContain(code);
      expect(uuid).not.toBeNull();
    },
  );

  test.each([
    ['failed', 'EIO'],
    ['no-answer', 'it does not answer'],
    ['not-vdo', 'it holds no VDO'],
  ] as const)('at one of those moments it fails, is put back, and says why: %s', async (kind, why) => {
    const simulated = createDiskHost();
    const host = unreadableAt(simulated, 'vdoformat --logical', 3, kind);
    const { code, stderr } = await callOn(host, 'create', 'new', '--device', '/dev/vdb', '--stack', 'dm');
    expect([code, stderr]).toEqual([
      9,
      expect.stringContaining(`the UUID of the VDO on /dev/vdb cannot be read (${why})`),
    ]);
    expect(readUuid(simulated)).toBe('nothing is remembered');
  });
});

test.each(['suspended', 'fails'] as const)(
  'a running volume whose storage %s is not adopted without its UUID',
  async (fault) => {
    const host = createDmHost();
    host.change((world) => {
      if (fault === 'suspended') happen.suspend(world, 'low');
      else happen.setDiskFault(world, 'vdb', 'fails');
    });
    const { code, stderr } = await callOn(host, 'adopt', 'my-vdo');
    expect([code, stderr]).toEqual([
      8,
      expect.stringContaining('the UUID of the VDO on /dev/mapper/low cannot be read') as string,
    ]);
  },
);
