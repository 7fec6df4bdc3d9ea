import { changing, untearable, type PlannedCommand } from '../../model/command.ts';
import { lvmDmName } from '../../model/names.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import type { LogicalVolume } from '../../model/volume.ts';
import { longMs, notOrdered, notWiped, orderRebuild, runStep, udevSettleStep } from '../shared-steps.ts';
import type { Found, FoundPool } from '../found-volume.ts';
import { listStanding } from './layers.ts';
import { areaOfPool } from './report.ts';

/** A pool of the lvm stack, and the steps that drive it. */
export class Pool {
  private readonly name: string;
  private readonly dmName: string;
  private readonly activation: readonly string[];
  readonly found: FoundPool;

  /**
   * @param lack if `degraded`, activation has to allow partial pools: LVM takes a pool whose RAID lacks a leg for
   * partial.
   */
  constructor(name: string, dmName: string, found: FoundPool, lack: Found['lack']) {
    this.name = name;
    this.dmName = dmName;
    this.found = found;
    this.activation = lack === 'degraded' ? ['-ay', '--activationmode', 'partial'] : ['-ay'];
  }

  /** `vg/pool_vdata` */
  get dataName(): string {
    return `${this.found.group.vgName}/${this.found.pool.dataName ?? ''}`;
  }

  private get dataDevice(): string {
    return `/dev/mapper/${this.dataDmName}`;
  }

  /** If the data LV is not made of plain pieces of physical volumes, it cannot be read while it is down. */
  private get beforeStart(): Pick<Step, 'before'> {
    const { group, pool } = this.found;
    return areaOfPool(group, pool) === undefined ? {} : { before: [notWiped(this.dataDevice)] };
  }

  get dataDmName(): string {
    return lvmDmName(this.found.group.vgName, this.found.pool.dataName ?? '');
  }

  private get absent(): Expectation {
    return { kind: 'dm-absent', dmName: this.dmName };
  }

  private get dataAbsent(): Expectation {
    return { kind: 'dm-absent', dmName: this.dataDmName };
  }

  /**
   * Activates all LVs with one command: the first one takes the whole start of the pool, and giving up the wait must
   * leave none of them inactive.
   */
  activate(lvs: readonly string[]): Step {
    const command = untearable('lvchange', [...this.activation, ...lvs], longMs);
    return {
      ...runStep(`Activate ${lvs.join(', ')}`, command, [{ kind: 'dm-present', dmName: this.dmName }]),
      ...this.beforeStart,
      undo: [runStep(`Deactivate ${lvs.join(', ')} again`, deactivation(...lvs), [this.absent])],
      mayFailInPart: true,
    };
  }

  /**
   * @param along its snapshots, which LVM takes down with it.
   * @param isReadable whether the pieces of its data can be read while it is down.
   */
  deactivate({ name, device }: LogicalVolume, along: readonly LogicalVolume[], isReadable: boolean): Step {
    const dmName = device.replace('/dev/mapper/', '');
    const activation = untearable('lvchange', [...this.activation, name], longMs);
    return {
      title: `Deactivate ${name}${describeSnapshots(', and with it', along)}`,
      before: [{ device }, ...along].map((each) => ({ kind: 'unused', device: each.device })),
      action: { kind: 'run', command: deactivation(name) },
      undo: [
        {
          ...runStep(`Activate ${name} again`, activation, [{ kind: 'dm-present', dmName }]),
          ...(isReadable ? { before: [notOrdered(this.dataDevice)] } : {}),
        },
      ],
    };
  }

  deactivatePool(): Step {
    return runStep(`Deactivate the pool ${this.name}`, deactivation(this.name), [this.absent]);
  }

  /**
   * A cut-off forced rebuild leaves the data LV active while the pool is down, and LVM cannot activate the pool then. A
   * device that was put up by hand has no UUID; LVM takes down what it put up itself.
   */
  clearSteps(uuid: string): Step[] {
    const command = uuid === '' ? this.removeData : deactivation(this.dataName);
    return [
      udevSettleStep,
      {
        ...runStep(
          `Deactivate ${this.dataDmName}, which an operation that was cut off left active`,
          command,
          [this.dataAbsent],
        ),
        before: [{ kind: 'unused', device: this.dataDevice }],
      },
    ];
  }

