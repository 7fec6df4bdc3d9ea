import type { Host } from '../../host/host.ts';
import { changing, looking, untearable } from '../../model/command.ts';
import { lvmDmName } from '../../model/names.ts';
import type { Step } from '../../model/plan.ts';
import { notUnderstood } from '../../model/problem.ts';
import { udevSettleStep } from '../shared-steps.ts';
import { outputOf } from '../tool-result.ts';

/** Snapshots of logical volumes, from which a backup is copied. */

/** At the end of the name of each snapshot that vdoctl makes. */
const nameSuffix = '_vdoctl';

export interface LvSnapshot {
  /** `vg/lv`: the LV that it shows. */
  readonly origin: string;
  /** `vg/lv_vdoctl` */
  readonly name: string;
  readonly dmName: string;
  /** Path of its device. */
  readonly device: string;
}

export function snapshotOf(origin: string): LvSnapshot {
  const [vg = '', lv = ''] = origin.split('/');
  const name = `${lv}${nameSuffix}`;
  const dmName = lvmDmName(vg, name);
  return { origin, name: `${vg}/${name}`, dmName, device: `/dev/mapper/${dmName}` };
}

const lvmLimitMs = 2 * 60_000;

/**
 * Makes a snapshot with room for that many bytes of changes. LVM suspends the origin for it, and the kernel has the
 * filesystem on it write everything out first: what the snapshot shows needs no replay. (A filesystem that is frozen
 * already by fsfreeze(8) is not frozen a second time.)
 */
export function snapshotStep({ origin, name, device }: LvSnapshot, bytes: number): Step {
  const lv = name.slice(name.indexOf('/') + 1);
  const size = `${String(bytes)}b`;
  return {
    title: `Make a snapshot of ${origin}, with room for its changes meanwhile`,
    before: [
      { kind: 'lvm-lacks', what: 'lv', name },
      { kind: 'answers', device: `/dev/mapper/${lvmDmName(...splitLv(origin))}` },
    ],
    action: {
      kind: 'run',
      command: untearable(
        'lvcreate',
        ['-y', '-s', '-n', lv, '-L', size, '--permission', 'r', origin],
        lvmLimitMs,
      ),
    },
    after: [
      { kind: 'lvm-has', what: 'lv', name },
      { kind: 'answers', device },
    ],
    undo: [udevSettleStep, removeSnapshotStep({ name })],
    mayFailInPart: true,
  };
}

function splitLv(name: string): [vg: string, lv: string] {
  const [vg = '', lv = ''] = name.split('/');
  return [vg, lv];
}

/** udev and whoever else looks at a new device may still have it open. */
const removalRetries = { times: 10, everyMs: 3000 };

export function removeSnapshotStep({ name }: Pick<LvSnapshot, 'name'>): Step {
  return {
    title: `Remove the snapshot ${name}`,
    action: { kind: 'run', command: untearable('lvremove', ['-y', name], lvmLimitMs) },
    after: [{ kind: 'lvm-lacks', what: 'lv', name }],
    retries: removalRetries,
  };
}

/** The free bytes of a volume group. @throws Failure if LVM does not say. */
export async function askGroupFree(host: Host, vgName: string): Promise<number> {
  const form = ['--reportformat', 'json', '--units', 'b', '--nosuffix', '-o', 'vg_free'];
  const said = outputOf(await host.run(looking('vgs', [...form, vgName])));
  const free = /"vg_free"\s*:\s*"(\d+)"/.exec(said)?.[1];
  if (free === undefined) notUnderstood('vgs', said.trim(), 'it does not tell what is free');
  return Number(free);
}

/** Has the filesystem below a path write everything to its disk. */
export function syncStep(path: string): Step {
  return {
    title: `Have everything in ${path} written to its disk`,
    action: { kind: 'run', command: changing('sync', ['--file-system', path], 60 * 60_000) },
  };
}
