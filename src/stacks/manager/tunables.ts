import { keysWithValue, tunables, type Tunables } from '../../model/tunables.ts';

/** The options of `vdo create` and `vdo modify`, which take sizes in kibibytes, but not in bytes. */
export function formatManagerTunables(of: Tunables): readonly string[] {
  return keysWithValue(of).map((key) => {
    const { unit, manager } = tunables[key];
    const value = of[key] ?? 0;
    return `${manager.option}=${unit === 'bytes' ? `${String(value / 1024)}K` : String(value)}`;
  });
}
