import type { FindingOf } from '../../model/finding.ts';
import type { FstabLine } from '../../parse/fstab.ts';
import type { Seen } from '../../stacks/host-look.ts';
import { isUnitEnabled, unitOf } from '../../stacks/systemd-units.ts';
import { findLines, readBootFiles } from './boot-files.ts';
import type { Examiner, Patient } from './examiner.ts';

/** Whether what is mounted from a volume at boot finds the volume started. */
export const examineBoot: Examiner = ({ host, look, chosen }) => {
  const { lines, missing } = readBootFiles(host);
  const atBoot = lines.filter(({ options, path }) => !options.includes('noauto') && path !== '/');
  const findings = chosen.flatMap((seen) =>
    findLines(host, look, seen, atBoot).flatMap((line) => describe(host, seen, line) ?? []),
  );
  return { findings, missing };
};

/** The device of a crashed volume appears only when its journal is replayed; systemd waits 90 s by itself. */
const enoughTime = 'x-systemd.device-timeout=45min';

function describe(host: Patient['host'], { volume }: Seen, line: FstabLine): FindingOf | undefined {
  const { name, stack } = volume;
  const unit = unitOf(name);
  const requires = line.options.some((each) => /^x-systemd\.requires=.+\.service$/.test(each));
  // LVM starts its pools by itself, as soon as their disks are there.
  const isLvm = stack === 'lvm';
  const where = line.type === 'swap' ? 'uses it as swap' : `mounts it on ${line.path}`;
  const lacking = [
    ...(requires || isLvm ? [] : [`x-systemd.requires=${unit}`]),
    ...(line.options.some((each) => each.startsWith('x-systemd.device-timeout=')) ? [] : [enoughTime]),
  ];
  if (lacking.length === 0) return undefined;
  const next = `in /etc/fstab, add to the options of ${line.source}: ${['nofail', ...lacking].filter((each) => !line.options.includes(each)).join(',')}`;
  if (!requires && !isLvm && !startsByItself(host, volume.manager !== null, unit))
    return {
      volume: name,
      code: 'fstab-not-started',
      severity: 'warning',
      message: `/etc/fstab ${where} at boot, and nothing starts it before`,
      next,
    };
  return {
    volume: name,
    code: 'fstab-too-early',
    severity: 'warning',
    message: `/etc/fstab ${where} at boot, and does not wait for it: after a crash its start can take minutes`,
    next,
  };
}

/** Whether a unit that is enabled starts it: vdoctl's, or one of the classic manager. */
function startsByItself({ files }: Patient['host'], isManaged: boolean, unit: string): boolean {
  return isUnitEnabled(files, unit) || (isManaged && isUnitEnabled(files, 'vdo.service'));
}
