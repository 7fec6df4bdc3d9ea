import type { Host } from '../../host/host.ts';
import { looking, untearable, type PlannedCommand } from '../../model/command.ts';
import type { Configured } from '../../model/configured.ts';
import { keysWithValue, tunables, type Tunables } from '../../model/tunables.ts';
import { configuredColumns, parseConfigured } from '../../parse/lvm-configured.ts';
import { longMs } from '../shared-steps.ts';
import { outputOf } from '../tool-result.ts';

/** The words of `--vdosettings`. */
export function formatLvmTunables(of: Tunables): readonly string[] {
  return keysWithValue(of).map((key) => {
    const { setting, unitBytes } = tunables[key].lvm;
    return `vdo_${setting}=${String((of[key] ?? 0) / unitBytes)}`;
  });
}

/** Records the values for the next start of a pool that is not active: LVM refuses it for one that is. */
export function changeTunables(pool: string, to: Tunables): PlannedCommand {
  return untearable('lvchange', ['--vdosettings', formatLvmTunables(to).join(' '), pool], longMs);
}

/**
 * What LVM has recorded of its pools, by `vg/pool`. @param pool only this one
 *
 * @throws Failure if LVM does not say.
 */
export async function askConfigured(host: Host, pool?: string): Promise<ReadonlyMap<string, Configured>> {
  const options = [
    '--reportformat',
    'json',
    '--units',
    'b',
    '--nosuffix',
    '--binary',
    '-o',
    configuredColumns,
  ];
  const asked = looking('lvs', [...options, ...(pool === undefined ? [] : [pool])]);
  return parseConfigured(outputOf(await host.run(asked)));
}
