import fs from 'node:fs';
import * as yaml from 'yaml';
import * as z from 'zod';

const formats = ['deb', 'rpm'] as const;
export type Format = (typeof formats)[number];

const perFormat = z.partialRecord(z.enum(formats), z.string());

const fileSchema = z.strictObject({
  /** In the checkout: a file, or a directory if it ends in a slash. In braces: a text that the build makes. */
  from: z.string(),
  /** On the host: one path for both packages, or one for each format that has the file. */
  to: z.union([z.string(), perFormat]),
  mode: z
    .string()
    .regex(/^[0-7]{3}$/)
    .default('644'),
  gzip: z.boolean().default(false),
  /** Replaces the interpreter in the file's first line. */
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
  /** Time of everything in the packages, in seconds since the epoch: the same commit makes the same packages. */
  readonly builtAt: number;
  /** The texts that the build makes, by their names in braces. */
  readonly made: Readonly<Record<string, string>>;
}

/** Reads the package description. @throws Error that says what is wrong with it. */
export function readDescription(path: string, known: Pick<Description, 'builtAt' | 'made'>): Description {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(fs.readFileSync('package.json', 'utf8')));
  return { ...descriptionSchema.parse(yaml.parse(fs.readFileSync(path, 'utf8'))), version, ...known };
}

/** Where the file goes in a package of that format; undefined if the package does not have it. */
export function findPlace({ to }: PackagedFile, format: Format): string | undefined {
  return typeof to === 'string' ? to : to[format];
}
