import { changing } from '../../model/command.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import { checkCommand, checkPrograms, type Checkable } from '../saving/checks.ts';
import { makeMountPoint, mountPointOf, mountSteps, umountStep, unmountSteps } from '../saving/mounting.ts';

/** The steps that check, mount and read one device of a rehearsal. */

/** A filesystem that a rehearsal can be asked about. */
interface Family {
  readonly types: readonly [Checkable, ...Checkable[]];
  /** As mount(8) is given it: ext4 mounts its forerunners, too. */
  readonly mountType: string;
  /** Read-only for whoever reads; the journal is replayed, on the overlay. */
  readonly replay: string;
}

const families: readonly Family[] = [
  { types: ['ext2', 'ext3', 'ext4'], mountType: 'ext4', replay: 'ro' },
  { types: ['xfs'], mountType: 'xfs', replay: 'ro,nouuid' },
  { types: ['btrfs'], mountType: 'btrfs', replay: 'ro' },
];

/** One device of a rehearsal, and what it is a rehearsal of. */
export interface RehearsedDevice {
  /** The volume, or an LV of its pool (`vg/lv`). */
  readonly name: string;
  readonly dmName: string;
  readonly path: string;
  /** The type of its filesystem where the running volume shows it; null where it holds none; undefined: not known. */
  readonly type: string | null | undefined;
  /** The device of the volume that still runs; absent where it does not. */
  readonly original?: {
    readonly path: string;
    readonly dmName: string;
    /** Where it is mounted, all of it; absent where it is not. */
    readonly mountedOn?: string;
  };
}

/** How long a check may take: of a large filesystem, many hours. */
const checkLimitMs = 7 * 24 * 60 * 60_000;
const mountLimitMs = 60 * 60_000;
const mountFailed = 32;

/**
 * A volume that runs and is mounted shows its filesystem as its journal has it; so does the rehearsal once that is
 * replayed. It is read through a binding that is read-only: reading it where it is mounted would write access times, at
 * which a kernel gives up the filesystem of a read-only volume (measured: ext4 on Linux 7.3 turned `emergency_ro`). One that runs and is not mounted is mounted without a replay, and compared before the rehearsal's is
 * replayed.
 */
export function examineSteps(examined: RehearsedDevice, whole: readonly Expectation[]): readonly Step[] {
  const { type, original, path, dmName } = examined;
  const chosen =
    type === undefined ? families : families.filter(({ types }) => types.some((each) => each === type));
  const point = mountPointOf(dmName);
  const isKnown = type !== undefined;
  const each = (make: (family: Family, onlyIf: readonly Expectation[]) => readonly Step[]): readonly Step[] =>
    chosen.flatMap((family) =>
      make(family, isKnown ? [] : [{ kind: 'filesystem', device: path, oneOf: family.types }]),
    );
  const check = each((family, onlyIf) => [
    ...replaySteps(examined, family, onlyIf),
    checkStep(path, family, onlyIf),
    ...mountWithoutReplay(examined, family, onlyIf),
  ]);
  const account = accountStep(examined, point, whole);
  const [family] = chosen;
  if (family === undefined) return [account];
  const make = makeMountPoint(point);
  if (original === undefined) return [make, ...check, account];
  const place = { device: original.path, path: mountPointOf(original.dmName) };
  const mount = mountSteps({ ...place, type: family.mountType, from: original.mountedOn });
  if (original.mountedOn !== undefined) return [make, ...mount, ...check, account, ...unmountSteps(place)];
  return [
    make,
    ...mount,
    ...each((own, onlyIf) => mountWithoutReplay(examined, own, onlyIf)),
    account,
    ...unmountSteps(place),
    unmountOf(path, point),
    ...check,
  ];
}

function replaySteps(
  { path, dmName }: RehearsedDevice,
  family: Family,
  onlyIf: readonly Expectation[],
): Step[] {
  const point = mountPointOf(dmName);
  const mount = changing('mount', ['-t', family.mountType, '-o', family.replay, path, point], mountLimitMs);
  return [
    {
      title: `Mount ${family.mountType} for a moment: its journal is replayed, on the overlay`,
      ...optional(onlyIf),
      action: { kind: 'run', command: mount },
      goesOnAfter: [mountFailed],
      undo: [unmountOf(path, point)],
    },
    unmountOf(path, point, onlyIf),
  ];
}

/** What did not mount is not unmounted. */
function unmountOf(path: string, point: string, onlyIf: readonly Expectation[] = []): Step {
  const mounted: Expectation = { kind: 'mounted', path: point, device: path };
  return { ...umountStep(path, point), onlyIf: [...onlyIf, mounted] };
}

function optional(onlyIf: readonly Expectation[]): Pick<Step, 'onlyIf'> {
  return onlyIf.length === 0 ? {} : { onlyIf };
}

function checkStep(path: string, { types: [type] }: Family, onlyIf: readonly Expectation[]): Step {
  const command = checkCommand(type, path, checkLimitMs);
  return {
    title: `Check the filesystem with ${command.file}, without writing`,
    ...optional(onlyIf),
    action: { kind: 'run', command },
    // What it finds is what is asked for; without it, the files still tell.
    mayFail: true,
    ifStopped: 'killed',
  };
}

/** Whether the step checks a filesystem. */
export function isCheck({ action, mayFail }: Step): boolean {
  return action.kind === 'run' && mayFail === true && checkPrograms.includes(action.command.file);
}

/** A filesystem that does not mount is a part of the account. */
function mountWithoutReplay(
  { path, dmName }: RehearsedDevice,
  { mountType }: Family,
  onlyIf: readonly Expectation[],
): Step[] {
  const [, ...mounts] = mountSteps({ device: path, type: mountType, path: mountPointOf(dmName) });
  return mounts.map((step, at): Step => ({
    ...step,
    ...(at === 0 ? { title: `Mount ${mountType} read-only, without a replay of its journal` } : {}),
    undo: [unmountOf(path, mountPointOf(dmName))],
    ...optional([...onlyIf, ...(step.onlyIf ?? [])]),
    // Without a promise: whether it is mounted is a part of the account.
    after: [],
    goesOnAfter: [mountFailed],
  }));
}

function accountStep(
  { name, path, original }: RehearsedDevice,
  point: string,
  whole: readonly Expectation[],
): Step {
  const compare = original === undefined ? null : mountPointOf(original.dmName);
  return {
    title:
      compare === null
        ? `Read every file on ${name}`
        : `Read every file on ${name}, and compare it with the volume`,
    action: { kind: 'account', name, device: path, path: point, compare },
    after: whole,
    ifStopped: 'killed',
  };
}
