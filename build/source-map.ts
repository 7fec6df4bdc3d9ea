/** Maps each place of the release to a line of its source, for the stack trace of a defect. */
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';

/** A line of the release. */
export interface MappedLine {
  /** How many columns the mapped code is shifted to the right. */
  readonly columns: number;
  /** The source map of one line, as esbuild writes it; undefined for a line without code of ours. */
  readonly map: string | undefined;
}

/** Leaves out libraries: they come minified, and nobody mends them here. */
const ourOwn = /^(src|ui)\//;

/** One source map (version 3) of all lines. It keeps only the lines of our sources: columns and names would fill it. */
export function joinSourceMaps(lines: readonly MappedLine[]): string {
  const sources: string[] = [];
  const mappings = lines.map(({ columns, map }) => {
    if (map === undefined) return [];
    const own = JSON.parse(map) as { readonly sources: readonly string[]; readonly mappings: string };
    const places = decode(own.mappings)
      .flat()
      .map((segment): SourceMapSegment => {
        const source = own.sources[segment[1] ?? NaN];
        const column = columns + segment[0];
        if (segment.length === 1 || source === undefined || !ourOwn.test(source)) return [column];
        if (!sources.includes(source)) sources.push(source);
        return [column, sources.indexOf(source), segment[2], 0];
      });
    return places.filter((place, at) => place.slice(1).join() !== places[at - 1]?.slice(1).join());
  });
  return JSON.stringify({ version: 3, sources, names: [], mappings: encode(mappings) });
}
