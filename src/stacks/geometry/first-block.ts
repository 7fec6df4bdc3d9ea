import type { Host } from '../../host/host.ts';
import { untearable, type PlannedCommand } from '../../model/command.ts';
import { blockBytes } from '../../model/disk.ts';
import type { Step } from '../../model/plan.ts';
import { refuse } from '../../model/refuse.ts';
import { patienceMs, readerFailure, whyUnread } from '../metadata.ts';

const onlyBlock = ['bs=4096', 'count=1', 'conv=nocreat,notrunc,fsync'];

/** The first 4096 bytes of a device, past the page cache. @throws Failure if they cannot be read. */
export async function readFirstBlock(host: Host, device: string, name: string): Promise<Uint8Array> {
  const areas = [{ id: device, extents: [{ device, startBytes: 0 }] }];
  const [reading] = await host.readMetadata(areas, patienceMs);
  if (reading?.kind === 'read' || reading?.kind === 'not-vdo') return reading.geometry;
  if (reading?.kind === 'not-read') throw readerFailure(reading);
  refuse(name, 'storage-unreadable', { device, why: whyUnread(reading ?? { kind: 'no-answer' }) });
}

export function isAllZeros(block: Uint8Array): boolean {
  return block.length === blockBytes && block.every((byte) => byte === 0);
}

/** @param was what it held, which an undo writes back; undefined if that is no longer wanted. */
export function zeroFirstBlock(device: string, was: Uint8Array | undefined): Step {
  const zeroes: Step = {
    title: `Zero the first 4096 bytes of ${device}`,
    before: [
      { kind: 'unused', device },
      { kind: 'no-vdo', device },
    ],
    action: { kind: 'run', command: untearable('dd', ['if=/dev/zero', `of=${device}`, ...onlyBlock]) },
    after: [{ kind: 'begins-with-zeros', device }],
    // Once the new VDO is there, these bytes are its own.
    unless: [{ kind: 'holds-vdo', device, uuid: null }],
  };
  if (was === undefined || isAllZeros(was)) return zeroes;
  return { ...zeroes, undo: [writeBack(device, was)], mayFailInPart: true };
}

function writeBack(device: string, was: Uint8Array): Step {
  return {
    title: `Write back what the first 4096 bytes of ${device} were`,
    before: [
      { kind: 'unused', device },
      { kind: 'no-vdo', device },
    ],
    action: { kind: 'run', command: writeFirstBlockCommand(device, was) },
  };
}

/** The command, and so the journal, contains the bytes. */
export function writeFirstBlockCommand(device: string, block: Uint8Array): PlannedCommand {
  const command = untearable('dd', [`of=${device}`, ...onlyBlock]);
  return { ...command, inputBase64: Buffer.from(block).toString('base64') };
}
