import type { FindingOf } from '../../model/finding.ts';
import type { FstabLine } from '../../parse/fstab.ts';
import type { Seen } from '../../stacks/host-look.ts';
import { isUnitEnabled, unitOf } from '../../stacks/systemd-units.ts';
import { optionsAtBoot } from '../mount-at-boot.ts';
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

function describe(host: Patient['host'], { volume }: Seen, line: FstabLine): FindingOf | undefined {
  const { name, stack } = volume;
  const unit = unitOf(name);
  const requires = line.options.some(requiresService);
  const where = line.type === 'swap' ? 'uses it as swap' : `mounts it on ${line.path}`;
  const lacking = optionsAtBoot(volume).filter((option) => !has(line, option));
  // Without nofail alone, it is mounted as well.
  if (lacking.every((option) => option === 'nofail')) return undefined;
  const next = `in /etc/fstab, add to the options of ${line.source}: ${lacking.join(',')}`;
  if (!requires && stack !== 'lvm' && !startsByItself(host, volume.manager !== null, unit))
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

/** Whether the line has the option, whatever service it requires and how long it waits. */
function has({ options }: FstabLine, option: string): boolean {
  if (option.startsWith('x-systemd.requires=')) return options.some(requiresService);
  const [key = ''] = option.split('=');
  return options.some((each) => each === key || each.startsWith(`${key}=`));
}

function requiresService(option: string): boolean {
  return /^x-systemd\.requires=.+\.service$/.test(option);
}

/** Whether a unit that is enabled starts it: vdoctl's, or one of the classic manager. */
function startsByItself({ files }: Patient['host'], isManaged: boolean, unit: string): boolean {
  return isUnitEnabled(files, unit) || (isManaged && isUnitEnabled(files, 'vdo.service'));
}
