import type { Host } from '../host/host.ts';
import { findVdoLogLines } from '../parse/kernel-log.ts';
import { looking, succeeded, type CommandResult } from '../model/command.ts';

const complaint =
  /error|could not|cannot|unrecoverable|was specified|old format|failed|unknown|device-mapper: table:|aborting|read-only/i;
const stamp = /^\[.*?\] (device-mapper: )?/;
/** What a person can take in at once. */
const mostLines = 4;

/**
 * What the kernel said of VDO since a command was begun that failed, or came to nothing: dmsetup passes on only an error number, the reason is in
 * the kernel log. Empty when the log cannot be read.
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
    // A second's grace: uptime and the log are read at different moments.
    const isRecent = seconds !== undefined && bootedAtMs + Number(seconds) * 1000 >= failed.startedAt - 1000;
    return isRecent && line.includes('vdo') && complaint.test(line);
  });
  return lines.slice(-mostLines).map((line) => line.replace(stamp, ''));
}

/** The last line in which the kernel said that it does not know the vdo target, since it booted. */
export async function findMissingTarget(host: Host): Promise<string | undefined> {
  const result = await host.run(looking('dmesg', []));
  if (!succeeded(result)) return undefined;
  const lines = result.stdout.split('\n').filter((line) => line.includes('vdo: unknown target type'));
  return lines.at(-1)?.replace(stamp, '');
}

/**
 * The kernel's line that the volume's recovery journal is in the old format, if it said so since it booted. A forced
 * rebuild would destroy mappings then. The log names the instance (`vdo1`) that the device got when it was last
 * started; of a stopped volume nothing is known, so any such line counts.
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
 * The lines of the kernel log that concern a running volume, oldest first: those of the instance (`vdo1`, before Linux
 * 6.9 `kvdo1`) that its device got when it was last started. Empty when it never was, or the log cannot be read.
 *
 * @param called what the log may call the device: its number, or its name (kvdo 6)
 */
export async function readKernelLines(host: Host, called: readonly string[]): Promise<readonly string[]> {
  const result = await host.run(looking('dmesg', []));
  if (!succeeded(result)) return [];
  const starts = [...result.stdout.matchAll(/(k?vdo\d+):\S+: starting device '([^'\n]+)'/g)];
  const start = starts.findLast(([, , device = '']) => called.includes(device));
  const instance = start?.[1];
  if (start === undefined || instance === undefined) return [];
  const since = result.stdout.slice(result.stdout.lastIndexOf('\n', start.index) + 1).split('\n');
  return since.filter((line) => line.includes(`${instance}:`));
}
