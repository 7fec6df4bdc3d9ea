import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepBundle } from './bundle.ts';
import { labScenarios, type LabScenario } from './catalog.ts';
import { coreScenarios } from './core.ts';
import { findCacheDirectory, reportProgress, withFileLock } from './host.ts';
import { buildImage } from './image.ts';
import { Player, type Played } from './player.ts';

/**
 * `npm run test:lab [-- --core | WORD…]`: plays every scenario, those that decide what lands, or those that have one of
 * the words in their name.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'boolean' }, core: { type: 'boolean' } },
});
const words = values.core === true ? coreScenarios : positionals;
const chosen = labScenarios.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
);
if (values.list === true) {
  for (const { name } of chosen) console.log(name);
} else if (chosen.length === 0) {
  console.error(`no scenario has ${positionals.join(' or ')} in its name; --list lists them`);
  process.exitCode = 2;
} else {
  process.exitCode = await inTurn(() => playAll(chosen));
}

/** Two runs at a time would only slow each other down, beyond every time limit. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const saying = setTimeout(() => {
    reportProgress('waiting for another run on this host to end');
  }, 1000);
  return withFileLock(join(findCacheDirectory(), 'run.lock'), () => {
    clearTimeout(saying);
    return work();
  });
}

async function playAll(scenarios: readonly LabScenario[]): Promise<number> {
  const began = Date.now();
  const logs = mkdtempSync(join(tmpdir(), 'vdoctl-lab-logs-'));
  await buildImage();
  const bundle = await keepBundle(logs);
  reportProgress(`${String(scenarios.length)} scenarios; logs in ${logs}`);
  // Scenarios of one stack begin alike, and those that assert times need another machine. Two machines keep two
  // processors busy; a third only slows both down.
  const isLvm = ({ name }: LabScenario): boolean => name.startsWith('lvm');
  const inOrder = scenarios.toSorted(
    (a, b) => Number(a.assertsTimes ?? false) - Number(b.assertsTimes ?? false),
  );
  const queues = [inOrder.filter((each) => !isLvm(each)), inOrder.filter(isLvm)];
  let failed = 0;
  const serve = async (own: LabScenario[], other: LabScenario[]): Promise<void> => {
    const player = new Player({ bundle, logs });
    for (;;) {
      const next = own.shift() ?? other.pop();
      if (next === undefined) break;
      const played = await playTwice(player, next);
      if (played.complaint !== undefined) failed += 1;
    }
    await player.close();
  };
  const [first = [], second = []] = queues;
  await Promise.all([serve(first, second), serve(second, first)]);
  console.log(`${((Date.now() - began) / 1000).toFixed(0)} s, logs in ${logs}`);
  console.log(`${String(scenarios.length - failed)} passed, ${String(failed)} failed`);
  return failed === 0 ? 0 : 1;
}

/**
 * An emulated machine on a busy host is at times too slow for a scenario that has to act while something lasts. Such a
 * scenario gets a second try on a fresh machine; the first failure is printed all the same.
 */
async function playTwice(player: Player, scenario: LabScenario): Promise<Played> {
  const first = await player.play(scenario);
  report(first, first.complaint === undefined ? 'ok' : 'failed once');
  if (first.complaint === undefined) return first;
  const second = await player.play(scenario);
  report(second, second.complaint === undefined ? 'ok, second try' : 'FAIL');
  return second;
}

function report({ name, ms, complaint }: Played, verdict: string): void {
  const took = `${(ms / 1000).toFixed(1).padStart(6)}s`;
  console.log(`${verdict.padEnd(14)} ${took}  ${name}`);
  if (complaint !== undefined) console.log(complaint.replaceAll(/^/gm, '      '));
}
