const powers = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/**
 * How many bytes are rescued so far, by a line of GNU ddrescue's status (`  rescued:   62914 kB,   bad areas: …`),
 * rounded as ddrescue prints it; undefined for any other line.
 */
export function readRescuedBytes(line: string): number | undefined {
  const match = /^\s*rescued:\s+(\d{1,6}) ([kKMGTPE]?)(i?)B,/.exec(line);
  if (match === null) return undefined;
  const [, count = '', prefix = '', binary = ''] = match;
  return Number(count) * (binary === '' ? 1000 : 1024) ** powers.indexOf(prefix.replace('K', 'k'));
}
