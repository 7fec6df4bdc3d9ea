import { notUnderstood } from '../model/problem.ts';
import { onlyLine, toCount } from './text.ts';

const tool = 'dmsetup deps';
const form = /^([0-9]+) dependencies\t:((?: \([^()]+\))*)$/;
const number = /^([0-9]+), ([0-9]+)$/;

/**
 * The devices directly beneath NAME, by `dmsetup deps NAME`: names (`slow`, `vdb`) with `-o devname` or
 * `-o blkdevname`, and `MAJOR:MINOR` with `-o devno` (and wherever dmsetup found no name).
 *
 * @throws Failure `not-understood` at another form, and when the line lists more or fewer devices than it counts.
 */
export function parseDeps(text: string): string[] {
  const line = onlyLine(tool, text);
  const found = form.exec(line);
  if (found === null) notUnderstood(tool, line, 'not of the form N dependencies : (DEVICE) …');
  const [, count = '', list = ''] = found;
  const devices = [...list.matchAll(/\(([^()]+)\)/g)].map(([, device = '']) => nameDevice(line, device));
  if (devices.length !== toCount({ tool, line }, 'the number of dependencies', count)) {
    notUnderstood(tool, line, `it lists ${String(devices.length)} devices`);
  }
  return devices;
}

function nameDevice(line: string, device: string): string {
  const found = number.exec(device);
  if (found === null) return device;
  const place = { tool, line };
  const [major = 0, minor = 0] = found.slice(1).map((word) => toCount(place, 'a device number', word));
  return `${String(major)}:${String(minor)}`;
}