  private get removeData(): PlannedCommand {
    return changing('dmsetup', ['remove', '--retry', this.dataDmName]);
  }

  /** The data LV is inactive, or active because the pool is. */
  private get notLent(): Expectation {
    return { kind: 'data-not-lent', dataDmName: this.dataDmName, poolDmName: this.dmName };
  }

  /**
   * LVM activates the data LV on its own, read-only, together with whatever that is made of. Without `-y`, lvchange
   * would wait for an answer for ever.
   */
  private lend(title: string, after: readonly Expectation[]): Step {
    return {
      title,
      before: [this.absent],
      action: { kind: 'run', command: untearable('lvchange', ['-y', '-ay', this.dataName], longMs) },
      after: [{ kind: 'dm-present', dmName: this.dataDmName }, ...after],
      undo: [{ ...this.takeBack('Deactivate it'), unless: [this.notLent] }],
      mayFailInPart: true,
    };
  }

  /** Puts the data LV up, for something to lie over it; undone, it is down again. */
  lendStep(): Step {
    return this.lend(`Activate the data LV of ${this.name}, read-only`, []);
  }

  /** Takes the data LV down again, unless the pool runs on it. */
  takeBackSteps(): Step[] {
    return [
      udevSettleStep,
      { ...this.takeBack(`Deactivate the data LV of ${this.name}`), unless: [this.notLent] },
    ];
  }

  private takeBack(title: string): Step {
    return runStep(title, deactivation(this.dataName), [this.dataAbsent]);
  }

  /**
   * If only LVM can show what the disk holds, it does so before a start, which could carry out a forced rebuild.
   *
   * @param isOrdered whether the start is meant to carry it out.
   */
  lookSteps(isOrdered: boolean): Step[] {
    return [
      this.lend(`Activate the data LV of ${this.name}, to read it`, [
        notWiped(this.dataDevice),
        ...(isOrdered ? [] : [notOrdered(this.dataDevice)]),
      ]),
      udevSettleStep,
      { ...this.takeBack('Deactivate it again'), unless: [this.notLent] },
    ];
  }

  /** Makes the data LV writable in between: LVM activates it read-only, and vdoforcerebuild has to write to it. */
  rebuildSteps(): Step[] {
    const { dataDmName } = this;
    return [
      this.lend(`Activate the data LV of ${this.name}`, []),
      {
        title: 'Make it writable',
        action: { kind: 'make-writable', dmName: dataDmName },
        after: [{ kind: 'writable', dmName: dataDmName }],
      },
      udevSettleStep,
      orderRebuild(this.dataDevice, null),
      udevSettleStep,
      { ...this.takeBack('Deactivate it, so that LVM can activate the pool'), unless: [this.notLent] },
    ];
  }

  /**
   * LVM removes the pool, its LVs and its data in one go. If it fails, the undo activates again what it deactivated.
   */
  removeStep(active: readonly LogicalVolume[], snapshots: readonly LogicalVolume[]): Step {
    const { group, pool } = this.found;
    const title = `Remove ${this.name}, its volumes${describeSnapshots(',', snapshots)} and their data`;
    const lvUuids = listStanding(group, pool).map(({ row }) => row.lvUuid);
    const names = active.map(({ name }) => name);
    return {
      ...runStep(title, lvremoveCommand(this.name), [{ kind: 'lvm-lacks', what: 'lv', name: this.name }]),
      before: [{ kind: 'lvm-pool', name: this.name, uuid: pool.lvUuid, lvUuids }],
      ...(names.length === 0 ? {} : { undo: [{ ...this.activate(names), undo: [] }] }),
      mayFailInPart: true,
      pointOfNoReturn: true,
    };
  }
}

function describeSnapshots(before: string, snapshots: readonly LogicalVolume[]): string {
  if (snapshots.length === 0) return '';
  const word = snapshots.length === 1 ? 'snapshot' : 'snapshots';
  return `${before} the ${word} ${snapshots.map(({ name }) => name).join(', ')}`;
}

/** The command that removes an LV, or a pool with everything in it. */
export function lvremoveCommand(name: string): PlannedCommand {
  return untearable('lvremove', ['--yes', name], longMs);
}

function deactivation(...lvs: readonly string[]): PlannedCommand {
  return untearable('lvchange', ['-an', ...lvs], longMs);
}
