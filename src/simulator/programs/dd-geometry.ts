import { blockBytes } from '../../model/disk.ts';
import { parseGeometry } from '../../parse/disk.ts';
import { findContent, findKernelDevice, findSuspendedUnder, isReadOnly, land } from '../world/devices.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';
import { startProbing } from './vdo-programs.ts';
import type { Content } from '../world/world.ts';

/** `dd of=DEVICE bs=4096 count=1 seek=N …`: writes zeros or its input over the geometry block of a VDO. */
export function writeBlock(call: ProgramCall): Answer {
  requireChanges(call);
  const operands = new Map(call.args.map((word) => word.split('=', 2) as [string, string]));
  const [path = '', size, count] = ['of', 'bs', 'count'].map((name) => operands.get(name));
  const flags = (operands.get('oflag') ?? '').split(',');
  const conversions = (operands.get('conv') ?? '').split(',');
  const isSafe = flags.includes('direct') && conversions.includes('notrunc') && conversions.includes('fsync');
  if (size !== String(blockBytes) || count !== '1' || !isSafe) return notModelled(call, 'this use of dd');
  const device = findKernelDevice(call.world, path);
  if (device === undefined || !call.isRoot || isReadOnly(device))
    return fail(1, `dd: failed to open '${path}': No such file or directory\n`);
  if (findSuspendedUnder(call.world, device) !== undefined)
    return { ...succeed(), durationMs: Infinity, unkillable: true };
  const seek = Number(operands.get('seek') ?? 0);
  const landing = land(call.world, device, flags.includes('seek_bytes') ? seek : seek * blockBytes);
  if (landing.kind !== 'disk' || landing.disk.fault !== 'none')
    return fail(1, `dd: error writing '${path}': Input/output error\n`);
  const { disk, atBytes } = landing;
  const content = findContent(disk, atBytes);
  if (content === undefined) return notModelled(call, 'dd over what is no VDO');
  const written = operands.get('if') === '/dev/zero' ? wipe(content) : writeGeometry(call, content);
  disk.contents = disk.contents.map((each) => (each === content ? written : each));
  startProbing(call.world, device);
  return succeed('', 20);
}

function wipe({ vdo, wiped, ...rest }: Content): Content {
  const image = vdo ?? wiped;
  return image === undefined ? rest : { ...rest, wiped: image };
}

function writeGeometry(call: ProgramCall, { vdo, wiped, atBytes }: Content): Content {
  const image = wiped ?? vdo;
  const block = new Uint8Array(blockBytes);
  block.set(Buffer.from(call.command.inputBase64 ?? '', 'base64'));
  const { nonce, uuid } = parseGeometry(block);
  if (image === undefined || String(nonce) !== image.nonce)
    return notModelled(call, 'dd of a geometry block that is not this volume’s');
  return { atBytes, vdo: { ...image, uuid } };
}
