import { findKernelDevice } from '../world/devices.ts';
import { generationOf } from '../world/generation.ts';
import { listUsage, printVerbose } from '../world/statistics.ts';
import { parseOptions } from './getopt.ts';
import { fail, succeed, type Answer, type ProgramCall } from './program-call.ts';
import type { DmDevice, World } from '../world/world.ts';

const durationMs = 110;

/** `vdostats`: a program in C that asks the kernel, or the older one in Python that reads `/proc/vdo`. */
export function vdostats(call: ProgramCall): Answer {
  const options = parseOptions(call, call.args, { flags: ['--verbose', '-v', '--all', '--version', '-V'] });
  const { form, version } = generationOf(call.world).vdostats;
  const isPython = form === 'python';
  if (options.flags.has('--version') || options.flags.has('-V'))
    return succeed(isPython ? `${version}\n` : `vdostats version is: ${version}\n`);
  const volumes = call.isRoot ? listVolumes(call.world) : [];
  // The Python program prints nothing if no volume runs, or none runs yet.
  if (isPython && options.rest.length === 0 && volumes.length === 0) return succeed('', durationMs);
  if (options.rest.length === 0 && volumes.length === 0)
    return fail(
      1,
      `${call.isRoot ? '' : notPermitted}vdostats: Could not find any VDO devices\n`,
      durationMs,
    );
  const replayMs = findReplayMs(call.world);
  if (replayMs > 0 && !isPython) return succeed('', durationMs + replayMs);
  const asked: DmDevice[] = options.rest.length === 0 ? volumes : [];
  for (const name of options.rest) {
    const volume = volumes.find((dm) => dm.name === nameOf(call.world, name));
    if (volume === undefined)
      return fail(1, `vdostats: '${name}': Not a valid running VDO device\n`, durationMs);
    asked.push(volume);
  }
  const isVerbose = ['--verbose', '-v', '--all'].some((flag) => options.flags.has(flag));
  const text = isVerbose
    ? asked.map((dm) => printVerbose(call.world, dm)).join('')
    : (isPython ? printPythonTable : printTable)(asked.map((dm) => listUsage(call.world, dm)));
  return succeed(text, durationMs);
}

/** A call for counters waits while the kernel replays a journal, and still gets none then. */
function findReplayMs(world: World): number {
  return Math.max(0, ...world.dmDevices.map(({ starting }) => (starting?.finishAt ?? 0) - world.now));
}

const notPermitted =
  '/dev/mapper/control: open failed: Permission denied\n' +
  'Failure to communicate with kernel device-mapper driver.\n';

function listVolumes(world: World): DmDevice[] {
  return world.dmDevices
    .filter(({ vdo }) => vdo !== undefined)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function nameOf(world: World, reference: string): string {
  if (!reference.startsWith('/')) return reference;
  const device = findKernelDevice(world, reference);
  return device?.part.kind === 'dm' ? device.part.dm.name : reference;
}

/** A percentage is one character wider than N/A, and vdostats does not make up for it. */
function printTable(rows: readonly (readonly string[])[]): string {
  const nameWidth = Math.max('Device'.length, ...rows.map(([name = '']) => name.length));
  const lines = rows.map(
    ([name = '', size = '', used = '', available = '', usedPercent = '', saving = '']) => {
      const isNumber = usedPercent.endsWith('%');
      return [
        name.padEnd(nameWidth),
        ...[size, used, available].map((cell) => cell.padStart(9)),
        usedPercent.padStart(isNumber ? 4 : 3),
        saving.padStart(isNumber ? 13 : 12),
      ].join(' ');
    },
  );
  const heading = `${'Device'.padEnd(nameWidth)} 1k-blocks      Used Available Use% Space saving%`;
  return [heading, ...lines, ''].join('\n');
}

const narrowestName = 20;

function printPythonTable(rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const nameWidth = Math.max(narrowestName, ...rows.map(([name = '']) => name.length));
  const widths = [9, 9, 9, 4, 13];
  const headings = ['Device', '1K-blocks', 'Used', 'Available', 'Use%', 'Space saving%'];
  return [headings, ...rows]
    .map(([name = '', ...cells]) => {
      const padded = cells.map((cell, index) => cell.padStart(widths[index] ?? 0));
      return `${[name.padEnd(nameWidth), ...padded].join(' ')}\n`;
    })
    .join('');
}
