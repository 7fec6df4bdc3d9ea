import fc from 'fast-check';

import { describeDefect } from '../../src/cli/defect.ts';
import { printError } from '../../src/cli/errors.ts';
import * as check from '../../src/cli/format/check.ts';
import * as config from '../../src/cli/format/config.ts';
import * as backups from '../../src/cli/format/backups.ts';
import * as doctor from '../../src/cli/format/doctor.ts';
import * as history from '../../src/cli/format/history.ts';
import * as metrics from '../../src/cli/format/metrics.ts';
import * as picture from '../../src/cli/format/picture.ts';
import * as plan from '../../src/cli/format/plan.ts';
import { makeStyle, type Style } from '../../src/cli/format/style.ts';
import * as stats from '../../src/cli/format/stats.ts';
import * as table from '../../src/cli/format/table.ts';
import * as lists from '../../src/cli/format/volumes.ts';
import { columns } from '../../src/cli/columns.ts';
import { operationDocuments } from '../../src/cli/operations.ts';
import type { Context } from '../../src/cli/context.ts';
import { makeLiveDraw } from '../../src/cli/live-lines.ts';
import { asDocument, asLines, asText, type Line } from '../../src/cli/print.ts';
import * as progress from '../../src/cli/progress.ts';
import { tellCommands, tellFailure } from '../../src/cli/tell-failure.ts';
import type { Terminal, TextStream } from '../../src/cli/terminal.ts';
import type { Host } from '../../src/host/host.ts';
import { volumeOperations, type Availabilities } from '../../src/model/availability.ts';
import { Failure } from '../../src/model/problem.ts';
import { countedStatistics } from '../../src/model/statistics/table.ts';
import type { Counted } from '../../src/operations/count.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { describeCause, describeProblem } from '../../src/prose/problems.ts';
import type { Look } from '../../src/stacks/host-look.ts';
import * as models from './models.ts';
import { hostileText } from './text.ts';

/** A function that makes output of the model, and the models to try it with. */
export interface Renderer {
  readonly given: fc.Arbitrary<unknown>;
  /** Everything that is printed for the model (`given`). */
  readonly render: (given: never) => string | Promise<string>;
}

function renderer<T>(given: fc.Arbitrary<T>, render: (given: T) => string | Promise<string>): Renderer {
  return { given, render };
}

const style = makeStyle('color');
const lines = (all: readonly Line[]): string => asLines(all);
const host = { identity: { isRoot: true, user: 'root', hostName: 'stor1' } } as Host;
const hosts = hostileText.map((hostName) => ({ identity: { isRoot: true, user: 'root', hostName } }) as Host);

/** What is counted is the table's own; only the name comes from elsewhere. */
function counted(): fc.Arbitrary<Counted> {
  const statistics = countedStatistics.map((row) => ({ row, value: 1, perSecond: 0.5, hasChanged: true }));
  return hostileText.map((name) => ({ name, takenAt: 0, seconds: 2, statistics }));
}

function lookOf(volumes: readonly unknown[], missing: Look['missing']): Look {
  return { seen: volumes.map((volume) => ({ volume })), missing, takenAt: 0 } as unknown as Look;
}

/** A terminal that keeps its output. */
export function keepOutput(): { readonly terminal: Terminal; readonly all: () => string } {
  let all = '';
  const stream: TextStream = {
    isTerminal: true,
    columns: 200,
    write: (text) => {
      all += text;
    },
  };
  const interrupted = new AbortController().signal;
  const ask = () => Promise.resolve(undefined);
  const own = { canAsk: false, color: true, environment: {}, interrupted, ask };
  return { terminal: { stdout: stream, stderr: stream, ...own }, all: () => all };
}

