import type { Host } from '../host/host.ts';
import type { Expectation } from '../model/plan.ts';
import { refuse } from '../model/refuse.ts';
import { isTunableKey, type Tunables } from '../model/tunables.ts';
import { askRunningTable } from '../stacks/ask-tables.ts';
import { askConfigured } from '../stacks/lvm/tunables.ts';
import { findUnread, readManager } from '../stacks/manager/config.ts';
import type { Instead } from './disk-expectations.ts';

type Of<K extends Expectation['kind']> = Extract<Expectation, { kind: K }>;

/** What LVM or the manager has recorded for the next start. */
export async function checkConfigured(
  host: Host,
  { stack, name, values }: Of<'configured'>,
): Promise<Instead> {
  const found = stack === 'lvm' ? await askConfigured(host, name) : await readManaged(host);
  const own = found.get(name);
  if (own !== undefined) return findOther(values, own.tunables, own.logicalBlockBytes);
  if (stack === 'manager') {
    const unread = findUnread((await readManager(host)).missing, name);
    if (unread !== undefined) refuse(name, 'manager-entry-unread', { why: unread.why });
    return { what: 'manager-says', name, state: null };
  }
  return { what: 'lvm-lacks', name };
}

async function readManaged(host: Host) {
  return (await readManager(host)).volumes;
}

/** The table of the running volume. */
export async function checkRunsWith(host: Host, { dmName, values }: Of<'runs-with'>): Promise<Instead> {
  const running = await askRunningTable(host, dmName);
  if (running === undefined) return { what: 'not-running', name: dmName };
  return findOther(values, running.tunables, running.logicalBlockBytes);
}

function findOther(
  values: Readonly<Record<string, number>>,
  tunables: Tunables,
  logicalBlockBytes: number | undefined,
): Instead {
  for (const [key, wanted] of Object.entries(values)) {
    const value = isTunableKey(key) ? tunables[key] : logicalBlockBytes;
    if (value !== wanted) return { what: 'other-value', key, value: value ?? null };
  }
  return undefined;
}
