import type { Host } from '../host/host.ts';
import { looking, succeeded } from '../model/command.ts';
import { takesV4, type TargetVersion } from '../model/generation.ts';
import { refuse } from '../model/refuse.ts';
import type { Remembered } from '../model/remembered.ts';
import { parseModuleVersion } from '../parse/dmsetup-targets.ts';
import { askTargetVersion } from './vdo-module.ts';

const known = new WeakMap<Host, TargetVersion>();

/**
 * The generation of VDO that runs: the version of the kernel's vdo target. It cannot change while a volume runs, and is
 * asked for once. Undefined if nobody tells.
 */
export async function askGeneration(host: Host): Promise<TargetVersion | undefined> {
  const before = known.get(host);
  if (before !== undefined) return before;
  const version = await askTargetVersion(host);
  if (version !== undefined) known.set(host, version);
  return version;
}

/**
 * The generation that runs or, before any module is loaded, would be loaded. The module of Linux itself (since 6.9)
 * tells no version.
 */
export async function askGenerationToBe(host: Host): Promise<TargetVersion | undefined> {
  const target = await askGeneration(host);
  if (target !== undefined) return target;
  const result = await host.run(looking('modinfo', ['-F', 'version', 'kvdo']));
  return succeeded(result) ? parseModuleVersion(result.stdout) : undefined;
}

/** Throws unless the kernel takes tables of that version: it would say why only in its log. */
export function guardTable(
  { name, table }: Pick<Remembered, 'name' | 'table'>,
  target: TargetVersion | undefined,
  made: { readonly device: string; readonly isNew: boolean },
): void {
  const isNew = table.version === 'V3' || table.version === 'V4';
  if (target === undefined || takesV4(target) || !isNew) return;
  const own = `${String(target.major)}.${String(target.minor)}.${String(target.patch)}`;
  refuse(name, 'table-too-new', { table: table.version, target: own, ...made });
}
