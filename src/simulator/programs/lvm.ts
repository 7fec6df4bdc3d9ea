import { generationOf } from '../world/generation.ts';
import { changingProgram, exitFailed, findObstacle } from './lvm-call.ts';
import { activate, deactivate } from './lvm-change.ts';
import { lvcreate } from './lvm-create.ts';
import { changeTuning } from './lvm-tune.ts';
import { changeReduction, lvextend, refresh } from './lvm-extend.ts';
import { findLv, listMissingPvs } from '../world/lvm-model.ts';
import { pvcreate, pvremove, pvresize, vgcreate, vgremove } from './lvm-pv.ts';
import { lvremove } from './lvm-remove.ts';
import { lvrename } from './lvm-rename.ts';
import { listFreePvs, reports, type ReportKind, type LvmReportRow } from './lvm-report.ts';
import { printJson, type ReportGroup } from './lvm-report-json.ts';
import { parseOptions, type Options } from './getopt.ts';
import { fail, notModelled, succeed, type Answer, type ProgramCall, type Program } from './program-call.ts';
import { countAllOpens } from '../world/opens.ts';
import type { Vg, World } from '../world/world.ts';

/** LVM 2.03.31. */

const reportMs = 120;

/** `lvm VERB …` is the same as `VERB …`. */
export function lvm(call: ProgramCall): Answer {
  const [verb = '', ...args] = call.args;
  if (verb === 'version') {
    const { lvm: version, deviceMapper } = generationOf(call.world);
    return succeed(`  LVM version:     ${version}\n  Library version: ${deviceMapper.library}\n`);
  }
  const own: Readonly<Partial<Record<string, Program>>> = { fullreport, lvmconfig };
  const program = own[verb] ?? lvmPrograms[verb];
  return program === undefined ? notModelled(call, `lvm ${verb}`) : program({ ...call, args });
}

const reportFlags = ['--binary', '--nosuffix', '--all', '-a', '--readonly', '--segments', '--noheadings'];
const reportValues = ['--reportformat', '--units', '-o', '--configreport'];

function requireJson(call: ProgramCall, options: ReturnType<typeof parseOptions>): void {
  const isJson = options.values.get('--reportformat') === 'json';
  const isBytes = options.values.get('--units') === 'b' && options.flags.has('--nosuffix');
  if (!isJson || !isBytes) notModelled(call, 'a report that is not JSON in bytes');
}

function fullreport(call: ProgramCall): Answer {
  const obstacle = findObstacle(call);
  if (obstacle !== undefined) return obstacle;
  const options = parseOptions(call, call.args, { flags: reportFlags, values: reportValues });
  requireJson(call, options);
  const columns = new Map<string, string>();
  let about = '';
  for (const [name, value] of options.inOrder) {
    if (name === '--configreport') about = value;
    else if (name === '-o') columns.set(about, value);
  }
  const opens = countAllOpens(call.world);
  const describe = (vg: Vg, kind: ReportKind): ReportGroup[number] => {
    const wanted = columns.get(kind) ?? notModelled(call, `a ${kind} report without -o`);
    return [kind, reports[kind](call.world, vg, opens).map((row) => pick(call, row, wanted))];
  };
  const vgs = chooseVgs(call, options.rest);
  const [first] = vgs;
  // LVM refuses a segment's field among those of LVs, because it would change the type of the report.
  if (first !== undefined && columns.get('lv')?.split(',').includes('segtype') === true) {
    const begun: ReportGroup = [describe(first, 'vg'), describe(first, 'pv')];
    return { ...fail(exitFailed, '', reportMs), stdout: printJson([begun], logOfRefusal(first)) };
  }
  const groups = vgs.map((vg): ReportGroup => reportOrder.map((kind) => describe(vg, kind)));
  const free = options.rest.length === 0 ? listFreePvs(call.world) : [];
  const ofPvs = columns.get('pv');
  // Physical volumes without a group have a report of their own, before the others.
  if (free.length > 0 && ofPvs !== undefined)
    groups.unshift([['pv', free.map((row) => pick(call, row, ofPvs))]]);
  const answer = succeed(groups.length === 0 ? emptyReport : printJson(groups), reportMs);
  return { ...answer, stderr: warnAboutMissing(call.world) };
}

/** `lvmconfig --typeconfig full [--metadataprofile NAME] SETTING…`: what counts, defaults included. */
function lvmconfig(call: ProgramCall): Answer {
  const options = parseOptions(call, call.args, { values: ['--typeconfig', '--metadataprofile'] });
  if (options.values.get('--typeconfig') !== 'full') return notModelled(call, 'this use of lvmconfig');
  const { autoextend = { threshold: 100, percent: 20 }, lvmProfiles = {} } = call.world;
  const profile = options.values.get('--metadataprofile');
  const { threshold, percent } = (profile === undefined ? undefined : lvmProfiles[profile]) ?? autoextend;
  const values: Readonly<Partial<Record<string, number>>> = {
    'activation/vdo_pool_autoextend_threshold': threshold,
    'activation/vdo_pool_autoextend_percent': percent,
    'activation/monitoring': autoextend.monitoring ?? 1,
  };
  const lines = options.rest.map((setting) => {
    const value = values[setting] ?? notModelled(call, `the setting ${setting}`);
    return `${setting.slice(setting.indexOf('/') + 1)}=${String(value)}\n`;
  });
  return succeed(lines.join(''), reportMs);
}

