/** A row of LVM's JSON. */
type Row = Readonly<Record<string, string>>;

/**
 * Converts the output of `lvs` into the form of `fullreport`, which vdoctl asks for: there segments stand apart. Each
 * LV gets one segment, without extents, which `lvs` does not tell.
 */
export function asFullReport(output: string): string {
  const { report } = JSON.parse(output) as { readonly report: readonly { readonly lv: readonly Row[] }[] };
  const groups = report.map(({ lv }) => ({
    vg: [{ vg_name: lv[0]?.['vg_name'] ?? 'vg', vg_extent_size: '4194304' }],
    pv: [],
    lv,
    seg: lv.map((row) => ({
      lv_uuid: row['lv_uuid'],
      segtype: row['segtype'],
      seg_start: '0',
      seg_size: row['lv_size'],
      seg_pe_ranges: '',
    })),
  }));
  return JSON.stringify({ report: groups });
}
