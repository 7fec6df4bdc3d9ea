import type { DeviceAccount } from '../model/account-schema.ts';
import type { Action } from '../model/plan.ts';
import { Failure } from '../model/problem.ts';
import { whyUnknown } from '../parse/dmsetup-status.ts';
import { describeContents } from '../prose/contents.ts';
import { askStatus } from '../stacks/ask-kernel.ts';
import { askContents } from '../stacks/saving/contents.ts';
import { CopyTracker } from './copy-tracker.ts';
import { checkMounted } from './mount-expectations.ts';
import { checkOverlay } from './rehearsal-expectations.ts';
import type { Taking } from './run-step-command.ts';
import { ActionFailure } from './step-fate.ts';

type Of<K extends Action['kind']> = Extract<Action, { kind: K }>;

const pollMs = 500;
/** A rebuilt volume is normal at once, or has slabs to scrub: hours on a slow disk. */
const longestWaitMs = 6 * 60 * 60_000;

/** Waits until the volume is normal. @throws ActionFailure if it is, or becomes, read-only. */
export async function awaitNormal(taking: Taking, { dmName, overlay }: Of<'await-normal'>): Promise<void> {
  const { host, plan, signal } = taking;
  const giveUpAtMs = host.clock.elapsedMs() + longestWaitMs;
  for (;;) {
    if (signal?.aborted === true) throw stopped(taking, `the wait for ${dmName} was stopped`);
    const status = await askStatus(host, dmName);
    if (status?.mode === 'normal') return;
    const isOver = status === undefined || status.mode === 'read-only' || host.clock.elapsedMs() > giveUpAtMs;
    if (status !== undefined && status.mode === undefined) throw new Failure(whyUnknown(status, 'mode'));
    if (isOver) {
      await requireRoom(taking, overlay);
      const found = { what: 'other-state', state: status?.mode ?? 'gone' } as const;
      const promised = { kind: 'mode', dmName, oneOf: ['normal'] } as const;
      throw new ActionFailure(
        { kind: 'not-as-promised', name: plan.volume, promised, found },
        'may-have-acted',
      );
    }
    await host.clock.sleep(pollMs, signal);
  }
}

/** @throws ActionFailure if the volume is read-only for want of room for its changes. */
async function requireRoom({ host, plan }: Taking, dmName: string): Promise<void> {
  const promised = { kind: 'overlay-whole', dmName } as const;
  const found = await checkOverlay(host, dmName);
  if (found === undefined || 'kind' in found || found.what !== 'overlay-invalid') return;
  throw new ActionFailure({ kind: 'not-as-promised', name: plan.volume, promised, found }, 'may-have-acted');
}

function stopped({ whenStopped }: Taking, state: string): ActionFailure {
  return new ActionFailure(whenStopped(state), 'was-stopped');
}

/** How long the files may take: as the copies, which also have a time limit of their own. */
const accountLimitMs = 20 * 24 * 60 * 60_000;

/** Reads everything that is mounted of one device, and tells what was found. */
export async function takeAccount(taking: Taking, action: Of<'account'>): Promise<void> {
  const { host, journal } = taking;
  const { name, device, path, compare } = action;
  const holds = describeContents(await askContents(host, device));
  const isMounted = checkMounted(host, path, device) === undefined;
  const tree = isMounted ? await readFiles(taking, path, compare) : null;
  const account: DeviceAccount = { name, device, holds, tree };
  journal.account(account);
  taking.onAccount?.(account);
}

async function readFiles(
  taking: Taking,
  path: string,
  compare: string | null,
): Promise<DeviceAccount['tree']> {
  const { host, signal, tellProgress } = taking;
  const tracker = new CopyTracker(undefined, host.clock.elapsedMs());
  const reading = await host.readTree(
    { path, compare },
    {
      timeLimitMs: accountLimitMs,
      signal,
      onProgress: (bytes) => {
        tellProgress(tracker.observe(host.clock.elapsedMs(), bytes));
      },
    },
  );
  if (reading.kind === 'read') {
    const { files, bytes, unreadable, compared } = reading;
    return { files, bytes, unreadable, compared };
  }
  if (reading.kind === 'stopped') throw stopped(taking, 'the reading of its files was stopped');
  const how = reading.kind === 'failed' ? reading.reason : 'it did not answer in time';
  const command = `the reader of files (vdoctl), on ${path}`;
  throw new ActionFailure({ kind: 'tool-failed', command, how, said: '' }, 'has-not-acted');
}
