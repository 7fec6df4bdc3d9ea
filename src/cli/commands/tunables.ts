import { tunableKeys, tunables } from '../../model/tunables.ts';
import type { OptionSpec, SettableKey } from './spec.ts';

/** The flags of `create`, one for each tunable. Each is also taken by its name in the classic manager. */
export const tunableOptions: readonly OptionSpec[] = tunableKeys.map((name): OptionSpec => {
  const { unit, description, manager } = tunables[name];
  const isSize = unit === 'bytes';
  return {
    ...{ name, also: manager.option.slice(2), description },
    ...{ type: isSize ? 'size' : 'text', value: isSize ? 'SIZE' : 'N' },
  };
});

/** The keys of `set`. */
export const tunableSettings: readonly SettableKey[] = tunableKeys.map((key) => ({ key, values: [] }));
