import { changing, succeeded } from '../model/command.ts';
import { blockBytes } from '../model/disk.ts';
import type { Action } from '../model/plan.ts';
import { refusal } from '../model/refusal.ts';
import { formatBytes } from '../model/size.ts';
import { cutExtents, type Extent } from '../parse/unused-extents.ts';
import { explainFailure } from '../stacks/manager/explain-failure.ts';
import { askStatus } from '../stacks/ask-kernel.ts';
import { readOverlayStatus } from '../stacks/rehearsal/overlay-status.ts';
import { askUnused } from '../stacks/saving/unused.ts';
import { describeCommandOutcome } from '../stacks/tool-result.ts';
import { CopyTracker } from './copy-tracker.ts';
import type { Taking } from './run-step-command.ts';
import { ActionFailure } from './step-fate.ts';

type DiscardUnused = Extract<Action, { kind: 'discard-unused' }>;

/** A discard of VDO takes seconds for a gibibyte; between two, the plan can be stopped. */
const mostBytes = 256 * 1024 ** 2;
const limitMs = 10 * 60_000;

export function describeDiscarding({ device, type, overlay, untilBytes }: DiscardUnused): string {
  return `discard on ${device} what the ${type} on ${overlay} does not use, until ${formatBytes(untilBytes)} are free`;
}

/**
 * Discards on a device what the filesystem on its overlay does not use, until the volume has room, or nothing is left.
 * As long as the overlay is up, the kernel lets nobody mount the device.
 *
 * @throws ActionFailure also if that is too little for what the replay wrote to the overlay.
 */
export async function discardUnused(taking: Taking, action: DiscardUnused): Promise<void> {
  const availableBytes = await discardUntilThereIsRoom(taking, action);
  if (action.mayFallShort === true) return;
  const neededBytes = await askNeeded(taking, action);
  if (availableBytes >= neededBytes) return;
  const { device, type } = action;
  const facts = { device, type, availableBytes, neededBytes };
  throw new ActionFailure(refusal(taking.plan.volume, 'too-little-unused', facts), 'may-have-acted');
}

/** What the replay wrote to the overlay, and some for VDO's own map: it frees an old block after it has written the new one. */
async function askNeeded({ host, plan }: Taking, { overlay }: DiscardUnused): Promise<number> {
  const dmName = overlay.slice(overlay.lastIndexOf('/') + 1);
  const status = await readOverlayStatus(host, dmName);
  if (status?.kind === 'valid') return status.usedBytes + spareBytes;
  const promised = { kind: 'overlay-whole', dmName } as const;
  const found = { what: 'overlay-invalid', name: dmName } as const;
  throw new ActionFailure({ kind: 'not-as-promised', name: plan.volume, promised, found }, 'may-have-acted');
}

const spareBytes = 2 * 1024 ** 2;

/** @returns what is free then, in bytes. */
async function discardUntilThereIsRoom(taking: Taking, action: DiscardUnused): Promise<number> {
  const { host, plan, signal, tellProgress, whenStopped } = taking;
  const before = await askFree(taking, action);
  const tracker = new CopyTracker(Math.max(0, action.untilBytes - before), host.clock.elapsedMs());
  let free = before;
  const unused = await askUnused(host, action.type, action.overlay);
  for (const extent of cutExtents(unused, { blockBytes, mostBytes })) {
    if (free >= action.untilBytes) break;
    if (signal?.aborted === true)
      throw new ActionFailure(
        whenStopped(`${plan.operation} was stopped between two discards`),
        'was-stopped',
      );
    await discard(taking, action.device, extent);
    free = await askFree(taking, action);
    tellProgress({
      ...tracker.observe(host.clock.elapsedMs(), Math.max(0, free - before)),
      phase: 'trimming',
    });
  }
  return free;
}

async function askFree({ host, plan }: Taking, { dmName }: DiscardUnused): Promise<number> {
  const { usedBlocks, physicalBlocks } = (await askStatus(host, dmName)) ?? {};
  if (usedBlocks !== undefined && physicalBlocks !== undefined)
    return Math.max(0, physicalBlocks - usedBlocks) * blockBytes;
  const promised = { kind: 'dm-present', dmName } as const;
  const found = { what: 'not-there', name: dmName } as const;
  throw new ActionFailure({ kind: 'not-as-promised', name: plan.volume, promised, found }, 'may-have-acted');
}

/** blkdiscard(8) would open the device for itself, but the overlay has it; nothing else can have it meanwhile. */
async function discard({ host, plan, journal }: Taking, device: string, extent: Extent): Promise<void> {
  const place = ['--offset', String(extent.atBytes), '--length', String(extent.bytes)];
  const result = await host.run(changing('blkdiscard', ['--force', ...place, device], limitMs));
  journal.command(result, describeCommandOutcome(result));
  if (!succeeded(result)) throw new ActionFailure(explainFailure(result, plan.volume), 'may-have-acted');
}
