import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readRecap, type AnsibleRun, type ModuleResult } from './ansible-controller.ts';
import { CleanRoot } from './clean-root.ts';
import { buildPackages } from './packages.ts';

vi.setConfig({ testTimeout: 300_000 });

let root: CleanRoot;
beforeAll(async () => {
  root = await CleanRoot.make('ansible-core');
  root.install(buildPackages().deb);
});
afterAll(() => {
  root.remove();
});

/** The inventory is all that Ansible is told: nothing says where the collection is. */
const where = ['-i', 'localhost,', '-c', 'local', '-e', 'ansible_python_interpreter=/usr/bin/python3'];
/** Recoveries of the simulated host run faster than real time. */
const env = ['env', 'VDOCTL_SIMULATED_SPEED=20', 'ANSIBLE_NOCOLOR=1'];

function play(variables: Readonly<Record<string, unknown>>, ...more: string[]): AnsibleRun {
  const simulated = JSON.stringify({ vdo_simulate: true, ...variables });
  const words = [...where, 'vdoctl.vdo.recover', '-e', simulated, ...more];
  const { code, stdout, stderr } = root.run(...env, 'ansible-playbook', ...words);
  const output = `${stdout}${stderr}`;
  return { code, output, recap: readRecap(output) };
}

function call(module: string, args: Readonly<Record<string, unknown>>): ModuleResult {
  const words = ['localhost', '--one-line', '-m', `vdoctl.vdo.${module}`, '-a'];
  const simulated = JSON.stringify({ simulate: true, ...args });
  const { stdout, stderr } = root.run(...env, 'ansible', ...where, ...words, simulated);
  const [, json] = /^localhost \| [A-Z]+!? => (\{.*\})$/m.exec(stdout) ?? [];
  if (json === undefined) throw new Error(`${stdout}${stderr}`);
  return JSON.parse(json) as ModuleResult;
}

describe('in a Debian that has ansible-core and the package, and nothing else', () => {
  test('the collection is where Ansible looks, with all of its modules', () => {
    const listed = root.must('ansible-doc', '--list', '--json', 'vdoctl.vdo');
    expect(Object.keys(JSON.parse(listed) as object)).toEqual([
      'vdoctl.vdo.backup',
      'vdoctl.vdo.facts',
      'vdoctl.vdo.recover',
      'vdoctl.vdo.salvage',
      'vdoctl.vdo.volume',
    ]);
  });

  test('the playbook recovers a crashed volume, and the second time changes nothing', () => {
    const named = { vdo_volumes: ['backups'] };
    const first = play(named, '--diff');
    expect(first, first.output).toMatchObject({ code: 0, recap: { localhost: { changed: 1, failed: 0 } } });
    expect(first.output).toMatch(/^-.*"on_disk": "dirty"/m);
    const second = play(named);
    expect(second, second.output).toMatchObject({ code: 0, recap: { localhost: { changed: 0, failed: 0 } } });
  });

  test('it ends with the reason of what needs a person', () => {
    const run = play({});
    expect(run, run.output).toMatchObject({ code: 2, recap: { localhost: { changed: 0, failed: 1 } } });
    const end = run.output.slice(run.output.indexOf('TASK [This host needs a person]'));
    expect(end).toContain('mail is read-only: its disk says so too');
  });

  test('each module works with the vdoctl that is installed', () => {
    expect(call('facts', { names: ['backups'] })).toMatchObject({
      changed: false,
      ansible_facts: { vdo: { host: 'simulated', volumes: [{ name: 'backups', mode: 'normal' }] } },
    });
    expect(call('recover', { name: 'backups' })).toMatchObject({ changed: false, rc: 0 });
    const stopped = { name: 'backups', state: 'stopped' };
    expect(call('volume', stopped)).toMatchObject({ changed: true, rc: 0 });
    expect(call('volume', stopped)).toMatchObject({ changed: false, rc: 0 });
  });
});
