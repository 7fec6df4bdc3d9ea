/** A row of LVM's JSON. */
type Row = Readonly<Record<string, string>>;

/**
 * What `lvs` printed, in the form of `fullreport`, which vdoctl asks for: there the segment type stands apart. One
 * segment for each LV; which extents it has `lvs` does not tell.
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
