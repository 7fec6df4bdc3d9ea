import { changing, untearable, type Command } from '../../model/command.ts';
import { lvmDmName } from '../../model/names.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import { longMs, notOrdered, notWiped, orderRebuild, run, settleStep } from '../steps.ts';
import type { FoundPool } from '../find.ts';
import { areaOfPool } from './report.ts';

/** A pool of the lvm stack, and the steps that it is driven by. */
export class Pool {
  private readonly name: string;
  private readonly dmName: string;
  readonly found: FoundPool;

  constructor(name: string, dmName: string, found: FoundPool) {
    this.name = name;
    this.dmName = dmName;
    this.found = found;
  }

  /** `vg/pool_vdata` */
  get dataName(): string {
    return `${this.found.group.vgName}/${this.found.pool.dataName ?? ''}`;
  }

  private get dataDevice(): string {
    return `/dev/mapper/${this.dataDmName}`;
  }

  /** What no plain piece of a physical volume tells cannot be read while it is down. */
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

  /** All at once: the first takes the pool's whole start, and whoever stops waiting for that leaves none behind. */
  activate(lvs: readonly string[]): Step {
    const command = untearable('lvchange', ['-ay', ...lvs], longMs);
    return {
      ...run(`Activate ${lvs.join(', ')}`, command, [{ kind: 'dm-present', dmName: this.dmName }]),
      ...this.beforeStart,
      undo: [run(`Deactivate ${lvs.join(', ')} again`, deactivation(...lvs), [this.absent])],
      mayFailInPart: true,
    };
  }

  /** @param isPlain its data lies in linear pieces, which tell its state while it is down; others' rebuild is refused */
  deactivate(lv: string, isPlain: boolean): Step {
    const [vg = '', name = ''] = lv.split('/');
    const dmName = lvmDmName(vg, name);
    const activation = untearable('lvchange', ['-ay', lv], longMs);
    return {
      title: `Deactivate ${lv}`,
      before: [{ kind: 'unused', device: `/dev/mapper/${dmName}` }],
      action: { kind: 'run', command: deactivation(lv) },
      undo: [
        {
          ...run(`Activate ${lv} again`, activation, [{ kind: 'dm-present', dmName }]),
          ...(isPlain ? { before: [notOrdered(this.dataDevice)] } : {}),
        },
      ],
    };
  }

  deactivatePool(): Step {
    return run(`Deactivate the pool ${this.name}`, deactivation(this.name), [this.absent]);
  }

  /**
   * A forced rebuild that was cut off leaves the data LV up while the pool is down, and LVM cannot activate the pool
   * then. What was put up by hand has no UUID; what LVM put up, LVM takes down.
   */
  clearSteps(uuid: string): Step[] {
    const command = uuid === '' ? this.removeData : deactivation(this.dataName);
    return [
      settleStep,
      {
        ...run(`Take down ${this.dataDmName}, which a cut-off forced rebuild left`, command, [
          this.dataAbsent,
        ]),
        before: [{ kind: 'unused', device: this.dataDevice }],
      },
    ];
  }

  private get removeData(): Command {
    return changing('dmsetup', ['remove', '--retry', this.dataDmName]);
  }

  /**
   * LVM lends the data LV out read-only, and vdoforcerebuild has to write to it: so its table is put up once more by
   * hand, writable, under its own name. `-y`, or lvchange waits for an answer for ever.
   */
  rebuildSteps(table: string): Step[] {
    const { dataDmName, dataAbsent } = this;
    const down = deactivation(this.dataName);
    const notLent: Expectation = { kind: 'data-not-lent', dataDmName, poolDmName: this.dmName };
    const notByHand: Expectation = { kind: 'not-by-hand', dmName: dataDmName };
    return [
      {
        title: `Let LVM put up the data of ${this.name}, to compare its table`,
        before: [this.absent],
        action: { kind: 'run', command: untearable('lvchange', ['-y', '-ay', this.dataName]) },
        after: [{ kind: 'dm-table', dmName: dataDmName, table }],
        undo: [{ ...run('Take it down', down, [dataAbsent]), unless: [notLent] }],
      },
      run('Take it down again', down, [dataAbsent]),
      {
        title: 'Put it up writable',
        action: { kind: 'run', command: create(dataDmName, table) },
        undo: [
          { ...settleStep, unless: [notByHand] },
          { ...run('Take it down', this.removeData, [dataAbsent]), unless: [notByHand] },
        ],
      },
      settleStep,
      orderRebuild(this.dataDevice, null),
      settleStep,
      {
        ...run('Take it down, so that LVM can put it up', this.removeData, [dataAbsent]),
        unless: [notByHand],
      },
    ];
  }

  /** LVM takes the pool, its LVs and its data away in one go. Whatever it deactivated before it failed comes back. */
  removeStep(active: readonly string[]): Step {
    const { pool, lvs } = this.found;
    return {
      ...run(`Remove ${this.name}, its volumes and their data`, lvremove(this.name), [
        { kind: 'lvm-lacks', what: 'lv', name: this.name },
      ]),
      before: [{ kind: 'lvm-pool', name: this.name, uuid: pool.lvUuid, lvUuids: lvs.map((lv) => lv.lvUuid) }],
      ...(active.length === 0 ? {} : { undo: [{ ...this.activate(active), undo: [] }] }),
      mayFailInPart: true,
      pointOfNoReturn: true,
    };
  }
}

/** The command that removes an LV or a pool with everything in it. */
export function lvremove(name: string): Command {
  return untearable('lvremove', ['--yes', name], longMs);
}

/** `--table` takes one line; a data LV in several pieces has a line for each. */
function create(dmName: string, table: string): Command {
  const lines = table.split('\n');
  if (lines.length === 1) return changing('dmsetup', ['create', dmName, '--table', table]);
  return changing('dmsetup', ['create', '--concise', `${dmName},,,rw,${lines.join(',')}`]);
}

function deactivation(...lvs: readonly string[]): Command {
  return untearable('lvchange', ['-an', ...lvs], longMs);
}
