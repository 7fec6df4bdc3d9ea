import fc from 'fast-check';

import { hostileText } from './text.ts';

/** The parts of a zod schema that this file reads. */
interface Definition {
  readonly type: string;
  readonly format?: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly element?: Schema;
  readonly innerType?: Schema;
  readonly options?: readonly Schema[];
  readonly items?: readonly Schema[];
  readonly valueType?: Schema;
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly getter?: () => Schema;
}

interface Schema {
  readonly _zod: { readonly def: object };
}

/** How deep steps nest in steps. */
const deepest = 2;

/**
 * Makes every value that a schema of the model allows, with hostile text in each text field: the test covers a new
 * field without further work.
 */
export function arbitraryOf<T>(schema: Schema & { readonly _zod: { readonly output: T } }): fc.Arbitrary<T> {
  return make(schema, 0) as fc.Arbitrary<T>;
}

function make(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const def = schema._zod.def as Definition;
  const inner = (): fc.Arbitrary<unknown> => make(def.innerType ?? schema, depth);
  switch (def.type) {
    // Fields that must be absent.
    case 'never':
      return fc.constant(undefined);
    // Any JSON value.
    case 'unknown':
      return hostileText;
    case 'string':
      return def.format === 'datetime' ? fc.constant('2026-11-20T21:00:00.000Z') : hostileText;
    case 'number':
      return fc.nat(100);
    case 'boolean':
      return fc.boolean();
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries ?? {}));
    case 'literal':
      return fc.constantFrom(...(def.values ?? []));
    case 'nullable':
      return fc.option(inner());
    case 'optional':
      return fc.option(inner(), { nil: undefined });
    case 'array':
      return fc.array(make(def.element ?? schema, depth), { maxLength: 2 });
    case 'tuple':
      return fc.tuple(...(def.items ?? []).map((each) => make(each, depth)));
    case 'union':
      return fc.oneof(...(def.options ?? []).map((each) => make(each, depth)));
    case 'record':
      return fc.dictionary(hostileText, make(def.valueType ?? schema, depth), { maxKeys: 2 });
    case 'lazy':
      return makeLazy(def, depth);
    case 'object':
      return makeObject(def, depth);
    default:
      throw new Error(`no hostile value of a schema of type ${def.type}`);
  }
}

function makeLazy({ getter }: Definition, depth: number): fc.Arbitrary<unknown> {
  if (getter === undefined) throw new Error('a schema that leads nowhere');
  return fc.constant(undefined).chain(() => make(getter(), depth + 1));
}

/** An optional field that is undefined has no key; recursive fields end at depth `deepest`. */
function makeObject({ shape = {} }: Definition, depth: number): fc.Arbitrary<unknown> {
  const entries = Object.entries(shape);
  const isEndless = (schema: Schema): boolean => {
    const def = schema._zod.def as Definition;
    const inner = [def.innerType, def.element, ...Object.values(def.shape ?? {})];
    return def.type === 'lazy' || inner.some((each) => each !== undefined && isEndless(each));
  };
  const fields = entries.map(([key, schema]): [string, fc.Arbitrary<unknown>] => {
    const isTooDeep = depth >= deepest && isEndless(schema);
    return [key, isTooDeep ? fc.constant(undefined) : make(schema, depth)];
  });
  return fc.record(Object.fromEntries(fields)).map((object) => {
    const given = Object.entries(object).filter(([, value]) => value !== undefined);
    return Object.fromEntries(given);
  });
}
