import type { Remembered } from '../model/remembered.ts';

/** Checks one value: the path of what is wrong in it, from it; undefined when nothing is. */
type Check = (value: unknown) => readonly string[] | undefined;

const wrongHere: readonly string[] = [];
const when =
  (holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : wrongHere;

const isText = (value: unknown): value is string => typeof value === 'string';
const exactly = (wanted: unknown): Check => when((value) => value === wanted);
const text = when(isText);
const positive = when((value) => Number.isSafeInteger(value) && Number(value) > 0);

const object =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrongHere;
    for (const [name, check] of Object.entries(fields)) {
      const wrong = check(Reflect.get(value, name));
      if (wrong !== undefined) return [name, ...wrong];
    }
    return Object.keys(value).every((name) => name in fields) ? undefined : wrongHere;
  };

const array =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return wrongHere;
    for (const [at, each] of value.entries()) {
      const wrong = check(each);
      if (wrong !== undefined) return [String(at), ...wrong];
    }
    return undefined;
  };

const pair: Check = (value) => (Array.isArray(value) && value.length === 2 ? array(text)(value) : wrongHere);

/** The published schema, by hand: a look would spend more time on loading zod than on anything else. */
const file = object({
  schemaVersion: exactly(1),
  kind: exactly('volume-file'),
  name: text,
  storage: when((value) => isText(value) && value.startsWith('/dev/')),
  uuid: when((value) => value === null || isText(value)),
  table: object({
    version: exactly('V4'),
    logicalSectors: positive,
    physicalBlocks: positive,
    minimumIoBytes: positive,
    blockMapCacheBlocks: positive,
    blockMapPeriod: positive,
    options: array(pair),
  }),
});

/** What a volume's file says, or the path of what is wrong in it. */
export function readRemembered(data: unknown): Remembered | { readonly wrongAt: string } {
  const wrong = file(data);
  if (wrong !== undefined) return { wrongAt: wrong.join('.') };
  const { schemaVersion, kind, name, storage, uuid, table } = data as Remembered;
  const { version, logicalSectors, physicalBlocks, minimumIoBytes } = table;
  const { blockMapCacheBlocks, blockMapPeriod, options } = table;
  const sizes = { logicalSectors, physicalBlocks, minimumIoBytes, blockMapCacheBlocks, blockMapPeriod };
  return { schemaVersion, kind, name, storage, uuid, table: { version, ...sizes, options } };
}
