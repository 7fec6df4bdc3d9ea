import type { CaseInput } from './case-host.ts';
import { playRows, type Row } from './play.ts';

const isMounted =
  (number: string, path: string) =>
  (input: CaseInput): CaseInput => ({
    ...input,
    mountinfo: `30 1 ${number} / ${path} rw - ext4 /dev/x rw\n`,
  });

const snapshot = '12-pool-with-snapshot-normal';

/** A pool whose LV has an LVM snapshot. */
const snapshotRows: readonly Row[] = [
  { input: snapshot, words: ['stop', 'vg/pool', '--dry-run'], code: 0, shows: ['vg/snap'] },
  {
    input: snapshot,
    words: ['status', 'vg/pool'],
    code: 0,
    shows: [/LVs +vg\/lv, vg\/snap \(snapshot of vg\/lv\)/],
    hides: [/held by.*(real|cow)/],
  },
  {
    input: snapshot,
    change: isMounted('253:5', '/old'),
    words: ['stop', 'vg/pool', '--dry-run'],
    code: 8,
    shows: ['mounted on /old'],
    hides: ['held by'],
  },
  {
    input: snapshot,
    words: ['remove', 'vg/lv', '--dry-run'],
    code: 0,
    shows: ['lvremove --yes vg/pool', 'vg/snap'],
  },
  { input: snapshot, words: ['remove', 'vg/snap', '--dry-run'], code: 8, shows: ['lvremove vg/snap'] },
  {
    input: snapshot,
    words: ['grow', 'vg/lv', '--logical', '24G', '--dry-run'],
    code: 8,
    shows: ['vg/snap'],
  },
  {
    input: '12-pool-with-snapshot-read-only',
    words: ['recover', 'vg/pool', '--force-rebuild', '--dry-run'],
    code: 0,
    shows: ['vg/snap', 'vdoforcerebuild'],
  },
];

const uuidOf = (letter: string): string => `${letter.repeat(6)}-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa`;

interface LvInput {
  readonly name: string;
  readonly of?: string;
  readonly data?: string;
  readonly segment: string;
  readonly ranges?: string;
}

/** LVM's report of the group `vg`. */
function printReport(lvs: readonly LvInput[], pvs: readonly string[]): string {
  const named = lvs.map((lv, at) => ({ ...lv, uuid: uuidOf(String.fromCodePoint(97 + at)) }));
  const size = String(8 * 1024 ** 3);
  const report = {
    vg: [{ vg_name: 'vg', vg_extent_size: '4194304' }],
    pv: pvs.map((name) => ({ pv_name: name, pe_start: '1048576' })),
    lv: named.map(({ name, uuid, of = '', data = '' }) => ({
      ...{ lv_name: name, vg_name: 'vg', lv_uuid: uuid, lv_size: size },
      ...{ lv_dm_path: `/dev/mapper/vg-${name.replaceAll(/[[\]]/g, '')}`, pool_lv: of, data_lv: data },
    })),
    pvseg: [],
    seg: named.map(({ uuid, segment, ranges = '' }) => ({
      ...{ lv_uuid: uuid, segtype: segment, seg_start: '0', seg_size: size, seg_pe_ranges: ranges },
    })),
  };
  return JSON.stringify({ report: [report] });
}

const poolLvs: readonly LvInput[] = [
  { name: 'pool', data: '[pool_vdata]', segment: 'vdo-pool', ranges: 'pool_vdata:0-2047' },
  { name: '[pool_vdata]', segment: 'linear', ranges: '/dev/sdb:0-2047' },
];
const thinLvs: readonly LvInput[] = [
  ...poolLvs,
  { name: '[tp_tdata]', of: 'pool', segment: 'vdo', ranges: 'pool:0-2047' },
  { name: '[tp_tmeta]', segment: 'linear', ranges: '/dev/sdb:2048-2050' },
  { name: 'tp', data: '[tp_tdata]', segment: 'thin-pool', ranges: 'tp_tdata:0-2047' },
  { name: 't1', of: 'tp', segment: 'thin' },
];

/** On the pool lies a thin pool with one LV; running, or all of it stopped. */
const withThinPool =
  (state: 'running' | 'stopped') =>
  (input: CaseInput): CaseInput => {
    const { sdb, 'dm-0': data, 'dm-1': target } = input.devices;
    if (sdb === undefined || data === undefined || target === undefined) throw new Error('another input');
    const layer = (minor: number, name: string, suffix: string, below: readonly string[]) => ({
      ...{ num: `253:${String(minor)}`, sectors: 16777216, below },
      dm: { name, uuid: `LVM-x${suffix}` },
    });
    const up = {
      ...{ 'dm-0': data, 'dm-1': target },
      'dm-2': layer(2, 'vg-tp_tdata', '-tdata', ['dm-1']),
      'dm-3': layer(3, 'vg-tp_tmeta', '-tmeta', ['sdb']),
      'dm-4': layer(4, 'vg-tp-tpool', '-tpool', ['dm-2', 'dm-3']),
      'dm-5': layer(5, 'vg-tp', '-pool', ['dm-4']),
      'dm-6': layer(6, 'vg-t1', '', ['dm-4']),
    };
    return withReport({ ...input, devices: { sdb, ...(state === 'running' ? up : {}) } }, state, thinLvs);
  };

function withReport(
  input: CaseInput,
  state: 'running' | 'stopped',
  lvs: readonly LvInput[],
  pvs: readonly string[] = ['/dev/sdb'],
): CaseInput {
  const down = {
    dmsetup: [['*', '']],
    vdostats: [['*', '', 'Could not find any VDO devices', 1]],
  } as const;
  return {
    ...input,
    ...(state === 'running' ? {} : { images: { '/dev/sdb': ['clean-g5.img', 1048576] } }),
    tools: {
      ...input.tools,
      ...(state === 'running' ? {} : down),
      lvm: [['*', printReport(lvs, pvs)]],
    },
  };
}

