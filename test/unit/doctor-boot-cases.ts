import type { FindingCode } from '../../src/model/finding.ts';
import type { TestHost } from '../simulated/test-host.ts';
import {
  addFile,
  createHealthy,
  createPool,
  createStopped,
  enabled,
  fstab,
  mounted,
  mountedWith,
  together,
} from './doctor-hosts.ts';

/** A host with a finding, or the one next to it that lacks it. */
export interface DoctorCase {
  readonly what: string;
  readonly code: FindingCode;
  readonly make: () => TestHost;
  /** What the finding says, or what mends it; null where it must not be found. */
  readonly says: RegExp | null;
}

const succeeds = (stdout: string) => ({ outcome: { kind: 'exited', code: 0 }, stdout }) as const;

function withTargets(stdout: string, modules: 'there' | 'not-there' = 'there'): TestHost {
  const host = createStopped();
  host.failNext('dmsetup targets', succeeds(stdout));
  for (const module of ['dm-vdo', 'kvdo'])
    if (modules === 'not-there')
      host.failNext(`modprobe --dry-run ${module}`, {
        outcome: { kind: 'exited', code: 1 },
        stderr: `modprobe: FATAL: Module ${module} not found in directory /lib/modules/6.12\n`,
      });
  return host;
}

function withTools(version: string): TestHost {
  const host = createHealthy();
  host.failNext('vdostats --version', succeeds(version));
  return host;
}

const target = 'vdo              v9.1.0\nlinear           v1.4.0\n';
export const line = (options: string): string => `/dev/mapper/my-vdo /srv/data xfs ${options} 0 0`;
export const unit = String.raw`vdoctl@my\x2dvdo.service`;
export const requires = `x-systemd.requires=${unit}`;
const inTime = 'x-systemd.device-timeout=45min';

const ofKernel: readonly DoctorCase[] = [
  {
    what: 'no target, and no module for it',
    code: 'no-vdo-target',
    make: () => withTargets('linear           v1.4.0\n', 'not-there'),
    says: /no vdo target.*Module kvdo not found.*install the module/s,
  },
  {
    what: 'a target that is there',
    code: 'no-vdo-target',
    make: () => withTargets(target),
    says: null,
  },
  {
    what: 'the tools of vdo 8.2 on dm-vdo 9.1',
    code: 'tools-differ',
    make: () => withTools('vdostats version is: 8.2.2.2\n'),
    says: /9\.1\.0.*vdo 8\.3 or later, and these are 8\.2/s,
  },
  {
    what: 'the tools of vdo 6 on dm-vdo 9.1',
    code: 'tools-differ',
    make: () => withTools('133524.31\n'),
    says: /these are those of vdo 6/,
  },
  {
    what: 'the tools of vdo 8.4',
    code: 'tools-differ',
    make: () => withTools('vdostats version is: 8.4.0.1\n'),
    says: null,
  },
  { what: 'tools that belong to the kernel', code: 'tools-differ', make: () => createHealthy(), says: null },
];

const ofBoot: readonly DoctorCase[] = [
  {
    what: 'mounted at boot, started by nothing',
    code: 'fstab-not-started',
    make: () => createStopped(fstab(line('defaults'))),
    says: /\/srv\/data at boot, and nothing starts it.*nofail,x-systemd\.requires=vdoctl@my\\x2dvdo\.service,x-systemd\.device-timeout=45min/s,
  },
  {
    what: 'mounted at boot by another of its names',
    code: 'fstab-not-started',
    make: () => createHealthy(fstab('/dev/dm-1 none swap sw 0 0')),
    says: /uses it as swap at boot/,
  },
  {
    what: 'its line has it started',
    code: 'fstab-not-started',
    make: () => createStopped(fstab(line(`nofail,${requires},${inTime}`))),
    says: null,
  },
  {
    what: 'its unit is enabled',
    code: 'fstab-not-started',
    make: () => createStopped(together(fstab(line('defaults')), enabled(unit))),
    says: null,
  },
  {
    what: 'not mounted at boot',
    code: 'fstab-not-started',
    make: () => createStopped(fstab('# a comment', '', line('noauto'), 'tmpfs /tmp tmpfs defaults')),
    says: null,
  },
  {
    what: 'its unit is enabled, and the mount does not wait for that',
    code: 'fstab-too-early',
    make: () => createStopped(together(fstab(line('nofail')), enabled(unit))),
    says: /does not wait for it.*add to the options of \/dev\/mapper\/my-vdo: x-systemd\.requires=.*,x-systemd\.device-timeout=45min$/s,
  },
  {
    what: 'a pool whose mount waits 90 s',
    code: 'fstab-too-early',
    make: () => createPool(fstab('/dev/vg/home /home ext4 nofail 0 2')),
    says: /\/dev\/vg\/home: x-systemd\.device-timeout=45min$/,
  },
  {
    what: 'a mount that waits',
    code: 'fstab-too-early',
    make: () => createStopped(fstab(line(`${requires},${inTime}`))),
    says: null,
  },
];

const ofDiscards: readonly DoctorCase[] = [
  {
    what: 'no option and no timer',
    code: 'no-discard',
    make: () => createHealthy(mounted),
    says: /\/srv\/data.*systemctl enable --now fstrim\.timer/s,
  },
  {
    what: 'a timer that does not list it',
    code: 'no-discard',
    make: () =>
      createHealthy(together(mounted, enabled('fstrim.timer', 'timers'), fstab('/dev/vda / ext4 defaults'))),
    says: /only what \/etc\/fstab lists.*fstrim -v \/srv\/data/s,
  },
  {
    what: 'a line that fstrim leaves out',
    code: 'no-discard',
    make: () =>
      createHealthy(together(mounted, enabled('fstrim.timer', 'timers'), fstab(line('X-fstrim.notrim')))),
    says: /fstrim -v/,
  },
  {
    what: 'the option',
    code: 'no-discard',
    make: () => createHealthy(mountedWith('rw,relatime,discard')),
    says: null,
  },
  {
    what: 'read-only',
    code: 'no-discard',
    make: () => createHealthy(mountedWith('ro,relatime')),
    says: null,
  },
  {
    what: 'the timer, and its line',
    code: 'no-discard',
    make: () => createHealthy(together(mounted, enabled('fstrim.timer', 'timers'), fstab(line('noauto')))),
    says: null,
  },
  {
    what: 'the timer, and no fstab',
    code: 'no-discard',
    make: () => createHealthy(together(mounted, enabled('fstrim.timer', 'timers'))),
    says: null,
  },
  {
    what: 'a job of cron',
    code: 'no-discard',
    make: () => createHealthy(together(mounted, addFile('/etc/cron.weekly/fstrim'))),
    says: null,
  },
];

/** What only asking the kernel, the files of the boot and the mounts tells. */
export const hostCases: readonly DoctorCase[] = [...ofKernel, ...ofBoot, ...ofDiscards];
