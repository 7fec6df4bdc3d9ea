import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepBundle } from './bundle.ts';
import { listScenarios, type LabScenario } from './catalog.ts';
import { reportProgress } from './host.ts';
import { buildImage } from './image.ts';
import { LabWorld } from './lab-world.ts';

/** `npm run test:lab [-- SCENARIO…]`: plays every scenario, or those with one of the words in their name. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'boolean' }, machines: { type: 'string', default: '2' } },
});
const all = await listScenarios();
const chosen = all.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
);
if (values.list === true) {
  for (const { name } of chosen) console.log(name);
} else if (chosen.length === 0) {
  console.error(`no scenario has ${positionals.join(' or ')} in its name; --list lists them`);
  process.exitCode = 2;
} else {
  process.exitCode = await playAll(chosen, Number(values.machines));
}

/** The slow ones first, so that none of them is left over at the end. */
async function playAll(scenarios: readonly LabScenario[], machines: number): Promise<number> {
  const began = Date.now();
  const logs = mkdtempSync(join(tmpdir(), 'vdoctl-lab-logs-'));
  const bundle = await keepBundle(logs);
  await buildImage();
  reportProgress(`${String(scenarios.length)} scenarios; logs in ${logs}`);
  const waiting = scenarios.toSorted((one, other) => (other.seconds ?? 0) - (one.seconds ?? 0));
  let failed = 0;
  const play = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if ((await playOne(next, bundle, logs)) === 'failed') failed += 1;
    }
  };
  await Promise.all(Array.from({ length: machines }, play));
  const took = ((Date.now() - began) / 1000).toFixed(0);
  console.log(`in ${took} s, logs in ${logs}`);
  console.log(`${String(scenarios.length - failed)} passed, ${String(failed)} failed`);
  return failed === 0 ? 0 : 1;
}

async function playOne(scenario: LabScenario, bundle: string, logs: string): Promise<'passed' | 'failed'> {
  const began = Date.now();
  const result = await tryOne(scenario, bundle, logs);
  const took = `${((Date.now() - began) / 1000).toFixed(1).padStart(6)}s`;
  console.log(`${result.complaint === undefined ? 'ok  ' : 'FAIL'} ${took}  ${scenario.name}`);
  if (result.complaint === undefined) return 'passed';
  console.log(result.complaint.replaceAll(/^/gm, '      '));
  return 'failed';
}

const KERNEL_LOG_LINES = 25;

async function tryOne(
  { name, play }: LabScenario,
  bundle: string,
  logs: string,
): Promise<{ complaint: string | undefined }> {
  const path = join(logs, name.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 80));
  let world: LabWorld | undefined;
  try {
    world = await LabWorld.boot(bundle);
    await play(world);
    return { complaint: undefined };
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const kernel = world?.machine.kernelLog().trimEnd().split(/\r?\n/).slice(-KERNEL_LOG_LINES) ?? [];
    const parts = [
      what,
      '--- what vdoctl said ---',
      world?.transcript.text ?? '',
      '--- kernel ---',
      ...kernel,
    ];
    return { complaint: [...parts, `--- whole logs: ${path}.* ---`].join('\n') };
  } finally {
    if (world !== undefined) {
      writeFileSync(`${path}.transcript`, world.transcript.text);
      writeFileSync(`${path}.kernel`, world.machine.kernelLog());
      await world.close();
    }
  }
}
