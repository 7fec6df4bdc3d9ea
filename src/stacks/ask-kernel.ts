import type { Host } from '../host/host.ts';
import { looking, succeeded, type CommandResult } from '../model/command.ts';
import { answersStats } from '../model/generation.ts';
import type { DmInfo, VdoStatistics, VdoStatusLine } from '../model/kernel.ts';
import type { Told } from '../model/odd.ts';
import { Failure } from '../model/problem.ts';
import type { Missing } from '../model/volume.ts';
import { parseDeps } from '../parse/dmsetup-deps.ts';
import { infoColumns, parseInfo } from '../parse/dmsetup-info.ts';
import { parseVdoStatus, parseVdoStatusOf } from '../parse/dmsetup-status.ts';
import { parseStatsMessage } from '../parse/stats-message.ts';
import { isNoVolumes, parseVdostats } from '../parse/vdostats.ts';
import { readBlockDevices } from './devices.ts';
import { askTogether } from './shared-questions.ts';
import { describeCommandOutcome, missingOf, outputOf } from './tool-result.ts';
import { askGeneration } from './generation.ts';

/** What the kernel says about each running volume of any stack, by dm name. */
export interface KernelView {
  readonly status: ReadonlyMap<string, VdoStatusLine>;
  readonly statistics: ReadonlyMap<string, VdoStatistics>;
  readonly missing: readonly Missing[];
  /** Whether dmsetup answered and was understood: `status` then has every volume that ran. */
  readonly hasAnswered: boolean;
}

/** What stays unknown about running volumes without vdostats. */
export const whatStatisticsTell = 'statistics and recovery progress';

const statusOfAll = looking('dmsetup', ['status', '--target', 'vdo']);
const statisticsOfAll = looking('vdostats', ['--verbose']);

/** Asks the kernel about every running volume, with two child processes however many volumes there are. */
export async function askKernel(host: Host): Promise<KernelView> {
  if (!host.identity.isRoot) {
    const what = 'operating modes, sizes and statistics of running volumes';
    return {
      status: new Map(),
      statistics: new Map(),
      missing: [{ source: 'kernel-status', what, why: 'only root may ask device-mapper' }],
      hasAnswered: false,
    };
  }
  const [asked, counted] = await Promise.all([host.run(statusOfAll), host.run(statisticsOfAll)]);
  const told = succeeded(asked) ? parseVdoStatus(asked.stdout) : nothingTold;
  const counters = succeeded(counted) ? parseVdostats(counted.stdout) : nothingTold;
  const statistics = indexByDmName(counters.rows);
  const status = indexByDmName(told.rows.map((line) => fillIn(line, statistics.get(line.dmName))));
  const missing: Missing[] = missingOf(told.odd, { source: 'kernel-status' });
  if (!succeeded(asked))
    missing.push({
      source: 'kernel-status',
      what: 'operating modes of running volumes',
      why: describeFailure(asked),
      failed: true,
    });
  // Without any volume, vdostats fails with a message that differs from version to version.
  const isNone = isNoVolumes(counted.stderr) || (succeeded(asked) && asked.stdout.trim() === '');
  if (!succeeded(counted) && !isNone)
    missing.push({
      source: 'statistics',
      what: whatStatisticsTell,
      why: describeFailure(counted),
      failed: true,
    });
  // If every volume has its statistics, a line that is not understood hides none.
  const isWhole = told.rows.every(({ dmName }) => statistics.has(dmName));
  const stray = missingOf(counters.odd, { source: 'statistics' }).map((each) => ({
    ...each,
    what: whatStatisticsTell,
  }));
  missing.push(...stray.map((each) => (isWhole ? { ...each, volume: null } : each)));
  return { status, statistics, missing, hasAnswered: succeeded(asked) && told.odd.length === 0 };
}

const nothingTold: Told<never> = { rows: [], odd: [] };

/** Fills in from the counters what an old kernel's status lacks. A word that is not understood stays unknown. */
function fillIn(line: VdoStatusLine, statistics: VdoStatistics | undefined): VdoStatusLine {
  if (line.odd !== undefined || statistics === undefined) return line;
  const { dataBlocksUsed, overheadBlocksUsed } = statistics;
  const usedBlocks =
    dataBlocksUsed === undefined || overheadBlocksUsed === undefined
      ? undefined
      : dataBlocksUsed + overheadBlocksUsed;
  return {
    ...line,
    mode: line.mode ?? statistics.mode,
    usedBlocks: line.usedBlocks ?? usedBlocks,
    physicalBlocks: line.physicalBlocks ?? statistics.physicalBlocks,
  };
}

/** Asks for every status once more, without the statistics; undefined if dmsetup does not answer. */
export async function askAllAgain(host: Host): Promise<KernelView['status'] | undefined> {
  const result = await host.run(statusOfAll);
  return succeeded(result) ? indexByDmName(parseVdoStatus(result.stdout).rows) : undefined;
}

