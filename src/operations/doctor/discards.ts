import type { Files } from '../../host/host.ts';
import type { Mount } from '../../model/kernel.ts';
import { quoteWord } from '../../model/command.ts';
import type { Seen } from '../../stacks/host-look.ts';
import { isUnitEnabled } from '../../stacks/systemd-units.ts';
import { readBootFiles, type BootFiles } from './boot-files.ts';
import type { Examiner } from './examiner.ts';

const timer = 'fstrim.timer';
/** File systems that can tell the device what they no longer use. */
const trimming = /^(?:ext[34]|xfs|btrfs|f2fs|jfs|gfs2|ocfs2)$/;

/** Whether a volume learns of what the filesystems on it no longer use. Without that it only ever fills up. */
export const examineDiscards: Examiner = ({ host, look, chosen }) => {
  const boot = readBootFiles(host);
  const isTimed = isUnitEnabled(host.files, timer);
  const findings = chosen.flatMap((seen) => {
    if (seen.volume.mode === 'read-only' || hasCronJob(host.files)) return [];
    const silent = look.mounts.filter((mount) => isOn(mount, seen) && !(isTimed && isListed(mount, boot)));
    if (silent.length === 0) return [];
    const paths = silent.map(({ path }) => path);
    return [
      { volume: seen.volume.name, code: 'no-discard', severity: 'warning', ...say(paths, isTimed) } as const,
    ];
  });
  // The examination of the boot names what is odd there.
  return { findings, missing: [] };
};

/** Whether the mount is on the volume, can be written, trims, and does not do so by itself. */
function isOn({ path, type, isReadOnly, discards }: Mount, { volume }: Seen): boolean {
  const isOwn = volume.mounts.some((each) => each.path === path && each.type === type);
  return isOwn && trimming.test(type) && !isReadOnly && discards !== true;
}

/** The timer trims what fstab lists and nothing else, unless fstab is empty: fstrim(8), `--listed-in`. */
function isListed({ path }: Mount, { lines }: BootFiles): boolean {
  if (lines.length === 0) return true;
  return lines.some((line) => line.path === path && !line.options.includes('X-fstrim.notrim'));
}

function hasCronJob(files: Files): boolean {
  return ['daily', 'weekly', 'monthly'].some((often) => {
    const names = files.list(`/etc/cron.${often}`);
    return names.kind === 'read' && names.value.some((name) => /fstrim/.test(name));
  });
}

function say(paths: readonly string[], isTimed: boolean) {
  const what = `files deleted on ${paths.join(', ')} go on taking space`;
  if (isTimed)
    return {
      message: `${what}: ${timer} trims only what /etc/fstab lists`,
      next: `fstrim -v ${paths.map(quoteWord).join(' && fstrim -v ')} from a timer of your own, or a line in /etc/fstab`,
    };
  return {
    message: `${what}: the mount has no discard option, and ${timer} is not enabled`,
    next: `systemctl enable --now ${timer}`,
  };
}
