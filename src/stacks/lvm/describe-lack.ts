/** @param pool `vg/pool`, which lacks a part of its data. */
export function describeLack(pool: string): string {
  const [group = ''] = pool.split('/');
  return `a physical volume of ${group} is missing, and holds a part of its data`;
}
