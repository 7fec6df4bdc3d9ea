import assert from 'node:assert/strict';

import { makeTaken } from './lifecycle.ts';
import type { Scenario } from './scenario.ts';
import { call, callInVain, forEachStack, readDocument, readPlannedCommands, readStatus } from './steps.ts';
import type { World } from './world.ts';

const mebibyte = 1024 ** 2;

interface Told {
  readonly configured: Readonly<Record<string, unknown>>;
  readonly running: Readonly<Record<string, unknown>> | null;
}

async function readTunables(world: World, name: string): Promise<Told> {
  return (await readStatus(world, name))['tunables'] as Told;
}

function expectTold(
  told: Readonly<Record<string, unknown>> | null,
  wanted: Readonly<Record<string, unknown>>,
): void {
  const picked = Object.fromEntries(Object.keys(wanted).map((field) => [field, told?.[field]]));
  assert.deepEqual(picked, wanted);
}

/** What the kernel says itself. */
async function expectTable(world: World, name: string, words: readonly string[]): Promise<void> {
  const line = (await world.snapshot()).split('\n').find((each) => / vdo V\d /.test(each)) ?? '';
  for (const each of words) assert.ok(line.includes(each), `${each} is not in the table of ${name}: ${line}`);
}

const first = { blockMapCacheBytes: 160 * mebibyte, bioThreads: 6, maxDiscardBytes: 4 * mebibyte };
const then = { ...first, blockMapCacheBytes: 256 * mebibyte, bioThreads: 2, ackThreads: 2 };
const zones = { hashZoneThreads: 2, logicalThreads: 2, physicalThreads: 2 };

/** Threads, caches and discards: as they are asked for, as they are recorded, and as they are in the kernel. */
export const tunableScenarios: readonly Scenario[] = forEachStack((stack) => ({
  name: `${stack}: tunables: made with them, changed, grown in between, in effect after a restart, the data whole`,
  async play(world) {
    const taken = await makeTaken(world, stack);
    const { name, device, lv } = taken;
    const asked = ['--block-map-cache', '160M', '--bio-threads', '6', '--max-discard', '4M'];
    const own = stack === 'lvm' ? ['--lv', lv] : [];
    const sizes = ['--logical-size', '10G', '--slab-size', '128M', '--emulate512'];
    const create = ['create', name, '--device', device, '--stack', stack, ...sizes, ...own];
    const threads = ['--hash-zone-threads', '2', '--logical-threads', '2', '--physical-threads'];
    await callInVain(world, [...create, ...threads, '0'], { code: 2, says: ['either all 0 or all more'] });
    await callInVain(world, [...create, '--bio-threads', '0'], {
      code: 2,
      says: ['--bio-threads takes 1 to 100'],
    });
    await call(world, [...create, ...asked, ...threads, '2'], { code: 0 });
    await expectTable(world, name, [
      ' 512 40960 16380',
      'maxDiscard 1024',
      'bio 6',
      'hash 2',
      'logical 2',
      'physical 2',
    ]);
    const made = await readTunables(world, name);
    for (const each of [made.configured, made.running])
      expectTold(each, { ...first, ...zones, logicalBlockBytes: 512 });
    const volume = await world.takeVolume(taken);
    await volume.mount();
    await volume.writeFiles();
    await callInVain(world, ['set', name, 'slab-size=256M'], {
      code: 2,
      says: ['fixed when a volume is created'],
    });
    await callInVain(world, ['set', name, 'emulate512=off'], {
      code: 2,
      says: ['fixed when a volume is created'],
    });
    await callInVain(world, ['set', name, 'physical-threads=0'], {
      code: 2,
      says: ['either all 0 or all more'],
    });
    const change = ['set', name, 'block-map-cache=256M', 'bio-threads=2', 'ack-threads=2'];
    await call(world, ['set', name, 'bio-threads=6'], { code: 0, says: ['already as requested'] });
    if (stack === 'lvm') {
      await callInVain(world, change, { code: 8, says: ['only of a pool that is not active'] });
      await volume.unmount();
      await call(world, ['stop', name], { code: 0 });
      await call(world, change, { code: 0, says: ['done'] });
    } else {
      await readPlannedCommands(world, change);
      const set = readDocument(await call(world, [...change, '--json'], { code: 0 }));
      const [result] = set['volumes'] as readonly Readonly<Record<string, unknown>>[];
      assert.deepEqual(result?.['fromNextStart'], ['block-map-cache', 'ack-threads', 'bio-threads']);
      const waiting = await readTunables(world, name);
      expectTold(waiting.configured, then);
      expectTold(waiting.running, { ...first, ackThreads: 1 });
      await call(world, ['status', name], { code: 0, says: ['bio 6 (2 from the next start on)'] });
      // The kernel takes no other threads while it runs, and what is set is not forgotten for that.
      await call(world, ['grow', name, '--logical', '12G'], { code: 0 });
      await expectTable(world, name, ['bio 6']);
      await volume.unmount();
      await call(world, ['stop', name], { code: 0 });
    }
    const stopped = await readTunables(world, name);
    expectTold(stopped.configured, then);
    assert.equal(stopped.running, null);
    await call(world, ['start', name, '--wait'], { code: 0 });
    await expectTable(world, name, [' 512 65536 16380', 'maxDiscard 1024', 'bio 2', 'ack 2', 'logical 2']);
    const runs = await readTunables(world, name);
    for (const each of [runs.configured, runs.running]) expectTold(each, then);
    await call(world, change, { code: 0, says: ['already as requested'] });
    await volume.verifyFiles();
    await volume.checkFilesystem();
  },
}));
