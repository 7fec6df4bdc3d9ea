import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepBundle } from './bundle.ts';
import { labScenarios } from './catalog.ts';
import { coreScenarios, type Setting } from './core.ts';
import { findCacheDirectory, reportProgress, withFileLock } from './host.ts';
import { buildImage } from './image.ts';
import { findGeometry } from './geometry.ts';
import { findKernelName, takeKernel } from './kernels.ts';
import { Player, type Play, type Played } from './player.ts';

/**
 * `npm run test:lab [-- --core] [WORD…] [--kernel stable|newest|VERSION] [--geometry 4.0|5.0] [--machines 1]`: plays
 * every scenario, or those with one of the words in their name. The kernel is the stable one (or the only one that the
 * scenario is for) and the geometry 5.0, unless the options say otherwise. `--core` plays the scenarios that decide
 * what lands, each in the settings that it decides on; the other options choose among these. `--machines 1` plays on
 * one machine after the other, to leave room on the host.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean' },
    core: { type: 'boolean' },
    kernel: { type: 'string' },
    geometry: { type: 'string' },
    machines: { type: 'string', default: '2' },
  },
});
const known = values.core === true ? labScenarios.filter(({ name }) => name in coreScenarios) : labScenarios;
const chosen = known.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
);
const missing = Object.keys(coreScenarios).filter((core) => labScenarios.every(({ name }) => name !== core));
if (missing.length > 0) throw new Error(`no scenario is called so: ${missing.join('; ')}`);
if (values.list === true) {
  for (const { name } of chosen) console.log(name);
} else if (chosen.length === 0) {
  console.error(`no scenario has ${positionals.join(' or ')} in its name; --list lists them`);
  process.exitCode = 2;
} else {
  process.exitCode = await inTurn(async () => playAll(await choosePlays()));
}

/**
 * Each scenario on each kernel that it is to be played on.
 * @throws if the image does not have the kernel
 */
async function choosePlays(): Promise<Play[]> {
  const { kernels } = await buildImage();
  const kernel = values.kernel === undefined ? undefined : findKernelName(kernels, values.kernel);
  const geometry = values.geometry === undefined ? undefined : findGeometry(values.geometry);
  const isWanted = (setting: Setting): boolean =>
    [undefined, setting.kernel].includes(kernel) && [undefined, setting.geometry].includes(geometry);
  return chosen.flatMap((scenario) => {
    const usual = { kernel: kernel ?? scenario.kernel ?? 'stable', geometry: geometry ?? '5.0' } as const;
    const decisive = values.core === true ? coreScenarios[scenario.name]?.filter(isWanted) : undefined;
    return (decisive ?? [usual]).map((setting): Play => {
      const words = [`Linux ${takeKernel(kernels, setting.kernel).version}`];
      if (setting.geometry === '4.0') words.push('geometry 4.0');
      return { scenario, ...setting, name: `${scenario.name} (${words.join(', ')})` };
    });
  });
}

/** Two runs at once would slow each other down beyond every time limit. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const saying = setTimeout(() => {
    reportProgress('waiting for another run on this host to end');
  }, 1000);
  return withFileLock(join(findCacheDirectory(), 'run.lock'), () => {
    clearTimeout(saying);
    return work();
  });
}

async function playAll(plays: readonly Play[]): Promise<number> {
  const began = Date.now();
  const logs = mkdtempSync(join(tmpdir(), 'vdoctl-lab-logs-'));
  const bundle = await keepBundle(logs);
  reportProgress(`${String(plays.length)} scenarios; logs in ${logs}`);
  let failed = 0;
  const serve = async (own: Play[], other: Play[]): Promise<void> => {
    const player = new Player({ bundle, logs });
    for (;;) {
      const next = own.shift() ?? other.pop();
      if (next === undefined) break;
      const played = await playTwice(player, next);
      if (played.complaint !== undefined) failed += 1;
    }
    await player.close();
  };
  // Two machines keep two processors busy; a third would only slow both down.
  const [first, second] = makeQueues(plays);
  if (values.machines === '1') await serve(first, second);
  else await Promise.all([serve(first, second), serve(second, first)]);
  console.log(`${((Date.now() - began) / 1000).toFixed(0)} s, logs in ${logs}`);
  console.log(`${String(plays.length - failed)} passed, ${String(failed)} failed`);
  return failed === 0 ? 0 : 1;
}

/**
 * Another kernel needs another machine, and so do scenarios that assert times (they come last). Scenarios of one stack
 * share their beginning.
 */
function makeQueues(plays: readonly Play[]): [Play[], Play[]] {
  const hasBoth = new Set(plays.map(({ kernel }) => kernel)).size > 1;
  const isSecond = ({ kernel, name }: Play): boolean =>
    hasBoth ? kernel === 'newest' : name.startsWith('lvm');
  const inOrder = plays.toSorted(
    (a, b) => Number(a.scenario.assertsTimes ?? false) - Number(b.scenario.assertsTimes ?? false),
  );
  return [inOrder.filter((each) => !isSecond(each)), inOrder.filter(isSecond)];
}

/**
 * On a busy host an emulated machine is at times too slow for a scenario that must act while something lasts. A failed
 * scenario gets a second try on a fresh machine; the first failure is printed all the same.
 */
async function playTwice(player: Player, play: Play): Promise<Played> {
  const first = await player.play(play);
  report(first, first.complaint === undefined ? 'ok' : 'failed once');
  if (first.complaint === undefined) return first;
  const second = await player.play(play);
  report(second, second.complaint === undefined ? 'ok, second try' : 'FAIL');
  return second;
}

function report({ name, ms, complaint }: Played, verdict: string): void {
  const took = `${(ms / 1000).toFixed(1).padStart(6)}s`;
  console.log(`${verdict.padEnd(14)} ${took}  ${name}`);
  if (complaint !== undefined) console.log(complaint.replaceAll(/^/gm, '      '));
}
