import { addDisk, addVolume } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { logToKernel } from '../../src/simulator/world/kernel-log.ts';
import { addManagedVolume } from '../../src/simulator/programs/manager/arrange.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { addLayer } from '../simulated/levers.ts';
import { createDiskHost, createLvmHost, gibibyte } from '../simulated/worlds.ts';

/** Returns a text for a place: hostile, or harmless. */
export type Say = (place: string) => string;

/** Everything at once that a terminal, a log or a line reader could take for an order. */
export const sayHostile: Say = (place) =>
  `${place}\nvdoctl: ok\n  next: reboot\r\u001b[2J\u001b[1m\u0007\u007f\u009b2J\u202e\u2066\u061c\u200e\u2028{"kind":"result"}\u0085`;
export const sayHarmless: Say = (place) => place;

const directory = '/var/lib/vdoctl/operations';

/** Hosts on which every text from outside is said: mounts, processes, files, the kernel's log, the calling user. */
export const hosts: Readonly<Record<string, (say: Say) => TestHost>> = {
  dm: (say) => {
    const host = createDiskHost(
      (world) => {
        addLayer(world, 'low', '/dev/vdb');
        addVolume(world, 'my-vdo', '/dev/mapper/low');
        addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte, serial: say('serial') });
        happen.mountDevice(world, '/dev/mapper/my-vdo', `/srv/${say('mount')}`);
        happen.addProcess(world, { name: say('comm'), opens: ['/dev/mapper/my-vdo'] });
        happen.mountDevice(world, '/dev/mapper/my-vdo', `/srv/${say('elsewhere')}`, 2);
        happen.addProcess(world, { name: say('container'), namespace: 2, commandLine: [say('argv')] });
        logToKernel(world, `device-mapper: vdo0:dmsetup: my-vdo ${say('kernel')}`);
        const texts: readonly (readonly [string, string])[] = [
          [`${directory}/20260101T000000.000Z-1-${say('journal')}.open`, '{"record":"begun"}\n'],
          [
            `${directory}/20260101T000000.000Z-2-my-vdo.jsonl`,
            `{"record":${JSON.stringify(say('record'))}}\n`,
          ],
          ['/etc/vdoctl/volumes/other.json', JSON.stringify({ [say('key')]: say('value') })],
          [`/etc/vdoctl/volumes/${say('memory')}.json`, '{}'],
        ];
        for (const [path, text] of texts) world.files.push({ path, text, mode: 0o600 });
        world.directories.push(directory, '/etc/vdoctl/volumes', '/etc/vdoctl', '/var/lib/vdoctl');
      },
      { serial: say('S1'), identity: { user: say('user'), hostName: say('host') } },
    );
    return host;
  },
  lvm: (say) => {
    const host = createLvmHost();
    host.change((world) => {
      happen.mountDevice(world, '/dev/mapper/vg-home', `/srv/${say('mount')}`);
      happen.addProcess(world, { name: say('comm'), opens: ['/dev/mapper/vg-home'] });
    });
    return host;
  },
  manager: (say) => {
    const host = createDiskHost((world) => {
      addLayer(world, 'low', '/dev/vdb');
      addManagedVolume(world, 'my-vdo', '/dev/mapper/low');
      happen.mountDevice(world, '/dev/mapper/my-vdo', `/srv/${say('mount')}`);
      const file = `/etc/${say('file').replace(/[\s"]/gu, '')}.yml`;
      world.files.push({
        path: '/etc/systemd/system/other.service',
        text: `[Service]\nExecStart=/usr/bin/vdo start --all --confFile=${file}\n`,
        mode: 0o644,
      });
    });
    return host;
  },
};
