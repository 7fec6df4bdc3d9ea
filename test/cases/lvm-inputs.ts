import type { CaseInput } from './case-host.ts';

const uuidOf = (letter: string): string => `${letter.repeat(6)}-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa`;

/** An LV of the group `vg`, as it appears in LVM's report. */
export interface LvInput {
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

/** The host with these LVs in LVM's report of the group `vg`. `stopped`: no device of them is up. */
export function withReport(
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

/** A stopped pool whose data LV has two legs; physical volumes of its group may be missing. */
export const onLegs =
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

/** A stopped pool in two pieces, the second on the given physical volume. */
export const inPieces =
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
