import type { Host, Reading, RecordFile } from '../host/host.ts';
import type { DeviceAccount, Paths } from '../model/account-schema.ts';
import { toJson } from '../model/disarm.ts';
import type { CommandResult } from '../model/command.ts';
import type { Ended, OperationRecord, Settled, StepRecord, UnfinishedOperation } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import { Failure } from '../model/problem.ts';
import type { ProblemCode } from '../model/problem-code.ts';
import { refusal } from '../model/refusal.ts';
import { makeId, openPath, overPath, directory } from './record-files.ts';
import { markOwnProcess } from './process-mark.ts';

/** The most that one step writes: its records, and the last part of its command's output. */
const roomForStepBytes = 12 * 1024;
const outputTailLength = 2000;
const longestFacts = 4000;

/** Records one operation while it happens. */
export class OperationJournal {
  readonly id: string;
  private readonly file: RecordFile;
  private readonly path: string;
  private readonly now: () => string;
  private readonly volume: string;
  private ended: Pick<Ended, 'outcome' | 'why'> | undefined;

  private constructor(host: Host, id: string, volume: string, file: RecordFile) {
    this.id = id;
    this.volume = volume;
    this.file = file;
    this.path = openPath(id);
    this.now = () => new Date(host.clock.now()).toISOString();
  }

  /**
   * Begins the journal of a plan that is about to be carried out.
   *
   * @param settles ids of the operations that a cleanup settles.
   * @throws Failure `refused` if the journal cannot be written: nothing begins that could not be found again.
   */
  static begin(host: Host, plan: Plan, settles: readonly string[] = []): OperationJournal {
    const at = new Date(host.clock.now()).toISOString();
    const mark = markOwnProcess(host.files);
    const id = makeId(at, mark.pid, plan.volume);
    const { user, hostName } = host.identity;
    const record: OperationRecord = {
      record: 'begun',
      schemaVersion: 1,
      id,
      at,
      user,
      host: hostName,
      process: mark,
      plan,
      settles,
    };
    const steps = plan.steps.length + plan.steps.flatMap((step) => step.undo ?? []).length;
    const roomBytes = toJson(record).length * 2 + (steps + 1) * roomForStepBytes;
    const begun = host.files.beginRecord(openPath(id), roomBytes);
    if (begun.kind !== 'read') throw unwritable(plan.volume, begun);
    const journal = new OperationJournal(host, id, plan.volume, begun.value);
    const written = journal.write(record);
    if (written.kind !== 'read') throw unwritable(plan.volume, written);
    return journal;
  }

  /** @throws Failure if the beginning of a step cannot be written: a step that is not recorded does not begin. */
  step(record: Omit<StepRecord, 'record' | 'at'>): void {
    const written = this.write({ record: 'step', at: this.now(), ...record });
    if (written.kind !== 'read' && record.way === 'forward' && record.state === 'begun')
      throw unwritable(this.volume, written);
  }

  /** @param how how the command ended, in words. */
  command(result: CommandResult, how: string): void {
    const { command, outcome, durationMs, stdout, stderr } = result;
    this.write({
      record: 'command',
      at: this.now(),
      command: { file: command.file, args: command.args },
      exitCode: outcome.kind === 'exited' ? outcome.code : null,
      how,
      durationMs,
      output: [stdout, stderr]
        .map((text) => text.trim())
        .join('\n')
        .trim()
        .slice(-outputTailLength),
    });
  }

  /** Keeps what a rehearsal shows of one device. Without its names where they are more than a journal takes. */
  account(account: DeviceAccount): void {
    const isLong = toJson(account).length > longestFacts;
    this.write({ record: 'account', at: this.now(), account: isLong ? withoutNames(account) : account });
  }

  /** How the operation ended; undefined until then. */
  get outcome(): Ended['outcome'] | undefined {
    return this.ended?.outcome;
  }

  /** Why the operation was not done, in words; null if it was. */
  get why(): string | null {
    return this.ended?.why ?? null;
  }

  /**
   * Writes the last record. A half-done operation stays open, so that cleanup finds it. @param cause the same as `why`,
   * as data.
   */
  end(outcome: Ended['outcome'], why: string | null, cause?: ProblemCode): void {
    this.ended = { outcome, why };
    this.write({
      record: 'ended',
      at: this.now(),
      outcome,
      why,
      ...(cause === undefined ? {} : { cause: shorten(cause) }),
    });
    if (outcome === 'half-done') this.file.close();
    else this.file.complete(overPath(this.path));
  }

  private write(record: OperationRecord): Reading<void> {
    return this.file.append(`${toJson(record)}\n`);
  }
}

function withoutNames({ tree, ...account }: DeviceAccount): DeviceAccount {
  if (tree === null) return { ...account, tree };
  const cut = ({ count }: Paths): Paths => ({ count, names: [] });
  const { unreadable, compared, ...read } = tree;
  return {
    ...account,
    tree: {
      ...read,
      unreadable: cut(unreadable),
      compared: compared && {
        missing: cut(compared.missing),
        differing: cut(compared.differing),
        more: cut(compared.more),
        uncompared: cut(compared.uncompared),
      },
    },
  };
}

/** The reserved room is limited, and a host may have thousands of processes to list. */
function shorten({ problem, because, facts }: ProblemCode): NonNullable<Ended['cause']> {
  return { problem, because, facts: toJson(facts).length > longestFacts ? null : facts };
}

/** Closes the journal of a cut-off operation after what it left is settled. */
export function recordSettled(
  host: Host,
  { path, operation }: UnfinishedOperation,
  { by, how }: Pick<Settled, 'by' | 'how'>,
): void {
  const continued = host.files.continueRecord(path);
  if (continued.kind === 'missing') return;
  if (continued.kind !== 'read') throw unwritable(operation.begun.plan.volume, continued);
  const record: Settled = { record: 'settled', at: new Date(host.clock.now()).toISOString(), by, how };
  continued.value.append(`${toJson(record)}\n`);
  continued.value.complete(overPath(path));
}

function unwritable(name: string, reading: Exclude<Reading<unknown>, { readonly kind: 'read' }>): Failure {
  const why = reading.kind === 'failed' ? reading.reason : reading.kind;
  return new Failure(refusal(name, 'journal-unwritable', { directory, why }));
}