function report(make: (stream: TextStream, style: Style) => progress.Reporter) {
  return (events: readonly Parameters<progress.Reporter['report']>[0][]): string => {
    const { terminal, all } = keepOutput();
    const reporter = make(terminal.stdout, style);
    for (const event of events) reporter.report(event);
    reporter.end();
    // eslint-disable-next-line no-control-regex -- how log-update redraws its lines
    return all().replace(/\u001b\[(?:\?(?:25|2026)[hl]|\d*[ABCDGJK])/g, '');
  };
}

const clock = { elapsedMs: () => 0 } as Host['clock'];
const events = fc.array(models.events, { maxLength: 4 });
const errors = fc.record({
  problem: fc.constant('usage' as const),
  because: hostileText,
  facts: fc.dictionary(hostileText, hostileText, { maxKeys: 2 }),
  message: hostileText,
  next: hostileText,
});

/** Every formatter of the command line, by its file and its name. */
export const formatters: Readonly<Record<string, Readonly<Record<string, Renderer>>>> = {
  'check.ts': {
    formatCheck: renderer(models.judgements, (given) => lines([check.formatCheck(given, defaultSettings)])),
    formatVerdict: renderer(hostileText, (given) => lines([check.formatVerdict('unknown', given)])),
    summarise: renderer(models.judgements, (given) => lines([check.summarise(given)])),
    formatChange: renderer(fc.record({ name: hostileText, before: hostileText, now: hostileText }), (given) =>
      lines([check.formatChange(given)]),
    ),
    checkDocument: renderer(fc.tuple(models.judgements, hostileText), ([given, summary]) =>
      asDocument(check.checkDocument(given, { summary, host: summary, takenAt: null })),
    ),
  },
  'config.ts': {
    formatConfig: renderer(models.loadedSettings, (given) => lines(config.formatConfig(given, style))),
    configDocument: renderer(models.loadedSettings, (given) => asDocument(config.configDocument(given))),
  },
  'backups.ts': {
    formatGenerations: renderer(models.generations, (given) => lines(backups.formatGenerations(given))),
    backupsDocument: renderer(models.generations, (given) => asDocument(backups.backupsDocument(given))),
  },
  'doctor.ts': {
    // So wide that no line is broken: what is disarmed is longer.
    formatExamination: renderer(models.examinations, (given) =>
      lines(doctor.formatExamination(given, style, 100_000)),
    ),
    doctorDocument: renderer(fc.tuple(hosts, models.examinations), ([on, given]) =>
      asDocument(doctor.doctorDocument(on, lookOf([], []), given, [])),
    ),
  },
  'history.ts': {
    formatHistory: renderer(models.operations, (given) =>
      lines(history.formatHistory(given, style, 'local')),
    ),
    historyDocument: renderer(fc.tuple(models.operations, models.missing), (given) =>
      asDocument(history.historyDocument(host, ...given)),
    ),
  },
  'metrics.ts': {
    formatMetrics: renderer(measured(), (given) => asText(metrics.formatMetrics(given, 'prometheus'))),
    metricsDocument: renderer(measured(), (given) => asDocument(metrics.metricsDocument(given, 'stor1'))),
  },
  'picture.ts': {
    listDocument: renderer(fc.tuple(hosts, models.volumes, models.missing), ([on, volumes, missing]) =>
      asDocument(picture.listDocument(on, lookOf([], missing), volumes, [])),
    ),
    statusDocument: renderer(
      fc.tuple(hosts, models.volumes, models.missing, models.problems),
      ([on, volumes, missing, problem]) => {
        const all = volumeOperations.map((name) => [name, { kind: 'refused', problem }]);
        const operations = operationDocuments(Object.fromEntries(all) as Availabilities);
        const told = volumes.map((volume) => ({ ...volume, operations }));
        return asDocument(picture.statusDocument(on, lookOf(volumes, missing), told, []));
      },
    ),
  },
  'plan.ts': {
    formatPlan: renderer(models.plans, (given) => lines(plan.formatPlan(given, style))),
    planDocument: renderer(models.plans, (given) => asDocument(plan.planDocument(given))),
  },
  'style.ts': {
    makeStyle: renderer(hostileText, (given) =>
      lines([[style.bold(given), style.dim(given), style.severity('critical', given)]]),
    ),
  },
  'stats.ts': {
    formatCounted: renderer(counted(), (given) => lines(stats.formatCounted(given, style))),
    statsDocument: renderer(fc.tuple(counted(), hostileText), (given) =>
      asDocument(stats.statsDocument(...given)),
    ),
  },
  'table.ts': {
    formatTable: renderer(models.volumes, async (given) => {
      const all = columns.map((column) => ({ column }));
      const drawing = { style, room: Infinity, tellBytes: String };
      return lines((await table.formatTable(given, all, drawing)).lines);
    }),
    // The tabs between the fields are its own; test/unit/list.test.ts counts them.
    formatFields: renderer(models.volumes, (given) => {
      const all = columns.map((column) => ({ column }));
      return asText(table.formatFields(given, all, String)).replaceAll('\t', ' ');
    }),
  },
  'volumes.ts': {
    formatNone: renderer(models.missing, (given) => lines([lists.formatNone(given)])),
    formatVolume: renderer(models.volumes, (given) =>
      lines(given.flatMap((volume) => lists.formatVolume(volume, style))),
    ),
    formatMissing: renderer(models.missing, (given) => lines(lists.formatMissing(given))),
  },
  'width.ts': {
    makeWidth: renderer(hostileText, (given) => lines([given])),
  },
};

function measured() {
  return fc.array(
    fc.record({
      name: fc.constant('vdoctl_volume_up'),
      help: hostileText,
      samples: fc.array(
        fc.record({ labels: fc.record({ volume: hostileText, device: hostileText }), value: fc.nat() }),
        { maxLength: 2 },
      ),
    }),
    { maxLength: 2 },
  );
}

/** Everything else that the command line prints. */
export const tellers: Readonly<Record<string, Renderer>> = {
  'a problem, and what to do': renderer(errors, (given) => {
    const { terminal, all } = keepOutput();
    printError({ terminal } as Context, given);
    return all();
  }),
  'a call that failed': renderer(models.problems, (given) => {
    const { terminal, all } = keepOutput();
    tellFailure(new Failure(given), ['list'], terminal);
    return all();
  }),
  'the same with --json': renderer(models.problems, (given) => {
    const { terminal, all } = keepOutput();
    tellFailure(new Failure(given), ['recover', '--json'], terminal);
    return all();
  }),
  'a check that failed': renderer(models.problems, (given) => {
    const { terminal, all } = keepOutput();
    tellFailure(new Failure(given), ['check'], terminal);
    return all();
  }),
  'a defect': renderer(fc.tuple(hostileText, fc.constantFrom('list', 'check')), ([given, verb]) => {
    const { terminal, all } = keepOutput();
    const error = new Error(given);
    tellFailure(Object.assign(error, { stack: `Error: ${given}\n    at made.ts:1:1` }), [verb], terminal);
    return all();
  }),
  'a defect that is no error': renderer(hostileText, (given) => lines(describeDefect(given))),
  'what was run': renderer(models.loggedCommands, (log) => {
    const { terminal, all } = keepOutput();
    tellCommands({ ...host, log }, terminal);
    return all();
  }),
  'events on a pipe': renderer(
    events,
    report((stream) => progress.makeLineReporter(stream, clock)),
  ),
  'events on a terminal': renderer(
    events,
    report((stream, own) => progress.makeLiveReporter(stream, makeLiveDraw(stream), own)),
  ),
  'events as JSON': renderer(
    events,
    report((stream) => progress.makeJsonReporter(stream)),
  ),
  'a problem in words': renderer(models.problems, (given) => {
    const { what, next = '' } = describeProblem(given);
    return [what, next, describeCause(given)].join('\n');
  }),
};
