/**
 * Builds the release: one file that needs no node_modules. Parsing half a megabyte of JavaScript takes longer than
 * most calls, so the file holds all of it as text, in pieces that are compiled when they are first needed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { ink } from './ink.ts';
import { joinPieces } from './pieces.ts';

const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { version: string };

const common: BuildOptions = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  define: {
    VDOCTL_VERSION: JSON.stringify(version),
    'import.meta.url': '__ownFile.url',
    'import.meta.nameSources': '__ownFile.nameSources',
    'process.env.NODE_ENV': '"production"',
  },
  sourcemap: 'inline',
  sourcesContent: false,
  jsx: 'automatic',
  outdir: '.',
  logLevel: 'warning',
};

export interface BundleOptions {
  /** Modules that replace direct imports of the entry point, by the end of the import's path. Test fixtures use it. */
  readonly replacements?: Readonly<Record<string, string>>;
  /** Where root's calls keep compiled code until the next boot. Default: nowhere. */
  readonly codeDirectory?: string;
}

/** Bundles an entry point. Fixtures for tests are built the same way. */
export async function bundle(
  entry: string,
  outfile: string,
  { replacements = {}, codeDirectory = '' }: BundleOptions = {},
): Promise<void> {
  const plugins = [ink, replace(entry, replacements)];
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: [entry],
    plugins,
    write: false,
    metafile: true,
  });
  const pieces = outputFiles.map(({ path: file, text }) => ({ name: `./${path.basename(file)}`, text }));
  const [own = new Set(), ...groups] = divide(
    metafile,
    [[entry], ...together].map((group) =>
      group.map((source) => findReplacement(source, replacements) ?? source),
    ),
  );
  fs.mkdirSync(path.dirname(outfile), { recursive: true });
  // Renamed when it is whole: another process may be packing the old file.
  const partial = `${outfile}.${String(process.pid)}`;
  fs.writeFileSync(partial, await joinPieces(pieces, { entry: own, groups }, codeDirectory));
  fs.chmodSync(partial, 0o755);
  fs.renameSync(partial, outfile);
}

/**
 * What a call that only looks loads with `import()`, in groups that load together, because these calls must be quick.
 * Code that two groups need goes to the first of them: the metadata reader is a process that needs little, and many
 * calls do not look. A test checks that a look loads nothing else.
 */
const together: readonly (readonly string[])[] = [
  ['src/host/real/metadata-reader.ts'],
  ['src/cli/run.ts'],
  ['src/cli/handlers/list.ts', 'src/cli/handlers/status.ts', 'src/parse/lvm-report.ts'],
  ['src/host/real/real-host.ts'],
  ['src/stacks/dm/memory.ts'],
  ['src/host/real/metadata.ts', 'src/parse/disk.ts'],
  ['src/operations/availability.ts', 'src/cli/operations.ts'],
];

/** The pieces of each group of sources, without those that an earlier group needs. */
function divide(metafile: Metafile, groups: readonly (readonly string[])[]): ReadonlySet<string>[] {
  const given = new Set<string>();
  return groups.map((sources) => {
    const own = [...findNeeded(metafile, findPieces(metafile, sources))].filter((name) => !given.has(name));
    for (const name of own) given.add(name);
    return new Set(own);
  });
}

/** The pieces that have these sources as entry points. */
function findPieces({ outputs }: Metafile, sources: readonly string[]): string[] {
  return sources.flatMap((source) => {
    const found = Object.entries(outputs).find(
      ([, { entryPoint }]) => path.resolve(entryPoint ?? '') === path.resolve(source),
    );
    return found === undefined ? [] : [`./${found[0]}`];
  });
}

/** These pieces and all that they import, directly or indirectly, except through `import()`. */
function findNeeded({ outputs }: Metafile, entries: readonly string[]): ReadonlySet<string> {
  const needed = new Set(entries);
  for (const name of needed) {
    for (const { path: file, kind } of outputs[name.slice('./'.length)]?.imports ?? []) {
      if (kind === 'import-statement' && file in outputs) needed.add(`./${file}`);
    }
  }
  return needed;
}

/** Replaces direct imports of the entry point by other modules. */
function replace(entry: string, replacements: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'replace',
    setup(own) {
      own.onResolve({ filter: /^\./ }, ({ importer, path: name }) => {
        const found = importer === path.resolve(entry) ? findReplacement(name, replacements) : undefined;
        return found === undefined ? undefined : { path: path.resolve(found) };
      });
    },
  };
}

function findReplacement(file: string, replacements: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(replacements).find(([end]) => file.endsWith(`/${end}`))?.[1];
}

if (process.argv[1] === import.meta.filename)
  await bundle('src/entry/main.ts', 'dist/vdoctl.cjs', { codeDirectory: '/run/vdoctl/code' });