function logOfRefusal(vg: Vg): LvmReportRow[] {
  const about = {
    log_context: 'processing',
    log_object_type: 'vg',
    log_object_name: vg.name,
    log_object_id: vg.uuid,
    log_object_group: '',
    log_object_group_id: '',
  };
  const reason =
    `Subreport of type "lv" for VG ${vg.name} contains columns which lead to change of report type. ` +
    'Add these columns to proper subreport type.';
  const failed = { log_message: 'failure', log_errno: '-1', log_ret_code: '5' };
  return [
    {
      log_seq_num: '2',
      log_type: 'error',
      ...about,
      log_message: reason,
      log_errno: '-1',
      log_ret_code: '0',
    },
    { log_seq_num: '3', log_type: 'status', ...about, ...failed },
  ];
}

const reportOrder: readonly ReportKind[] = ['vg', 'pv', 'lv', 'pvseg', 'seg'];
const emptyReport = '  {\n      "report": [\n      ]\n      ,\n      "log": [\n      ]\n  }\n';

function chooseVgs(call: ProgramCall, names: readonly string[]): Vg[] {
  const there = call.world.vgs.filter((vg) => listMissingPvs(call.world, vg).length < vg.pvs.length);
  const groups = names.map((name) => name.split('/')[0]);
  return names.length === 0 ? there : there.filter(({ name }) => groups.includes(name));
}

function lvs(call: ProgramCall): Answer {
  return printOne(call, (options) => {
    const lvNames = options.rest.filter((name) => name.includes('/'));
    return {
      kind: options.flags.has('--segments') ? 'seg' : 'lv',
      isShown: (row) =>
        (isAll(options) || row.lv_name?.startsWith('[') !== true) &&
        (lvNames.length === 0 || lvNames.includes(row.lv_full_name ?? '')),
    };
  });
}

function isAll({ flags }: Options): boolean {
  return flags.has('-a') || flags.has('--all');
}

/** A report of one kind, of every group. */
function printOne(
  call: ProgramCall,
  choose: (options: Options) => {
    readonly kind: ReportKind;
    readonly isShown: (row: LvmReportRow) => boolean;
  },
): Answer {
  const obstacle = findObstacle(call);
  if (obstacle !== undefined) return obstacle;
  const options = parseOptions(call, call.args, { flags: reportFlags, values: reportValues });
  requireJson(call, options);
  const wanted = options.values.get('-o') ?? notModelled(call, 'a report without -o');
  if (wanted.includes('vdo_deduplication') && !options.flags.has('--binary'))
    notModelled(call, 'the words for what is on or off');
  const { kind, isShown } = choose(options);
  const opens = countAllOpens(call.world);
  const rows = chooseVgs(call, options.rest).flatMap((vg) => reports[kind](call.world, vg, opens));
  const free = kind === 'pv' && options.rest.length === 0 ? listFreePvs(call.world) : [];
  const shown = [...rows, ...free].filter(isShown).map((row) => pick(call, row, wanted));
  return { ...succeed(printJson([[[kind, shown]]]), reportMs), stderr: warnAboutMissing(call.world) };
}

const showAll = (kind: ReportKind) => (): { readonly kind: ReportKind; readonly isShown: () => boolean } => ({
  kind,
  isShown: () => true,
});

function pick(call: ProgramCall, row: LvmReportRow, wanted: string): LvmReportRow {
  const cells = wanted.split(',').map((field): [string, string] => {
    const value = row[field];
    return value === undefined ? notModelled(call, `the field ${field}`) : [field, value];
  });
  return Object.fromEntries(cells);
}

function warnAboutMissing(world: World): string {
  const lines = world.vgs.flatMap((vg) =>
    listMissingPvs(world, vg).flatMap(({ device, uuid }) => [
      `  WARNING: Couldn't find device with uuid ${uuid}.`,
      `  WARNING: VG ${vg.name} is missing PV ${uuid} (last written to ${device}).`,
    ]),
  );
  return lines.map((line) => `${line}\n`).join('');
}

const activations = ['-ay', '-an'];

const lvchange = changingProgram((call) => {
  if (call.args.includes('--refresh')) return refresh(call);
  if (call.args.some((word) => /^--(compression|deduplication)\b/.test(word))) return changeReduction(call);
  if (call.args.includes('--vdosettings')) return changeTuning(call);
  return changeActivation(call);
});

function changeActivation(call: ProgramCall): Answer {
  const answers = new Set(call.args.filter((word) => word === '-y' || word === '--yes').map(() => '-y'));
  const words = call.args.filter((word) => word !== '-y' && word !== '--yes');
  const activation = words.find((word) => activations.includes(word));
  const names = words.filter((word) => !activations.includes(word));
  if (activation === undefined || names.length === 0 || names.some((name) => name.startsWith('-')))
    return notModelled(call, 'this use of lvchange');
  let durationMs = 0;
  let stdout = '';
  for (const name of names) {
    const found = findLv(call.world, name);
    if (found === undefined) return fail(exitFailed, `  Failed to find logical volume "${name}"\n`, 100);
    const answer = activation === '-ay' ? activate(call, found, answers) : deactivate(call, found);
    if (answer.code !== 0 || names.length === 1) return answer;
    if (answer.durationMs === Infinity) return answer;
    durationMs += answer.durationMs;
    stdout += answer.stdout;
  }
  return succeed(stdout, durationMs);
}

/** Every program of LVM. */
export const lvmPrograms: Readonly<Partial<Record<string, Program>>> = {
  lvchange,
  lvcreate,
  lvextend,
  lvremove,
  lvrename,
  lvs,
  pvcreate,
  pvremove,
  pvresize,
  pvs: (call) => printOne(call, showAll('pv')),
  vgcreate,
  vgremove,
  vgs: (call) => printOne(call, showAll('vg')),
};
