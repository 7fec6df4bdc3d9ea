import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installMissing } from '../lab/host.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { crash, expectRecovered } from '../scenarios/steps.ts';
import type { TestVolume, World } from '../scenarios/world.ts';
import { makeController, python, type ModuleResult } from './ansible-controller.ts';
import { forwardProgram } from './forwarded-program.ts';

/** Calls a module of the collection; further words go to Ansible. */
type CallModule = (
  module: string,
  args: Readonly<Record<string, unknown>>,
  ...more: string[]
) => Promise<ModuleResult>;

/**
 * The real Ansible and the real modules run on this machine and drive vdoctl on the world's host, so that the lab's
 * machine needs neither Python nor a network. Another test covers reaching other machines over ssh.
 */
async function withAnsible(world: World, play: (call: CallModule) => Promise<void>): Promise<void> {
  await installMissing({ '/usr/bin/ansible': 'ansible-core' });
  const directory = mkdtempSync(path.join(tmpdir(), 'vdoctl-ansible-world-'));
  const program = await forwardProgram(world, directory);
  try {
    const ansible = makeController({
      directory,
      hosts: ['world'],
      variables: { ansible_connection: 'local', ansible_python_interpreter: python },
    });
    await play((module, args, ...more) =>
      ansible.call('world', module, { executable: program.path, ...args }, ...more),
    );
  } finally {
    await program.close();
    rmSync(directory, { recursive: true });
  }
}

function expectResult(
  result: ModuleResult,
  expected: { readonly changed: boolean; readonly rc: number },
): void {
  const { changed, rc } = result;
  assert.deepEqual({ changed, rc }, expected, JSON.stringify(result));
}

async function recoverAndStop(world: World, volume: TestVolume): Promise<void> {
  const names = [volume.name];
  await withAnsible(world, async (call) => {
    expectResult(await call('recover', { names }, '--check'), { changed: true, rc: 0 });
    assert.equal(await volume.diskState(), 'dirty');
    expectResult(await call('recover', { names }), { changed: true, rc: 0 });
    await expectRecovered(world, volume);
    expectResult(await call('recover', { names }), { changed: false, rc: 0 });
    const stopped = { name: volume.name, state: 'stopped' };
    expectResult(await call('volume', stopped), { changed: true, rc: 0 });
    assert.equal(await volume.diskState(), 'clean');
    expectResult(await call('volume', stopped), { changed: false, rc: 0 });
    await volume.makeReadOnly();
    expectResult(await call('recover', { names }), { changed: false, rc: 6 });
    const forced = { names, force_rebuild: true, accept_data_loss: names };
    expectResult(await call('recover', forced), { changed: true, rc: 0 });
    assert.equal(await volume.readOnlyRecoveries(), 1);
    await volume.verifyFiles();
  });
}

/**
 * Played on the simulated host by the test beside this file, and on a real volume by the lab. They need ansible-core.
 */
export const ansibleScenarios: readonly Scenario[] = (['dm', 'lvm'] as const).map((stack) => ({
  name: `${stack}: Ansible recovers a crashed volume, stops it, and rebuilds it by force, each once`,
  async play(world) {
    const volume = await world.makeVolume({ stack });
    await crash(world, volume);
    await recoverAndStop(world, volume);
  },
}));
