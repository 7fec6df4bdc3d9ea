/** @param pool `vg/pool`, of whose data a part is missing. */
export function describeLack(pool: string): string {
  const [group = ''] = pool.split('/');
  return `a physical volume of ${group} is missing, and holds a part of its data`;
}
