import type { Host } from '../host/host.ts';
import { changing, looking, succeeded } from '../model/command.ts';
import { blockBytes } from '../model/disk.ts';
import type { Action } from '../model/plan.ts';
import { refusal } from '../model/refusal.ts';
import { formatBytes } from '../model/size.ts';
import { cutExtents, type Extent } from '../parse/unused-extents.ts';
import { explainFailure } from '../stacks/manager/explain-failure.ts';
import { askStatus } from '../stacks/ask-kernel.ts';
import { readOverlayStatus } from '../stacks/rehearsal/overlay-status.ts';
import { askNeverUsed } from '../stacks/saving/unused.ts';
import { describeCommandOutcome } from '../stacks/tool-result.ts';
import type { Taking } from './run-step-command.ts';
import { ActionFailure } from './step-fate.ts';

type DiscardUnused = Extract<Action, { kind: 'discard-unused' }>;

/** A discard of VDO takes seconds for a gibibyte; between two, the plan can be stopped. */
const mostBytes = 256 * 1024 ** 2;
const limitMs = 10 * 60_000;

export function describeDiscarding({ device, type, overlay, untilBytes }: DiscardUnused): string {
  return `discard on ${device} what neither its ${type} nor that on ${overlay} uses, until ${formatBytes(untilBytes)} are free`;
}

/**
 * Discards on a device what its filesystem uses neither now nor once its journal is replayed, as its overlay shows, until
 * the volume has room for the replay, or nothing is left. As long as the overlay is up, the kernel lets nobody mount the
 * device.
 *
 * @throws ActionFailure also if that is too little for what the replay wrote to the overlay.
 */
export async function discardUnused(taking: Taking, action: DiscardUnused): Promise<void> {
  const { device, type, untilBytes } = action;
  const neededBytes = await askNeeded(taking, action);
  const availableBytes = await discardUntil(taking, action, Math.max(untilBytes, neededBytes));
  if (availableBytes >= neededBytes || action.mayFallShort === true) return;
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
async function discardUntil(taking: Taking, action: DiscardUnused, wantedBytes: number): Promise<number> {
  const { host, plan, signal, whenStopped } = taking;
  const unused = await askNeverUsed(host, action);
  const options = await askOptions(host);
  let free = await askFree(taking, action);
  for (const extent of cutExtents(unused, { blockBytes, mostBytes })) {
    if (free >= wantedBytes) break;
    if (signal?.aborted === true)
      throw new ActionFailure(
        whenStopped(`${plan.operation} was stopped between two discards`),
        'was-stopped',
      );
    await discard(taking, [...options, action.device], extent);
    free = await askFree(taking, action);
  }
  return free;
}

/**
 * blkdiscard(8) opens the device for itself alone since util-linux 2.36, where it also got an option against that: the
 * overlay has the device, and nothing else can have it meanwhile.
 */
async function askOptions(host: Host): Promise<readonly string[]> {
  const { stdout } = await host.run(looking('blkdiscard', ['--help']));
  return stdout.includes('--force') ? ['--force'] : [];
}

async function askFree({ host, plan }: Taking, { dmName }: DiscardUnused): Promise<number> {
  const { usedBlocks, physicalBlocks } = (await askStatus(host, dmName)) ?? {};
  if (usedBlocks !== undefined && physicalBlocks !== undefined)
    return Math.max(0, physicalBlocks - usedBlocks) * blockBytes;
  const promised = { kind: 'dm-present', dmName } as const;
  const found = { what: 'not-there', name: dmName } as const;
  throw new ActionFailure({ kind: 'not-as-promised', name: plan.volume, promised, found }, 'may-have-acted');
}

async function discard(
  { host, plan, journal }: Taking,
  words: readonly string[],
  { atBytes, bytes }: Extent,
): Promise<void> {
  const place = ['--offset', String(atBytes), '--length', String(bytes)];
  const result = await host.run(changing('blkdiscard', [...place, ...words], limitMs));
  journal.command(result, describeCommandOutcome(result));
  if (!succeeded(result)) throw new ActionFailure(explainFailure(result, plan.volume), 'may-have-acted');
}
