import type { Host } from '../host/host.ts';
import { looking, succeeded, type CommandResult } from '../model/command.ts';
import type { TargetVersion } from '../model/generation.ts';
import { Failure } from '../model/problem.ts';
import { parseTargets } from '../parse/dmsetup-targets.ts';

const targets = looking('dmsetup', ['targets']);

/** The modules that provide the vdo target: since Linux 6.9 the kernel's own, before that Red Hat's. */
export type VdoModule = 'dm-vdo' | 'kvdo';
const firstWithOwn = { major: 6, minor: 9 };

/**
 * Whether this kernel has the vdo target, or could load it. If the kernel does not tell, it is unknown, and no reason
 * to refuse.
 */
export type VdoTarget =
  | { readonly kind: 'there'; readonly version: TargetVersion }
  | { readonly kind: 'loadable'; readonly module: VdoModule }
  /** `said`: modprobe's message. */
  | { readonly kind: 'missing'; readonly said: readonly string[] }
  | { readonly kind: 'unknown' };

/** The version of the vdo target; undefined if its module is not loaded, or the kernel does not tell. */
export async function askTargetVersion(host: Host): Promise<TargetVersion | undefined> {
  return (await askTargets(host))?.get('vdo');
}

/**
 * Asks the kernel which targets it has and, if vdo is not among them, asks modprobe whether it can be. Loads nothing.
 */
export async function askTarget(host: Host): Promise<VdoTarget> {
  const known = await askTargets(host);
  // Every kernel with device-mapper has some targets.
  if (known === undefined || known.size === 0) return { kind: 'unknown' };
  const version = known.get('vdo');
  return version === undefined ? askModules(host) : { kind: 'there', version };
}

async function askTargets(host: Host): Promise<ReadonlyMap<string, TargetVersion> | undefined> {
  const result = await host.run(targets);
  if (!succeeded(result)) return undefined;
  try {
    return parseTargets(result.stdout);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

async function askModules(host: Host): Promise<VdoTarget> {
  const said: string[] = [];
  for (const module of ['dm-vdo', 'kvdo'] as const) {
    const result = await host.run(looking('modprobe', ['--dry-run', module]));
    if (succeeded(result)) return { kind: 'loadable', module };
    if (result.outcome.kind === 'not-installed')
      return loadsModules(host) ? { kind: 'unknown' } : { kind: 'missing', said };
    if (!saysNotFound(result)) return { kind: 'unknown' };
    said.push(result.stderr.trim());
  }
  return { kind: 'missing', said };
}

function saysNotFound({ outcome, stderr }: CommandResult): boolean {
  return outcome.kind === 'exited' && /\bnot found\b/i.test(stderr);
}

/**
 * Whether the kernel can load modules: it then names here the program that does. In a container, that program may be
 * out of reach.
 */
function loadsModules({ files }: Host): boolean {
  const program = files.readText('/proc/sys/kernel/modprobe');
  return program.kind === 'read' && program.value.trim() !== '';
}

/** The name of the missing module, for whoever has to install it. */
export function nameModule({ files }: Pick<Host, 'files'>): string {
  const release = files.readText('/proc/sys/kernel/osrelease');
  const found = release.kind === 'read' ? /^(\d+)\.(\d+)/.exec(release.value) : null;
  if (found === null) return 'dm-vdo (kvdo before Linux 6.9)';
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const hasOwn = major > firstWithOwn.major || (major === firstWithOwn.major && minor >= firstWithOwn.minor);
  return hasOwn ? 'dm-vdo' : 'kvdo';
}