const thinRows: readonly Row[] = [
  {
    input: snapshot,
    change: withThinPool('running'),
    words: ['stop', 'vg/pool', '--dry-run'],
    code: 0,
    shows: [/lvchange -an vg\/t1[^]*lvchange -an vg\/tp[^]*lvchange -an vg\/pool/],
    hides: ['tp_tdata'],
  },
  {
    input: snapshot,
    change: withThinPool('stopped'),
    words: ['start', 'vg/pool', '--dry-run'],
    code: 0,
    shows: ['lvchange -ay vg/tp vg/t1'],
    hides: ['tp_tdata'],
  },
  {
    input: snapshot,
    change: withThinPool('running'),
    words: ['grow', 'vg/t1', '--logical', '24G', '--dry-run'],
    code: 8,
    shows: ['lvextend --size SIZE vg/tp'],
  },
];

/** The disk is back, and its group was changed without it. */
const isBack = (input: CaseInput): CaseInput => {
  const running = withThinPool('running')(input);
  const told = (running.tools?.['lvm']?.[0]?.[1] ?? '').replace(
    '"pe_start":"1048576"',
    '"pe_start":"1048576","pv_attr":"a-m"',
  );
  return { ...running, tools: { ...running.tools, lvm: [['*', told]] } };
};

const backRows: readonly Row[] = [
  {
    input: snapshot,
    change: isBack,
    words: ['grow', 'vg/pool', '--physical', '--dry-run'],
    code: 8,
    shows: ['/dev/sdb was missing while vg was changed', 'vgextend --restoremissing vg /dev/sdb'],
  },
];

/** A stopped pool whose data LV has two legs; of a group of which some physical volumes may be missing. */
const onLegs =
  (segment: string, ...pvs: readonly string[]) =>
  (input: CaseInput): CaseInput => {
    const { sdb } = input.devices;
    if (sdb === undefined) throw new Error('another input');
    const legs = pvs.flatMap((pv, at): LvInput[] => [
      { name: `[pool_vdata_rimage_${String(at)}]`, segment: 'linear', ranges: `${pv}:1-2048` },
      { name: `[pool_vdata_rmeta_${String(at)}]`, segment: 'linear', ranges: `${pv}:0-0` },
    ]);
    const ranges = pvs.map((_, at) => `pool_vdata_rimage_${String(at)}:0-2047`).join(' ');
    const lvs: LvInput[] = [
      { name: 'lv', of: 'pool', segment: 'vdo', ranges: 'pool:0-2047' },
      { name: 'pool', data: '[pool_vdata]', segment: 'vdo-pool', ranges: 'pool_vdata:0-2047' },
      { name: '[pool_vdata]', segment, ranges },
      ...legs,
    ];
    return withReport({ ...input, devices: { sdb, sdc: { ...sdb, num: '8:32' } } }, 'stopped', lvs, pvs);
  };

/** A stopped pool in two pieces, the second of them on that physical volume. */
const inPieces =
  (second: string) =>
  (input: CaseInput): CaseInput => {
    const { sdb } = input.devices;
    if (sdb === undefined) throw new Error('another input');
    const lvs: LvInput[] = [
      { name: 'lv', of: 'pool', segment: 'vdo', ranges: 'pool:0-2047' },
      { name: 'pool', data: '[pool_vdata]', segment: 'vdo-pool', ranges: 'pool_vdata:0-2047' },
      { name: '[pool_vdata]', segment: 'striped', ranges: `/dev/sdb:0-1023 ${second}:0-1023` },
    ];
    return withReport({ ...input, devices: { sdb } }, 'stopped', lvs, ['/dev/sdb', second]);
  };

const lookFirst = /lvchange -y -ay vg\/pool_vdata[^]*lvchange -an vg\/pool_vdata[^]*lvchange -ay vg\/lv/;

/** What the data of a pool lies on. */
const layoutRows: readonly Row[] = [
  {
    input: snapshot,
    change: onLegs('raid1', '/dev/sdb', '/dev/sdc'),
    words: ['start', 'vg/pool', '--dry-run'],
    code: 0,
    shows: [lookFirst],
    hides: ['partial'],
  },
  {
    input: snapshot,
    change: onLegs('raid1', '/dev/sdb', '[unknown]'),
    words: ['start', 'vg/pool', '--dry-run'],
    code: 0,
    shows: ['lvchange -ay --activationmode partial vg/lv'],
  },
  {
    input: snapshot,
    change: onLegs('raid1', '/dev/sdb', '[unknown]'),
    words: ['list'],
    code: 0,
    shows: ['storage-degraded'],
    hides: ['storage-missing'],
  },
  {
    input: snapshot,
    change: onLegs('raid0', '/dev/sdb', '[unknown]'),
    words: ['start', 'vg/pool', '--dry-run'],
    code: 8,
    shows: ['a physical volume of vg is missing'],
  },
  ...['[unknown]', '/dev/gone'].flatMap((second): Row[] => [
    {
      input: snapshot,
      change: inPieces(second),
      words: ['list'],
      code: 0,
      shows: ['storage-missing'],
    },
    ...['start', 'remove'].map((word) => ({
      input: snapshot,
      change: inPieces(second),
      words: [word, 'vg/pool', '--dry-run'],
      code: 8,
      shows: ['a physical volume of vg is missing', 'vgreduce --removemissing'],
    })),
  ]),
];

playRows([...snapshotRows, ...thinRows, ...backRows, ...layoutRows]);
