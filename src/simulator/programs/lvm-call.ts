import { findInVg, findLv, listMissingPvs, type FoundLv } from '../world/lvm-model.ts';
import { parseWantedSize, type WantedSize } from '../world/lvm-size.ts';
import { parseOptions, type Options } from './getopt.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';
import type { Lv, Vg } from '../world/world.ts';

/** What the programs of LVM have in common. */

export const exitFailed = 5;

/** LVM reads every device. On a suspended one it waits in the kernel, where no signal reaches it. */
export function findObstacle(call: ProgramCall): Answer | undefined {
  if (!call.isRoot) return fail(exitFailed, notPermitted);
  const isHung = call.world.dmDevices.some(({ suspended }) => suspended);
  return isHung ? { ...succeed(), durationMs: Infinity, unkillable: true } : undefined;
}

const notPermitted = [
  '  WARNING: Running as a non-root user. Functionality may be unavailable.',
  '  /run/lock/lvm/P_global:aux: open failed: Permission denied',
  '',
].join('\n');

/** Lines as LVM prints them, two blanks in. */
export function sayLines(...lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join('');
}

/** A refusal of LVM, each line two blanks in. */
export function answerRefusal(...lines: readonly string[]): Answer {
  return fail(exitFailed, sayLines(...lines), 100);
}

/** A program that changes something. It runs only if nothing stands in its way. */
export function changingProgram(program: (call: ProgramCall) => Answer): (call: ProgramCall) => Answer {
  return (call) => {
    requireChanges(call);
    return findObstacle(call) ?? program(call);
  };
}

const longNames: Readonly<Record<string, string>> = {
  '--size': '-L',
  '--extents': '-l',
  '--virtualsize': '-V',
  '--name': '-n',
  '--yes': '-y',
};

/** The options by their short names; `-L7G` is `-L 7G`. */
export function parseLvmOptions(call: ProgramCall, values: readonly string[]): Options {
  const words = call.args.flatMap((word) => {
    const [name = '', ...value] = word.split('=');
    const short = longNames[name];
    if (short !== undefined) return value.length === 0 ? [short] : [short, value.join('=')];
    const attached = /^(-[LlVn])(.+)$/.exec(word);
    return attached === null ? [word] : [attached[1] ?? '', attached[2] ?? ''];
  });
  return parseOptions(call, words, { flags: ['-y'], values });
}

/** What `-L` or `-l` asks for. */
export function readWantedSize(call: ProgramCall, { values }: Options): WantedSize {
  for (const option of ['-L', '-l'] as const) {
    const text = values.get(option);
    if (text === undefined) continue;
    return parseWantedSize(option, text) ?? notModelled(call, `the size ${text}`);
  }
  return notModelled(call, 'a size that is not said');
}

/** The option's `y` or `n`, as the 1 or 0 of a setting; undefined without the option. */
export function findSwitch(call: ProgramCall, { values }: Options, name: string): '0' | '1' | undefined {
  switch (values.get(name)) {
    case undefined:
      return undefined;
    case 'y':
      return '1';
    case 'n':
      return '0';
    default:
      return notModelled(call, `this value of ${name}`);
  }
}

export function noSuchVg(name: string): Answer {
  return answerRefusal(`Volume group "${name}" not found`, `Cannot process volume group ${name}`);
}

/** LVM changes no volume group that misses a physical volume. */
export function refuseIncomplete(call: ProgramCall, vg: Vg): Answer | undefined {
  if (listMissingPvs(call.world, vg).length === 0) return undefined;
  return answerRefusal(
    `Cannot change VG ${vg.name} while PVs are missing.`,
    'See vgreduce --removemissing and vgextend --restoremissing.',
    `Cannot process volume group ${vg.name}`,
  );
}

/** The one LV that an `lvchange` names, and its pool, or what the program answers instead. */
export function choosePool(call: ProgramCall, { rest }: Options): (FoundLv & { readonly pool: Lv }) | Answer {
  const [name] = rest;
  if (name === undefined || rest.length > 1) return notModelled(call, 'this use of lvchange');
  const found = findLv(call.world, name);
  if (found === undefined) return answerRefusal(`Failed to find logical volume "${name}"`);
  const { vg, lv } = found;
  const incomplete = refuseIncomplete(call, vg);
  if (incomplete !== undefined) return incomplete;
  const pool = lv.kind === 'vdo' ? findInVg(vg, lv.pool) : lv;
  if (pool.kind !== 'vdo-pool') return notModelled(call, `these settings of a ${pool.kind} LV`);
  return { vg, lv, pool };
}
