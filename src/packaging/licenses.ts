import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), version: z.string().optional() })),
});

const manifestSchema = z.object({ license: z.string(), author: z.optional(z.unknown()) });

/** The license of third-party code in the program. */
export interface License {
  /** Name and version. */
  readonly of: string;
  /** SPDX identifier. */
  readonly id: string;
  readonly text: string;
}

/** The licenses of all third-party code that the bundle can contain: they have to be distributed with it. */
export function gatherLicenses(): License[] {
  const lock = lockSchema.parse(JSON.parse(fs.readFileSync('package-lock.json', 'utf8')));
  return Object.entries(lock.packages).flatMap(([place, { dev, version = '' }]) => {
    // What only another platform needs is not installed here, and is not bundled either.
    if (!place.startsWith('node_modules/') || dev === true || !fs.existsSync(place)) return [];
    return [{ of: `${place.replace(/^.*node_modules\//, '')} ${version}`, ...readLicense(place) }];
  });
}

/** All license texts, one after the other. */
export function joinLicenses(licenses: readonly License[]): string {
  const parts = licenses.map(({ of, id, text }) => `${of} (${id})\n\n${text}\n`);
  return parts.join(`\n${'-'.repeat(72)}\n\n`);
}

function readLicense(place: string): Pick<License, 'id' | 'text'> {
  const manifest: unknown = JSON.parse(fs.readFileSync(path.join(place, 'package.json'), 'utf8'));
  const { license: id, author } = manifestSchema.parse(manifest);
  const name = fs.readdirSync(place).find((each) => /^licen[cs]e/i.test(each));
  if (name !== undefined) return { id, text: fs.readFileSync(path.join(place, name), 'utf8').trimEnd() };
  const by = typeof author === 'string' ? author : JSON.stringify(author ?? 'its authors');
  return { id, text: `License: ${id}\nBy: ${by}` };
}
