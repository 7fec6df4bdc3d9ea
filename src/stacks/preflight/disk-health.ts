import type { Files, Host } from '../../host/host.ts';
import { looking, succeeded } from '../../model/command.ts';
import type { BlockDevice, BlockDevices } from '../../model/device.ts';
import { blockBytes, sectorBytes } from '../../model/disk.ts';
import type { BadDisk, PreflightNote } from '../../model/preflight-schema.ts';
import { findDiskErrors, type DiskErrorLine } from '../../parse/media-errors.ts';
import { describeCommandOutcome } from '../tool-result.ts';
import type { Stretch } from './stretches.ts';

/** What others say of the disks beneath a volume. */
export interface DiskHealth {
  readonly badDisks: readonly BadDisk[];
  readonly notes: readonly PreflightNote[];
  /** Where the kernel could not read once: to be read again. */
  readonly suspects: readonly (Stretch & { readonly device: BlockDevice })[];
}

/** Asks the kernel log, the RAIDs of md(4), and smartctl where it is installed. */
export async function askDiskHealth(
  host: Host,
  devices: BlockDevices,
  beneath: readonly BlockDevice[],
): Promise<DiskHealth> {
  const disks = beneath.filter(({ kernelName, below }) => below.length === 0 && !isMemory.test(kernelName));
  const [logged, ...told] = await Promise.all([
    readLog(host, beneath),
    ...disks.map((disk) => askSmart(host, disk)),
  ]);
  const ofArrays = beneath.flatMap((device) => listBadBlocks(host.files, devices, device));
  return {
    badDisks: [...logged.badDisks, ...ofArrays, ...told.flatMap(({ badDisks }) => badDisks)],
    notes: [...logged.notes, ...told.flatMap(({ notes }) => notes)],
    suspects: logged.suspects,
  };
}

/** What has no medium of its own. */
const isMemory = /^(?:loop|ram|zram|nbd|dm-|md)/;

/** What surely is a disk that has its own health to tell, unlike one of a virtual machine. */
const isPhysical = /^(?:sd|nvme|hd|mmcblk)/;

const mostSuspects = 64;

async function readLog(host: Host, beneath: readonly BlockDevice[]): Promise<DiskHealth> {
  const result = await host.run(looking('dmesg', []));
  if (!succeeded(result)) {
    const why = describeCommandOutcome(result);
    const note = { note: 'not-asked', what: 'the kernel log (dmesg)', why } as const;
    return { badDisks: [], notes: [note], suspects: [] };
  }
  const errors = findDiskErrors(result.stdout);
  const found = beneath.flatMap((device) => {
    const own = errors.filter(({ disk }) => disk === device.kernelName);
    return own.length === 0 ? [] : [{ device, own }];
  });
  return {
    badDisks: found.flatMap(({ device, own }) => describeMedium(device, own)),
    notes: found.flatMap(({ device, own }) => describeOthers(device, own)),
    suspects: found
      .flatMap(({ device, own }) =>
        stretchesOf(own.filter(({ operation = 'READ' }) => operation === 'READ')).map((stretch) => ({
          ...stretch,
          device,
        })),
      )
      .slice(-mostSuspects),
  };
}

function describeMedium({ path: device }: BlockDevice, errors: readonly DiskErrorLine[]): BadDisk[] {
  const own = errors.filter(({ kind }) => kind === 'medium');
  const last = own.at(-1);
  if (last === undefined) return [];
  return [
    {
      source: 'kernel-log',
      device,
      leg: null,
      stretches: stretchesOf(own).slice(-mostSuspects),
      said: last.line,
    },
  ];
}

function describeOthers({ path: device }: BlockDevice, errors: readonly DiskErrorLine[]): PreflightNote[] {
  const own = errors.filter(({ kind }) => kind === 'other');
  const last = own.at(-1);
  return last === undefined ? [] : [{ note: 'errors-logged', device, count: own.length, last: last.line }];
}

/** The blocks of 4096 bytes in which the sectors lie, each once. */
function stretchesOf(errors: readonly DiskErrorLine[]): Stretch[] {
  const blocks = new Set(errors.map(({ sector }) => Math.floor((sector * sectorBytes) / blockBytes)));
  return [...blocks].map((block) => ({ startBytes: block * blockBytes, lengthBytes: blockBytes }));
}

/** The blocks that an array of md(4) knows to be unreadable on a leg: `SECTOR LENGTH`, a line each. */
function listBadBlocks(files: Files, devices: BlockDevices, { kernelName }: BlockDevice): BadDisk[] {
  if (!/^md\d/.test(kernelName)) return [];
  const directory = `/sys/class/block/${kernelName}/md`;
  const names = files.list(directory);
  if (names.kind !== 'read') return [];
  return names.value.flatMap((name): BadDisk[] => {
    const leg = /^dev-(.+)$/.exec(name)?.[1];
    const text = files.readText(`${directory}/${name}/bad_blocks`);
    const lines = text.kind === 'read' ? [...text.value.matchAll(/^(\d+) (\d+)$/gm)] : [];
    if (leg === undefined || lines.length === 0) return [];
    const path = devices.get(leg)?.path ?? `/dev/${leg}`;
    const stretches = lines.slice(0, mostSuspects).map(([, sector, sectors]) => ({
      startBytes: Number(sector) * sectorBytes,
      lengthBytes: Number(sectors) * sectorBytes,
    }));
    const said = `${String(lines.length)} in its list of bad blocks`;
    return [{ source: 'md', device: path, leg: `/dev/${kernelName}`, stretches, said }];
  });
}

type OfOneDisk = Pick<DiskHealth, 'badDisks' | 'notes'>;

const nothing: OfOneDisk = { badDisks: [], notes: [] };

async function askSmart(host: Host, { path: device, kernelName }: BlockDevice): Promise<OfOneDisk> {
  const untold = (why: string): OfOneDisk =>
    isPhysical.test(kernelName)
      ? { badDisks: [], notes: [{ note: 'not-asked', what: `the health of ${device} (smartctl)`, why }] }
      : nothing;
  if (!host.isInstalled('smartctl')) return untold('smartctl is not installed');
  const [{ parseSmart }, result] = await Promise.all([
    import('../../parse/smartctl.ts'),
    host.run(looking('smartctl', ['-j', '-H', '-A', device])),
  ]);
  const answer = parseSmart(result.stdout);
  if (answer === null) return untold(describeCommandOutcome(result));
  if (answer.kind === 'untold') return untold(answer.why);
  const counted = answer.counts.join(', ');
  if (answer.passed === false) {
    const said = ['smartctl says that the disk is failing', counted].filter((text) => text !== '').join(': ');
    return { badDisks: [{ source: 'smartctl', device, leg: null, stretches: [], said }], notes: [] };
  }
  return counted === '' ? nothing : { badDisks: [], notes: [{ note: 'disk-worn', device, said: counted }] };
}
