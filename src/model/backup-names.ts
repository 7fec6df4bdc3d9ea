/** The generations of a backup: directories named by their time, beside a directory of vdoctl's own. */

/** vdoctl's directory beside the generations: their checksums, and what is known of each. */
export const backupDirectory = '.vdoctl-backup';

const generationName = /^\d{4}-\d\d-\d\dT\d{6}Z$/;

/** What a generation is called that is not whole yet. */
export const partialSuffix = '.partial';

/** @param now milliseconds since the epoch. @returns `2026-11-30T210500Z` */
export function generationAt(now: number): string {
  return new Date(now).toISOString().replaceAll(':', '').replace(/\.\d+/, '');
}

export function isGeneration(name: string): boolean {
  return generationName.test(name);
}

/** What a copy is called that is made while the filesystem changes, for a generation to link from. */
export const liveSuffix = `.live${partialSuffix}`;

export function isPartialGeneration(name: string): boolean {
  return [liveSuffix, partialSuffix].some(
    (suffix) => name.endsWith(suffix) && isGeneration(name.slice(0, -suffix.length)),
  );
}

/** When a generation was begun, in milliseconds since the epoch. */
export function timeOfGeneration(name: string): number {
  return Date.parse(name.replace(/T(\d\d)(\d\d)(\d\d)Z$/, 'T$1:$2:$3Z'));
}

/** The file with the checksums of a generation. @param directory that of the volume's generations. */
export function sumsOf(directory: string, generation: string): string {
  return `${directory}/${backupDirectory}/${generation}.sha256`;
}

/** The file with what is known of a generation. */
export function factsOf(directory: string, generation: string): string {
  return `${directory}/${backupDirectory}/${generation}.json`;
}

/** How many generations stay where nobody says. */
export const usuallyKept = 7;
const mostKept = 10_000;

/** @returns why a text is no number of generations to keep; undefined if it is one */
export function complainAboutKept(text: string): string | undefined {
  const isNumber = /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= mostKept;
  return isNumber ? undefined : `a number from 1 to ${String(mostKept)}`;
}
