import { looking, succeeded } from '../../model/command.ts';
import type { TargetVersion } from '../../model/generation.ts';
import { askGenerationToBe } from '../../stacks/generation.ts';
import { describeRefusal } from '../../prose/refusals.ts';
import { askTarget } from '../../stacks/vdo-module.ts';
import { tellMissing } from '../guards/target.ts';
import { nothingFound, type Examiner, type Opinion, type Patient } from './examiner.ts';

/** Whether the kernel can run volumes at all, and whether the tools are of its generation. */
export const examineKernel: Examiner = async (patient) => {
  const { host, look } = patient;
  if (look.seen.length === 0) return nothingFound;
  const target = await askTarget(host);
  if (target.kind === 'unknown') {
    const what = 'whether the kernel has the vdo target';
    const why = 'neither dmsetup targets nor modprobe says';
    return { findings: [], missing: [{ source: 'kernel-status', what, why, volume: null }] };
  }
  if (target.kind === 'missing') {
    const facts = await tellMissing(host, target.said);
    const refusal = { kind: 'refused', name: '', because: 'no-vdo-target', facts } as const;
    const { reason, next } = describeRefusal(refusal);
    const finding = { volume: null, code: 'no-vdo-target', severity: 'critical' } as const;
    return { findings: [{ ...finding, message: reason, next: next ?? '' }], missing: [] };
  }
  const version = target.kind === 'there' ? target.version : await askGenerationToBe(host);
  return version === undefined ? nothingFound : examineTools(patient, version);
};

async function examineTools({ host }: Patient, version: TargetVersion): Promise<Opinion> {
  const result = await host.run(looking('vdostats', ['--version']));
  const tools = succeeded(result) ? readToolsVersion(result.stdout) : undefined;
  const wanted = toolsFor(version);
  if (tools === undefined || wanted === undefined || fits(tools, wanted)) return nothingFound;
  const own = `${String(version.major)}.${String(version.minor)}.${String(version.patch)}`;
  const is = tools === 'python' ? 'those of vdo 6' : tools.join('.');
  return {
    findings: [
      {
        volume: null,
        code: 'tools-differ',
        severity: 'warning',
        message: `the tools are of another generation than the kernel's vdo target: that is ${own}, whose tools are vdo ${wanted.words}, and these are ${is}`,
        next: `install vdo ${wanted.words} (dnf install vdo, or apt install vdo); vdostats --version says what is there`,
      },
    ],
    missing: [],
  };
}

/** The numbers of the version; `python` for the program of vdo 6, which prints a release number instead. */
type ToolsVersion = readonly [major: number, minor: number] | 'python';

function readToolsVersion(text: string): ToolsVersion | undefined {
  const [, major, minor] = /^vdostats version is: (\d+)\.(\d+)/.exec(text) ?? [];
  if (major !== undefined) return [Number(major), Number(minor)];
  return /^\d+\.\d+\n?$/.test(text) ? 'python' : undefined;
}

interface Wanted {
  readonly words: string;
  readonly least: ToolsVersion;
  /** Absent: later ones fit, too. */
  readonly most?: ToolsVersion;
}

/** The tools that came with each generation of the target. */
function toolsFor({ major, minor }: TargetVersion): Wanted | undefined {
  if (major === 6) return { words: '6', least: 'python', most: 'python' };
  if (major === 8) return { words: `8.${String(minor)}`, least: [8, minor], most: [8, minor] };
  return major >= 9 ? { words: '8.3 or later', least: [8, 3] } : undefined;
}

function fits(tools: ToolsVersion, { least, most }: Wanted): boolean {
  if (tools === 'python' || least === 'python') return tools === least;
  const isBefore = (one: readonly [number, number], other: readonly [number, number]): boolean =>
    one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
  return !isBefore(tools, least) && !(most !== undefined && most !== 'python' && isBefore(most, tools));
}
