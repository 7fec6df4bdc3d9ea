import { expect, test } from 'vitest';
import { answersConfig, answersStats, takesV4 } from '../../src/model/generation.ts';
import { parseModuleVersion, parseTargets } from '../../src/parse/dmsetup-targets.ts';
import { recorded } from './recordings.ts';

test.each([
  ['kvdo-6.2/01', { major: 6, minor: 2, patch: 3 }, [false, false, false]],
  ['kvdo-8.2/01-', { major: 8, minor: 2, patch: 0 }, [true, false, true]],
  ['dm/01', { major: 9, minor: 1, patch: 0 }, [true, true, true]],
])('%s tells the generation', (name, version, can) => {
  const found = parseTargets(recorded(name).stdout).get('vdo');
  expect(found).toEqual(version);
  if (found !== undefined) expect([answersStats(found), answersConfig(found), takesV4(found)]).toEqual(can);
});

test('a module tells one number more', () => {
  expect(parseModuleVersion('6.2.8.7\n')).toEqual({ major: 6, minor: 2, patch: 8 });
  expect(parseModuleVersion('modinfo: ERROR')).toBeUndefined();
});
