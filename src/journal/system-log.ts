import type { Host } from '../host/host.ts';
import { looking, succeeded } from '../model/command.ts';
import { disarm, toJson } from '../model/disarm.ts';
import { exitCodeOf, exitCodes } from '../model/exit-code.ts';
import type { Ended } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import { Failure } from '../model/problem.ts';
import type { OperationJournal } from './write.ts';

/**
 * Logs the beginning and the end of each operation for those who watch the system's log: with fields in journald, else
 * as one line by syslog. The operation's own journal has all of it, so a failure here does no harm.
 */

/** The sockets of journald and syslog. If neither exists, nothing is run. */
const journaldSocket = '/run/systemd/journal/socket';
const syslogSocket = '/dev/log';

/** The time limit for logging one line; if it takes longer, the line is lost. */
const timeLimitMs = 2000;
const longestValue = 1000;
/** Applies to a line of syslog, which logger(1) cuts off at one kibibyte. */
const longestMessage = 500;

interface Entry {
  readonly message: string;
  readonly priority: keyof typeof priorities;
  /** Without their prefix `VDOCTL_`, which they have in journald. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The priorities of syslog(3). */
const priorities = { err: 3, warning: 4, notice: 5 } as const;

/** Logs that an operation begins. */
export async function tellBegun(host: Host, id: string, plan: Plan): Promise<void> {
  const message = `${plan.operation} of ${plan.volume} begun by ${host.identity.user}`;
  await tell(host, { message, priority: 'notice', fields: fieldsOf(host, id, plan, 'begun') });
}

/** Logs how an operation ended. @param failure what it threw, if it did. */
export async function tellEnded(
  host: Host,
  { id, outcome, why }: Pick<OperationJournal, 'id' | 'outcome' | 'why'>,
  plan: Plan,
  failure: unknown,
): Promise<void> {
  // Without an outcome, a defect of vdoctl ended it in the middle.
  const { words, priority } = endings[outcome ?? 'half-done'];
  const exitCode =
    failure === undefined
      ? exitCodes.ok
      : failure instanceof Failure
        ? exitCodeOf(failure.problem)
        : exitCodes.defect;
  const reason = why === null ? '' : `: ${why}`;
  await tell(host, {
    message: `${plan.operation} of ${plan.volume} ${words}${reason}`,
    priority,
    fields: {
      ...fieldsOf(host, id, plan, outcome ?? 'half-done'),
      EXIT_CODE: String(exitCode),
      ...(why === null ? {} : { WHY: why }),
    },
  });
}

const endings: Readonly<
  Record<Ended['outcome'], { readonly words: string; readonly priority: Entry['priority'] }>
> = {
  done: { words: 'done', priority: 'notice' },
  'goes-on': { words: 'goes on in the kernel', priority: 'notice' },
  'put-back': { words: 'failed, and was undone', priority: 'warning' },
  'not-up': { words: 'was done, but the volume did not start', priority: 'err' },
  stopped: { words: 'was stopped partway', priority: 'notice' },
  'half-done': { words: 'was left half-done', priority: 'err' },
};

function fieldsOf(host: Host, id: string, plan: Plan, outcome: string): Entry['fields'] {
  const { operation, volume, stack } = plan;
  return {
    OPERATION: operation,
    VOLUME: volume,
    STACK: stack,
    OUTCOME: outcome,
    ID: id,
    USER: host.identity.user,
  };
}

async function tell(host: Host, entry: Entry): Promise<void> {
  if (isThere(host, journaldSocket)) {
    const command = looking('logger', ['--journald'], timeLimitMs);
    if (succeeded(await host.run({ ...command, input: formatForJournald(entry) }))) return;
  }
  if (!isThere(host, syslogSocket)) return;
  const priority = `daemon.${entry.priority}`;
  await host.run(
    looking('logger', ['--tag', 'vdoctl', '--priority', priority, '--', formatForSyslog(entry)], timeLimitMs),
  );
}

function isThere({ files }: Host, path: string): boolean {
  return files.describe(path).kind === 'read';
}

/** One line for each field: logger(1). */
function formatForJournald({ message, priority, fields }: Entry): string {
  const lines = [
    `MESSAGE=${toOneLine(message)}`,
    `PRIORITY=${String(priorities[priority])}`,
    'SYSLOG_IDENTIFIER=vdoctl',
    ...Object.entries(fields).map(([name, value]) => `VDOCTL_${name}=${toOneLine(value)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function formatForSyslog({ message, fields }: Entry): string {
  const pairs = Object.entries(fields)
    .filter(([name]) => name !== 'WHY')
    .map(([name, value]) => `${name.toLowerCase()}=${toJson(toOneLine(value))}`);
  return `${toOneLine(message).slice(0, longestMessage)} [${pairs.join(' ')}]`;
}

/** The output of a program may have many lines. */
function toOneLine(text: string): string {
  return disarm(text).slice(0, longestValue);
}
