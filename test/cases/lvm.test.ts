import type { CaseInput } from './case-host.ts';
import { inPieces, onLegs, withReport, type LvInput } from './lvm-inputs.ts';
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

/** A thin pool with one LV lies on the VDO pool; all of it runs, or all of it is stopped. */
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

/** The disk is back, and its group was changed while it was missing. */
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

const lookFirst = /lvchange -y -ay vg\/pool_vdata[^]*lvchange -an vg\/pool_vdata[^]*lvchange -ay vg\/lv/;

/** The layouts that a pool's data can lie on. */
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

/** The pool on a RAID: LVM activates the data LV on request, and it then holds this image. */
const lendsRaid =
  (image: string) =>
  (input: CaseInput): CaseInput => {
    const raid = onLegs('raid1', '/dev/sdb', '/dev/sdc')(input);
    return {
      ...raid,
      images: { '/dev/sdc': [image, 0] },
      links: { '/dev/mapper/vg-pool_vdata': '../sdc' },
      tools: { ...raid.tools, lvchange: [['*', '']] },
    };
  };

/** Where only LVM can assemble the data LV, vdoctl reads it before it decides what to do. */
const lentRows: readonly Row[] = [
  {
    input: snapshot,
    what: 'on a RAID, read-only on disk',
    change: lendsRaid('read-only-g5.img'),
    words: ['recover', 'vg/pool'],
    code: 6,
    shows: ['its disk says that it will start read-only'],
  },
  {
    input: snapshot,
    what: 'on a RAID, read-only on disk',
    change: lendsRaid('read-only-g5.img'),
    words: ['recover', 'vg/pool', '--force-rebuild'],
    code: 10,
    shows: ['Plan: force-rebuild vg/pool', 'vdoforcerebuild /dev/mapper/vg-pool_vdata'],
  },
  {
    input: snapshot,
    what: 'on a RAID, a rebuild ordered',
    change: lendsRaid('force-rebuild-g5.img'),
    words: ['start', 'vg/pool'],
    code: 6,
    shows: ['a forced rebuild is pending on its disk'],
  },
  {
    input: snapshot,
    what: 'on a RAID, a rebuild ordered',
    change: lendsRaid('force-rebuild-g5.img'),
    words: ['recover', 'vg/pool', '--force-rebuild'],
    code: 10,
    shows: [lookFirst],
    hides: ['vdoforcerebuild'],
  },
  {
    input: snapshot,
    what: 'on a RAID, no VDO on it',
    change: lendsRaid(''),
    words: ['start', 'vg/pool'],
    code: 8,
    shows: [/the first block of its storage \S+ was wiped/],
  },
  {
    input: snapshot,
    what: 'on a RAID, a rebuild ordered',
    change: lendsRaid('force-rebuild-g5.img'),
    words: ['start', 'vg/pool', '--dry-run'],
    code: 0,
    shows: [lookFirst, 'a dry run does not ask for that'],
    leavesAlone: ['lvchange'],
  },
];

playRows([...snapshotRows, ...thinRows, ...backRows, ...layoutRows, ...lentRows]);
