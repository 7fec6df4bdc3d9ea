import type { Host } from '../../host/host.ts';
import type { Missing } from '../../model/volume.ts';
import { parseFstab, type FstabLine } from '../../parse/fstab.ts';
import { findDevice } from '../../stacks/found-volume.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import { missingOf } from '../../stacks/tool-result.ts';

/** What `/etc/fstab` has; without the file, nothing. */
export interface BootFiles {
  readonly lines: readonly FstabLine[];
  readonly missing: readonly Missing[];
}

const path = '/etc/fstab';

export function readBootFiles({ files }: Host): BootFiles {
  const text = files.readText(path);
  if (text.kind === 'missing') return { lines: [], missing: [] };
  if (text.kind !== 'read') {
    const why = text.kind === 'failed' ? text.reason : 'not permitted';
    return {
      lines: [],
      missing: [{ source: 'fstab', what: 'what is mounted at boot', why, path, volume: null }],
    };
  }
  const { rows, odd } = parseFstab(text.value);
  const missing = missingOf(odd, { source: 'fstab', path }).map((each) => ({ ...each, volume: null }));
  return { lines: rows, missing };
}

/** The lines about a volume, or about what lies on it. */
export function findLines(
  host: Host,
  { devices }: Look,
  { found, volume }: Seen,
  lines: readonly FstabLine[],
) {
  const names = new Set([...volume.aliases, ...volume.logicalVolumes.map(({ device }) => device)]);
  const { target } = found;
  const own = target === undefined ? [] : [target, ...devices.upFrom(target)];
  return lines.filter(({ source }) => {
    const place = toPath(source);
    if (place === undefined) return false;
    if (names.has(place)) return true;
    const device = own.length === 0 ? undefined : findDevice(host, devices, place);
    return device !== undefined && own.includes(device);
  });
}

const tags: Readonly<Record<string, string>> = {
  UUID: 'by-uuid',
  LABEL: 'by-label',
  PARTUUID: 'by-partuuid',
  PARTLABEL: 'by-partlabel',
};

/** The path of a source; a tag has a link that udev made. Undefined for what is no device. */
function toPath(source: string): string | undefined {
  if (source.startsWith('/dev/')) return source;
  const [, tag = '', value = ''] = /^([A-Z]+)="?([^"]*)"?$/.exec(source) ?? [];
  const directory = tags[tag];
  return directory === undefined || value === '' ? undefined : `/dev/disk/${directory}/${value}`;
}