/** The status of every running volume by dm name, as far as this user may ask. */
export async function askStatusOfAll(host: Host): Promise<ReadonlyMap<string, VdoStatusLine>> {
  return host.identity.isRoot ? ((await askAllAgain(host)) ?? new Map()) : new Map();
}

/** The status of one running volume; undefined when no such target runs. */
export async function askStatus(host: Host, dmName: string): Promise<VdoStatusLine | undefined> {
  const { told, status } = await askTogether(host, askStatusOfSeveral, dmName);
  const line = status.get(dmName);
  // What is not told with the others, or lacks what a status has, is asked for by its name.
  return told === 'by-name' || line?.mode !== undefined ? line : askStatusAlone(host, dmName);
}

interface StatusAnswer {
  readonly told: 'by-name' | 'with-the-others';
  readonly status: ReadonlyMap<string, VdoStatusLine | undefined>;
}

async function askStatusOfSeveral(
  host: Host,
  [dmName = '', ...others]: readonly string[],
): Promise<StatusAnswer> {
  if (others.length > 0)
    return { told: 'with-the-others', status: (await askAllAgain(host)) ?? new Map<string, never>() };
  return { told: 'by-name', status: new Map([[dmName, await askStatusAlone(host, dmName)]]) };
}

async function askStatusAlone(host: Host, dmName: string): Promise<VdoStatusLine | undefined> {
  const result = await host.run(looking('dmsetup', ['status', dmName]));
  if (!succeeded(result) && isGone(host, dmName, result)) return undefined;
  // dmsetup may answer for all volumes even if it does not for one.
  const line = succeeded(result)
    ? parseOnly(dmName, result.stdout)
    : ((await askAllAgain(host))?.get(dmName) ?? parseOnly(dmName, outputOf(result)));
  if (line === undefined || line.mode !== undefined || line.odd !== undefined) return line;
  const counted = await host.run(statisticsOfAll);
  const { rows } = succeeded(counted) ? parseVdostats(counted.stdout) : nothingTold;
  return fillIn(
    line,
    rows.find((each) => each.dmName === dmName),
  );
}

function parseOnly(dmName: string, text: string): VdoStatusLine | undefined {
  return text.trim() === '' ? undefined : parseVdoStatusOf(dmName, text);
}

/**
 * The statistics of one running volume: by the kernel's message `stats` if it has that, else by vdostats, of which each
 * generation has its own. Undefined if the volume does not run or has no statistics, for example for a moment after its
 * start.
 */
export async function askStatistics(host: Host, dmName: string): Promise<VdoStatistics | undefined> {
  const version = await askGeneration(host);
  if (version === undefined || !answersStats(version)) {
    const result = await host.run(statisticsOfAll);
    if (!succeeded(result) && (isNoVolumes(result.stderr) || isGone(host, dmName, result))) return undefined;
    return parseVdostats(outputOf(result)).rows.find((each) => each.dmName === dmName);
  }
  const result = await host.run(looking('dmsetup', ['message', dmName, '0', 'stats']));
  if (!succeeded(result) && isGone(host, dmName, result)) return undefined;
  return parseStatsMessage(dmName, outputOf(result));
}

/** Like {@link askStatistics}, for callers that can do without: undefined also if the question fails. */
export async function askStatisticsIfAny(host: Host, dmName: string): Promise<VdoStatistics | undefined> {
  try {
    return await askStatistics(host, dmName);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** What device-mapper knows about a device; undefined if none has that name. */
export async function askInfo(host: Host, dmName: string): Promise<DmInfo | undefined> {
  const columns = ['--noheadings', '--separator', ',', '-o', infoColumns];
  const result = await host.run(looking('dmsetup', ['info', '-c', ...columns, dmName]));
  if (!succeeded(result) && isGone(host, dmName, result)) return undefined;
  return parseInfo(outputOf(result));
}

/** How often the device is open, whoever opened it. */
export async function askOpenCount(host: Host, dmName: string): Promise<number> {
  return (await askInfo(host, dmName))?.openCount ?? 0;
}

/**
 * The device number of the storage that a running volume holds, as the kernel has it, whatever path its table names.
 */
export async function askStorageNumber(host: Host, dmName: string): Promise<string | undefined> {
  return parseDeps(outputOf(await host.run(looking('dmsetup', ['deps', '-o', 'devno', dmName])))).at(0);
}

/** Whether the kernel has no such device. Then the answer is clear, even if the program to ask is not installed. */
function isGone({ files }: Host, dmName: string, { outcome, stderr }: CommandResult): boolean {
  if (outcome.kind === 'not-installed') return readBlockDevices(files).withDmName(dmName) === undefined;
  return /Device does not exist|No such device/.test(stderr);
}

function indexByDmName<T extends { readonly dmName: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [row.dmName, row]));
}

function describeFailure(result: CommandResult): string {
  const firstLine = result.stderr.trim().split('\n')[0] ?? '';
  const how = `${result.command.file}: ${describeCommandOutcome(result)}`;
  return firstLine === '' ? how : `${how} (${firstLine})`;
}
