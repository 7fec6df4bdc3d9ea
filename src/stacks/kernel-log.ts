import type { Host } from '../host/host.ts';
import { findVdoLogLines } from '../parse/kernel-log.ts';
import { looking, succeeded, type CommandResult } from '../model/command.ts';

const complaint =
  /error|could not|cannot|unrecoverable|was specified|old format|failed|unknown|device-mapper: table:|aborting|read-only/i;
const stamp = /^\[.*?\] (device-mapper: )?/;
/** As many lines as a person can take in at once. */
const mostLines = 4;

/**
 * What the kernel said about VDO since a command began that failed or had no effect. dmsetup passes on only an error
 * number; the reason is in the kernel log. Empty if the log cannot be read.
 */
export async function readKernelComplaints(
  host: Host,
  failed: Pick<CommandResult, 'startedAt'>,
): Promise<readonly string[]> {
  const uptime = host.files.readText('/proc/uptime');
  const result = await host.run(looking('dmesg', []));
  if (uptime.kind !== 'read' || !succeeded(result)) return [];
  const bootedAtMs = host.clock.now() - Number.parseFloat(uptime.value) * 1000;
  const lines = result.stdout.split('\n').filter((line) => {
    const seconds = /^\[ *(\d+\.\d+)\] /.exec(line)?.[1];
    // One second of tolerance: uptime and the log are read at different moments.
    const isRecent = seconds !== undefined && bootedAtMs + Number(seconds) * 1000 >= failed.startedAt - 1000;
    return isRecent && line.includes('vdo') && complaint.test(line);
  });
  return lines.slice(-mostLines).map((line) => line.replace(stamp, ''));
}

/** The last line since boot in which the kernel said that it does not know the vdo target. */
export async function findMissingTarget(host: Host): Promise<string | undefined> {
  const result = await host.run(looking('dmesg', []));
  if (!succeeded(result)) return undefined;
  const lines = result.stdout.split('\n').filter((line) => line.includes('vdo: unknown target type'));
  return lines.at(-1)?.replace(stamp, '');
}

/**
 * The line in which the kernel said, since it booted, that the volume's recovery journal has the old format. A forced
 * rebuild would then destroy mappings. The log names the instance (`vdo1`) that the device got at its last start; for a
 * stopped volume that is unknown, so any such line counts.
 */
export async function findOldJournal(
  host: Host,
  deviceNumber: string | undefined,
): Promise<string | undefined> {
  const result = await host.run(looking('dmesg', []));
  if (!succeeded(result)) return undefined;
  const old = findVdoLogLines(result.stdout).filter(({ kind }) => kind === 'old-journal');
  const starts = [...result.stdout.matchAll(/(vdo\d+):\S+: starting device '([\d:]+)'/g)];
  const instance = starts.findLast(([, , number]) => number === deviceNumber)?.[1];
  return old.find((line) => instance === undefined || line.instance === instance)?.line;
}

/**
 * The lines of the kernel log about a running volume, oldest first: those of the instance that its device got at its
 * last start (`vdo1`; before Linux 6.9 `kvdo1`). Empty if it was never started, or the log cannot be read.
 *
 * @param called what the log may call the device: its number, or its name (kvdo 6)
 */
export async function readKernelLines(host: Host, called: readonly string[]): Promise<readonly string[]> {
  const result = await host.run(looking('dmesg', []));
  if (!succeeded(result)) return [];
  const start = findStart(result.stdout, called);
  if (start === undefined) return [];
  const since = result.stdout.slice(result.stdout.lastIndexOf('\n', start.index) + 1).split('\n');
  return since.filter((line) => line.includes(`${start.instance}:`));
}

/**
 * The name that the kernel gave to a running volume at its last start, by the text of its log: `vdo1`; before Linux 6.9
 * `kvdo1`. Undefined if the log has no start of it.
 */
export function findInstance(log: string, called: readonly string[]): string | undefined {
  return findStart(log, called)?.instance;
}

function findStart(
  log: string,
  called: readonly string[],
): { readonly index: number; readonly instance: string } | undefined {
  const starts = [...log.matchAll(/(k?vdo\d+):\S+: starting device '([^'\n]+)'/g)];
  const start = starts.findLast(([, , device = '']) => called.includes(device));
  const instance = start?.[1];
  return start === undefined || instance === undefined ? undefined : { index: start.index, instance };
}
