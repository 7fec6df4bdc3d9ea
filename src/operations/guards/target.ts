import type { Host } from '../../host/host.ts';
import { changing } from '../../model/command.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { RefusalFacts } from '../../model/refusal.ts';
import { refuse } from '../../model/refuse.ts';
import type { StackName } from '../../model/volume.ts';
import { findMissingTarget } from '../../stacks/kernel-log.ts';
import { askTarget, nameModule } from '../../stacks/vdo-module.ts';

/**
 * The steps after which the kernel has the vdo target.
 *
 * @throws Failure `refused` if it cannot have it: whatever starts a volume would fail halfway.
 */
export async function prepareTarget(
  host: Host,
  { name, stack }: { readonly name: string; readonly stack: StackName },
): Promise<readonly Step[]> {
  const target = await askTarget(host);
  if (target.kind === 'missing') refuse(name, 'no-vdo-target', await tellMissing(host, target.said));
  // The manager and LVM load the module themselves, and the kernel loads dm-vdo for the first table that names it.
  if (target.kind !== 'loadable' || target.module === 'dm-vdo' || stack !== 'dm') return [];
  const command = changing('modprobe', [target.module]);
  return [
    {
      title: `Load the kernel module ${target.module}, which has the vdo target`,
      action: { kind: 'run', command },
    },
  ];
}

/** What is known of a missing target. @param told modprobe's messages. */
export async function tellMissing(
  host: Host,
  told: readonly string[],
): Promise<RefusalFacts['no-vdo-target']> {
  const line = await findMissingTarget(host);
  const said = [...told, ...(line === undefined ? [] : [`the kernel said: ${line}`])];
  return { module: nameModule(host), said };
}

/** The plan, with further steps before its own. */
export function withFirst(steps: readonly Step[], plan: Plan): Plan {
  return { ...plan, steps: [...steps, ...plan.steps] };
}
