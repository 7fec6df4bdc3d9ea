import type { World } from '../../src/simulator/world/world.ts';
import * as happen from '../simulated/levers.ts';
import { hostCases, line, requires, unit, type DoctorCase } from './doctor-boot-cases.ts';
import {
  addFile,
  createHealthy,
  createPool,
  createStopped,
  enabled,
  fstab,
  logged,
  mounted,
  together,
  type Arrange,
} from './doctor-hosts.ts';

const hung = (task: string): string => `INFO: task ${task} blocked for more than 120 seconds.`;

/** Measured: the storage of a volume was suspended. */
const stuckInExt4 = [
  'INFO: task dd:323 blocked for more than 10 seconds.',
  '      Not tainted 6.12.117+deb13-cloud-amd64 #1 Debian 6.12.117-1',
  '"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.',
  'task:dd              state:D stack:0     pid:323   tgid:323   ppid:266    flags:0x00004002',
  'Call Trace:',
  ' <TASK>',
  ' io_schedule+0x46/0x70',
  ' ? ext4_fname_prepare_lookup+0xaf/0x160',
  ' ext4_lookup+0x195/0x260',
  ' </TASK>',
];

const profileOf =
  (threshold: number, percent: number): Arrange =>
  (world) => {
    world.autoextend = { threshold, percent };
  };
const changePool =
  (change: Partial<World['vgs'][number]['lvs'][number]>): Arrange =>
  (world) => {
    for (const { lvs } of world.vgs)
      for (const lv of lvs) if (lv.kind === 'vdo-pool') Object.assign(lv, change);
  };
/** The group has nearly 2 GiB left beside the pool of 8 GiB, whose slabs are of 128 MiB. */
const extendable = profileOf(80, 20);

const ofPools: readonly DoctorCase[] = [
  {
    what: 'as LVM comes',
    code: 'autoextend-off',
    make: () => createPool(),
    says: /threshold is 100.*echo 'activation \{ vdo_pool_autoextend_threshold=80 .*' > \/etc\/lvm\/profile\/vdo-extend\.profile && lvchange --metadataprofile vdo-extend vg\/pool$/s,
  },
  {
    what: 'extended by nothing',
    code: 'autoextend-off',
    make: () => createPool(profileOf(80, 0)),
    says: /percent is 0/,
  },
  { what: 'a threshold in lvm.conf', code: 'autoextend-off', make: () => createPool(extendable), says: null },
  {
    what: 'a threshold in its profile',
    code: 'autoextend-off',
    make: () =>
      createPool(
        together(changePool({ profile: 'grow' }), (world) => {
          world.lvmProfiles = { grow: { threshold: 70, percent: 25 } };
        }),
      ),
    says: null,
  },
  {
    what: 'not watched',
    code: 'autoextend-not-monitored',
    make: () => createPool(together(extendable, changePool({ isMonitored: false }))),
    says: /at 80 %, but dmeventd does not watch it \(not monitored\)\nlvchange --monitor y vg\/pool$/,
  },
  {
    what: 'nothing is watched',
    code: 'autoextend-not-monitored',
    make: () =>
      createPool((world) => {
        world.autoextend = { threshold: 80, percent: 25, monitoring: 0 };
      }),
    says: /activation\/monitoring is 0.*set activation\/monitoring = 1/s,
  },
  { what: 'watched', code: 'autoextend-not-monitored', make: () => createPool(extendable), says: null },
  {
    what: 'a share of 50 %, and less in the group',
    code: 'autoextend-no-room',
    make: () => createPool(profileOf(80, 50)),
    says: /by 50 %, which is 4\.00 GiB, but vg has only .*\nvgextend vg DEVICE$/,
  },
  {
    what: 'a share of less than a slab',
    code: 'autoextend-no-room',
    make: () => createPool(profileOf(80, 1)),
    says: /its slabs are of 128 MiB.*to at least 2:/s,
  },
  {
    what: 'a share that fits',
    code: 'autoextend-no-room',
    make: () => createPool(extendable),
    says: null,
  },
];

