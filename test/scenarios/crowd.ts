import assert from 'node:assert/strict';

import type { Scenario } from './scenario.ts';
import { crash, expectRecovered, lastingMs, onEachStack, readHistory } from './steps.ts';

const callers = 10;

/** Many callers at once: a cron job, a boot script, and two people. */
export const crowdScenarios: readonly Scenario[] = onEachStack({
  name: `${String(callers)} recovers at the same time: one acts, the others are refused or find it done`,
  traps: ['one-lock-a-volume'],
  async play(world, volume) {
    await crash(world, volume, lastingMs);
    const calls = [];
    for (let each = 0; each < callers; each += 1) calls.push(await world.begin('recover', volume.name));
    const outcomes = await Promise.all(calls.map((each) => each.wait()));
    const said = outcomes.map(({ code, stdout, stderr }) => `${String(code)}: ${stdout}${stderr}`).join('\n');
    for (const { code, stderr } of outcomes) {
      assert.ok(code === 0 || code === 12, said);
      if (code === 12) assert.match(stderr, /another vdoctl is working on/);
    }
    assert.equal(outcomes.filter(({ stdout }) => stdout.includes('normal again')).length, 1, said);
    const starts = (await readHistory(world, volume.name)).filter(({ operation }) => operation === 'start');
    assert.deepEqual(
      starts.map(({ outcome }) => outcome),
      ['done'],
    );
    assert.equal(await volume.completedRecoveries(), 1);
    await expectRecovered(world, volume);
  },
});
