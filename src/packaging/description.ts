import fs from 'node:fs';
import * as yaml from 'yaml';
import * as z from 'zod';

const formats = ['deb', 'rpm'] as const;
export type Format = (typeof formats)[number];

const perFormat = z.partialRecord(z.enum(formats), z.string());

const fileSchema = z.strictObject({
  /** In the checkout: a file, or with a slash at its end a directory; in braces, what the build makes. */
  from: z.string(),
  /** Installed: the same for both packages, or only in those that are named. */
  to: z.union([z.string(), perFormat]),
  mode: z
    .string()
    .regex(/^[0-7]{3}$/)
    .default('644'),
  gzip: z.boolean().default(false),
  /** What stands in the place of the file's first line. */
  interpreter: z.string().optional(),
});
export type PackagedFile = z.infer<typeof fileSchema>;

const descriptionSchema = z.strictObject({
  name: z.string(),
  maintainer: z.string(),
  summary: z.string(),
  /** Paragraphs, of lines that fit a terminal. */
  description: z.string(),
  license: z.string(),
  requires: z.record(z.enum(formats), z.string()),
  suggests: z.record(z.enum(formats), z.array(z.string())),
  files: z.array(fileSchema),
  scripts: z.strictObject({
    installed: z.string(),
    removing: z.string(),
    removed: z.string(),
    purged: z.string(),
  }),
});

/** A package, whichever format it will have. */
export interface Description extends z.infer<typeof descriptionSchema> {
  readonly version: string;
  /** Of everything in the packages, seconds since the epoch: the same commit makes the same packages. */
  readonly builtAt: number;
  /** What the build makes, by its name in braces. */
  readonly made: Readonly<Record<string, string>>;
}

/** Reads the package description; throws what is wrong with it. */
export function readDescription(path: string, known: Pick<Description, 'builtAt' | 'made'>): Description {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(fs.readFileSync('package.json', 'utf8')));
  return { ...descriptionSchema.parse(yaml.parse(fs.readFileSync(path, 'utf8'))), version, ...known };
}

/** Where a file goes in that format; undefined when it does not. */
export function findPlace({ to }: PackagedFile, format: Format): string | undefined {
  return typeof to === 'string' ? to : to[format];
}