const others: readonly DoctorCase[] = [
  {
    what: 'the journal of its filesystem',
    code: 'hung-tasks',
    make: () => createHealthy(logged(hung('jbd2/dm-1-8:412'))),
    says: /jbd2\/dm-1-8 \(pid 412\) waiting for more than 120 s/,
  },
  {
    what: 'a work queue for its device, named below the task',
    code: 'hung-tasks',
    make: () =>
      createHealthy(
        logged(
          hung('kworker/u8:3:77'),
          'Workqueue: writeback wb_workfn (flush-253:1)',
          hung('xfsaild/dm-1:78'),
        ),
      ),
    says: /xfsaild\/dm-1 \(pid 78\), and 1 more/,
  },
  {
    what: 'a thread of the volume itself',
    code: 'hung-tasks',
    make: () => createHealthy(logged(hung('vdo0:journalQ0:99'))),
    says: /vdo0:journalQ0/,
  },
  {
    what: 'a program in a filesystem of the same kind, as Linux 6.12 tells of it',
    code: 'hung-tasks',
    make: () => createHealthy(together(mounted, logged(...stuckInExt4))),
    says: /dd \(pid 323\) waiting for more than 10 s in ext4, which is on my-vdo/,
  },
  {
    what: 'a program in a filesystem that no volume has',
    code: 'hung-tasks',
    make: () => createHealthy(logged(...stuckInExt4)),
    says: null,
  },
  {
    what: 'tasks of others',
    code: 'hung-tasks',
    make: () =>
      createHealthy(
        logged(
          ...[hung('jbd2/dm-11-8:1'), hung('xfsaild/dm-0:2'), hung('vdo1:reqQ:3'), hung('rsync:4')],
          ...[hung('kworker/u8:1:5'), 'Workqueue: writeback wb_workfn (flush-253:12)'],
        ),
      ),
    says: null,
  },
  {
    what: 'a copy of its disk',
    code: 'clone',
    make: () =>
      createHealthy((world) => {
        happen.cloneDisk(world, 'vdb', 'vdc');
      }),
    says: /\/dev\/vdc holds the same VDO \(UUID [\da-f-]{36}\)/,
  },
  {
    what: 'another disk, with a VDO of its own',
    code: 'clone',
    make: () =>
      createHealthy((world) => {
        const copied = happen.cloneDisk(world, 'vdb', 'vdc');
        for (const { vdo } of copied.contents) if (vdo) vdo.uuid = '00000000-1111-4222-8333-444444444444';
      }),
    says: null,
  },
  {
    what: 'stopped, its unit enabled, and little memory',
    code: 'memory-short',
    make: () =>
      createStopped(
        together(enabled(unit), (world) => {
          world.memoryAvailableBytes = 100 * 1024 ** 2;
        }),
      ),
    says: /my-vdo: configured to start, and at least \d+ MiB.*only 100 MiB/,
  },
  {
    what: 'stopped, its line in fstab has it started, and little memory',
    code: 'memory-short',
    make: () =>
      createStopped(
        together(fstab(line(requires)), (world) => {
          world.memoryAvailableBytes = 100 * 1024 ** 2;
        }),
      ),
    says: /my-vdo/,
  },
  {
    what: 'enough memory',
    code: 'memory-short',
    make: () => createStopped(enabled(unit)),
    says: null,
  },
  {
    what: 'little memory, and nothing starts it',
    code: 'memory-short',
    make: () =>
      createStopped((world) => {
        world.memoryAvailableBytes = 100 * 1024 ** 2;
      }),
    says: null,
  },
];

/** Every finding that is no alert: raised at least once, and at least once not, on the host next to it. */
const mountedHome: Arrange = (world) => {
  happen.mountDevice(world, '/dev/mapper/vg-home', '/home');
};

const ofBackups: readonly DoctorCase[] = [
  {
    what: 'mounted as it is',
    code: 'no-backup',
    make: () => createHealthy(mounted),
    says: /^no backup of \/srv\/data is known\na program that.*unmounted: vdoctl backup my-vdo --to PATH$/,
  },
  {
    what: 'a mounted LV',
    code: 'no-backup',
    make: () => createPool(mountedHome),
    says: /^no backup of \/home is known\nvdoctl backup vg\/pool --to PATH$/,
  },
  { what: 'not in use', code: 'no-backup', make: () => createPool(), says: null },
  {
    what: 'its backup is known',
    code: 'no-backup',
    make: () =>
      createPool(
        together(
          mountedHome,
          addFile(
            '/var/lib/vdoctl/backups/vg%2Fpool.json',
            JSON.stringify({ 'vg/pool': { uuid: null, at: '2026-11-20T21:00:00Z', to: null } }),
          ),
        ),
      ),
    says: null,
  },
];

export const doctorCases: readonly DoctorCase[] = [...hostCases, ...ofPools, ...ofBackups, ...others];
