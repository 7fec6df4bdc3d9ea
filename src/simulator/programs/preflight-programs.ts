import { findKernelDevice } from '../world/devices.ts';
import { fail, notModelled, succeed, type Answer, type ProgramCall } from './program-call.ts';
import type { Disk } from '../world/world.ts';

const cannotDetect = 'Unable to detect device type';
const diskIsFailing = 8;

/** `smartctl -j -H -A DEVICE`: the health of a disk, as smartctl 7.4 prints it for an ATA disk. */
export function smartctl({ world, args, ...call }: ProgramCall): Answer {
  const [json, health, attributes, path = ''] = args;
  if (json !== '-j' || health !== '-H' || attributes !== '-A')
    return notModelled({ world, args, ...call }, 'this use of smartctl');
  const device = findKernelDevice(world, path);
  const smart = device?.part.kind === 'disk' ? device.part.disk.smart : undefined;
  if (smart === undefined) {
    const messages = [{ string: `${path}: ${cannotDetect}`, severity: 'error' }];
    const text = JSON.stringify({ json_format_version: [1, 0], smartctl: { exit_status: 1, messages } });
    return { ...succeed(`${text}\n`), code: 1 };
  }
  const code = smart.passed ? 0 : diskIsFailing;
  const text = JSON.stringify({ ...describe(smart), smartctl: { exit_status: code } });
  return { ...succeed(`${text}\n`), code };
}

function describe({ passed, pendingSectors }: NonNullable<Disk['smart']>): object {
  return {
    smart_status: { passed },
    ata_smart_attributes: {
      table: [
        { id: 5, name: 'Reallocated_Sector_Ct', raw: { value: 0 } },
        { id: 197, name: 'Current_Pending_Sector', raw: { value: pendingSectors } },
      ],
    },
  };
}

const statBlockBytes = 512;
const fileSystemBlockBytes = 4096;

/** `stat --format '%b %B' -- FILE`, and `stat --file-system --format '%a %S' -- FILE`, of the file behind a loop device. */
export function stat(call: ProgramCall): Answer {
  const path = call.args.at(-1) ?? '';
  const backing = call.world.disks.find((disk) => disk.backing?.path === path)?.backing;
  if (backing === undefined) return fail(1, `stat: cannot statx '${path}': No such file or directory\n`);
  const words = call.args.slice(0, -2).join(' ');
  const { allocatedBytes, freeBytes } = backing;
  if (words === '--format %b %B')
    return succeed(`${String(allocatedBytes / statBlockBytes)} ${String(statBlockBytes)}\n`);
  if (words === '--file-system --format %a %S')
    return succeed(
      `${String(Math.floor(freeBytes / fileSystemBlockBytes))} ${String(fileSystemBlockBytes)}\n`,
    );
  return notModelled(call, 'this use of stat');
}
