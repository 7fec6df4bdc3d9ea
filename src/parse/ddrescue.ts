const powers = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/**
 * How many bytes are rescued by now, as a line of GNU ddrescue's status tells (`  rescued:   62914 kB,   bad areas: …`),
 * rounded as it is there; undefined of any other line.
 */
export function readRescuedBytes(line: string): number | undefined {
  const match = /^\s*rescued:\s+(\d{1,6}) ([kKMGTPE]?)(i?)B,/.exec(line);
  if (match === null) return undefined;
  const [, count = '', prefix = '', binary = ''] = match;
  return Number(count) * (binary === '' ? 1000 : 1024) ** powers.indexOf(prefix.replace('K', 'k'));
}
