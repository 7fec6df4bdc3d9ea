import { blockBytes } from './disk.ts';
import type { VdoTable } from './kernel.ts';
import { keysWithValue, tunableKeys, tunables, type TunableKey, type Tunables } from './tunables.ts';

type Table = Pick<VdoTable, 'version' | 'blockMapCacheBlocks' | 'blockMapPeriod' | 'options' | 'legacy'>;

/** The tunables of a table, with the kernel's own values for what it does not say. Absent: a word is no number. */
export function tunablesOf(table: Table): Tunables {
  const said = new Map([...readThreads(table), ...table.options]);
  const read = (key: TunableKey): number | undefined => {
    const { tableWord, usual } = tunables[key];
    const factor = factorOf(key);
    if (tableWord === null) return placed(table, key) * factor;
    const word = said.get(tableWord);
    if (word === undefined) return usual.dm;
    return /^\d{1,10}$/.test(word) ? Number(word) * factor : undefined;
  };
  return Object.fromEntries(
    tunableKeys.flatMap((key) => {
      const value = read(key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** Bytes of one block where the table counts blocks. */
function factorOf(key: TunableKey): number {
  return tunables[key].unit === 'bytes' ? blockBytes : 1;
}

function placed(table: Table, key: TunableKey): number {
  return key === 'block-map-cache' ? table.blockMapCacheBlocks : table.blockMapPeriod;
}

/** A table before V2 has its threads in one word: `ack=1,bio=4`; a dot where it has none. */
function readThreads({ legacy }: Table): readonly (readonly [string, string])[] {
  const { threads = '.' } = legacy ?? {};
  return threads.split(',').flatMap((word) => {
    const [name, value] = word.split('=');
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
}

/** The keys that a table of this version has no words for. */
export function listUntold({ version }: Pick<Table, 'version'>, of: Tunables): readonly TunableKey[] {
  if (version !== 'V0' && version !== 'V1') return [];
  return keysWithValue(of).filter((key) => tunables[key].tableWord !== null);
}

/** The table with these values, and everything else as it stands; see {@link listUntold}. */
export function withTunables<T extends Table>(table: T, changes: Tunables): T {
  const words = new Map(table.options);
  for (const key of keysWithValue(changes)) {
    const { tableWord } = tunables[key];
    if (tableWord !== null) words.set(tableWord, String((changes[key] ?? 0) / factorOf(key)));
  }
  const cacheBytes = changes['block-map-cache'];
  return {
    ...table,
    ...(cacheBytes === undefined ? {} : { blockMapCacheBlocks: cacheBytes / blockBytes }),
    blockMapPeriod: changes['block-map-period'] ?? table.blockMapPeriod,
    options: [...words],
  };
}

/** The values of `wanted` that the other does not have. */
export function differing(wanted: Tunables, other: Tunables): Tunables {
  return Object.fromEntries(
    keysWithValue(wanted).flatMap((key) => (wanted[key] === other[key] ? [] : [[key, wanted[key]]])),
  );
}
