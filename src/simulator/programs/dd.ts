import { blockBytes } from '../../model/disk.ts';
import { writeBlock } from './dd-geometry.ts';
import { findContent, findKernelDevice, land } from '../world/devices.ts';
import { checkStorage } from '../world/storage-health.ts';
import { readOtherBlock } from '../world/metadata.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';
import type { Disk } from '../world/world.ts';

/** `dd [if=/dev/zero] of=DEVICE bs=4096 count=1 conv=nocreat,…`: writes zeros or its input over the first block. */
export function dd(call: ProgramCall): Answer {
  requireChanges(call);
  const operands = new Map(
    call.args.map((word): [string, string] => [word.replace(/=.*/s, ''), word.replace(/^[^=]*=/, '')]),
  );
  if (operands.get('oflag')?.startsWith('direct') === true) return writeBlock(call);
  const isFirstBlock = operands.get('bs') === String(blockBytes) && operands.get('count') === '1';
  const path = operands.get('of') ?? '';
  if (!isFirstBlock || operands.get('conv')?.includes('nocreat') !== true)
    return notModelled(call, 'this use of dd');
  const device = findKernelDevice(call.world, path);
  if (device === undefined || !call.isRoot) {
    const why = device === undefined ? 'No such file or directory' : 'Permission denied';
    return fail(1, `dd: failed to open '${path}': ${why}\n`);
  }
  const landing = land(call.world, device, 0);
  if (landing.kind === 'opaque') return notModelled(call, 'writing to this device');
  if (landing.kind !== 'disk' || checkStorage(call.world, device, 0) !== 'good')
    return fail(1, `dd: error writing '${path}': Input/output error\n`);
  const isZeros = operands.get('if') === '/dev/zero';
  const other = isZeros ? undefined : readOtherBlock(Buffer.from(call.command.inputBase64 ?? '', 'base64'));
  if (!isZeros && other === undefined) return notModelled(call, 'such a block');
  if (findContent(landing.disk, landing.atBytes)?.vdo !== undefined)
    return notModelled(call, 'writing over a VDO');
  write(landing.disk, landing.atBytes, other);
  return { ...succeed(), stderr: `1+0 records in\n1+0 records out\n` };
}

function write(disk: Disk, atBytes: number, other: string | undefined): void {
  const content = findContent(disk, atBytes);
  const rest = disk.contents.filter((each) => each !== content);
  disk.contents = other === undefined ? rest : [...rest, { atBytes, other }];
}
