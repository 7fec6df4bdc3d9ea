import type { DocumentOf } from '../../documents/documents.ts';
import type { Paths } from '../../model/account-schema.ts';
import type { KeptGeneration } from '../../model/kept-generation.ts';
import { formatBytes } from '../../model/size.ts';
import { isAsItWas, type VerifiedGeneration } from '../../operations/backup/verify.ts';
import type { Line } from '../print.ts';

type Told = KeptGeneration | VerifiedGeneration;

/** Generations as a person reads them: one a line, and below it what is not as it was. */
export function formatGenerations(generations: readonly Told[]): Line[] {
  return generations.flatMap((each) => [
    `${each.path}  ${each.facts?.volume ?? each.directory}  ${describe(each)}`,
    ...('verified' in each ? listOdd(each) : []),
  ]);
}

function describe(each: Told): string {
  if ('verified' in each) {
    const { files, bytes } = each.verified;
    const size = `${String(files)} ${files === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`;
    return isAsItWas(each) ? `${size}: each as it was` : `${size}: not as it was`;
  }
  if (each.facts === null) return 'nothing is known of it but its files';
  return each.facts.filesystems.map(({ name, type, check }) => `${name}: ${type}, ${check}`).join('; ');
}

function listOdd({ verified }: VerifiedGeneration): Line[] {
  const { unreadable, differing, missing, more } = verified;
  return [
    ...listPaths('cannot be read', unreadable),
    ...listPaths('differs', differing),
    ...listPaths('is gone', missing),
    ...listPaths('has no checksum', more),
  ];
}

const mostNames = 10;

function listPaths(how: string, { count, names }: Paths): Line[] {
  const shown = names.slice(0, mostNames).map((name) => `  ${how}: ${name}`);
  const left = count - shown.length;
  return left > 0 ? [...shown, `  ${how}: ${String(left)} more`] : shown;
}

/** The document that `backup list --json` and `backup verify --json` print. */
export function backupsDocument(generations: readonly Told[]): DocumentOf<'backups'> {
  return {
    schemaVersion: 1,
    kind: 'backups',
    generations: generations.map((each) => {
      const { directory, generation, at, path, facts } = each;
      const kept = { volume: facts?.volume ?? null, directory, generation, at, path };
      const filesystems = facts?.filesystems ?? null;
      if (!('verified' in each)) return { ...kept, filesystems, verified: null };
      const { files, bytes, unreadable, differing, missing, more } = each.verified;
      const found = { files, bytes, unreadable, differing, missing, more };
      return { ...kept, filesystems, verified: { isAsItWas: isAsItWas(each), ...found } };
    }),
  };
}
