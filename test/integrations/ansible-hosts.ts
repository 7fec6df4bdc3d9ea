import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { findBuild } from '../builds.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { makeController, python, type Controller, type ModuleResult } from './ansible-controller.ts';
import { describeEnvironment, keepHost } from './simulated-fleet.ts';

export type Args = Readonly<Record<string, unknown>>;

/** An inventory whose hosts are this machine, each with a simulated host of its own. */
interface ModuleHosts {
  /** Calls a module on a host; further words go to Ansible. */
  readonly call: (host: string, module: string, args: Args, ...more: string[]) => Promise<ModuleResult>;
  /** What ansible-doc says to these words. */
  readonly doc: (...words: string[]) => string;
}

/** For the top of a test file: makes the hosts before its tests, and removes them after. */
export function useModuleHosts(
  hosts: Readonly<Record<string, (host: TestHost) => Promise<unknown>>>,
): ModuleHosts {
  const directory = mkdtempSync(path.join(tmpdir(), 'vdoctl-modules-'));
  const programOf = (host: string): string => path.join(directory, 'bin', host);
  let ansible: Controller | undefined;
  const ready = (): Controller => {
    if (ansible === undefined) throw new Error('the hosts are made before the tests');
    return ansible;
  };
  beforeAll(async () => {
    const program = programOf('vdoctl');
    mkdirSync(path.dirname(program));
    copyFileSync(await findBuild('src/entry/main.ts'), program);
    for (const [host, arrange] of Object.entries(hosts)) {
      const state = path.join(directory, 'state', host);
      await keepHost(state, arrange);
      const variables = Object.entries(describeEnvironment(state)).map(([key, value]) => `${key}=${value}`);
      const line = `exec env ${variables.join(' ')} ${process.execPath} ${program} "$@"`;
      writeFileSync(programOf(host), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    }
    ansible = makeController({
      directory,
      hosts: Object.keys(hosts),
      variables: { ansible_connection: 'local', ansible_python_interpreter: python },
    });
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });
  return {
    call: (host, module, args, ...more) =>
      ready().call(host, module, { simulate: true, executable: programOf(host), ...args }, ...more),
    doc: (...words) => ready().doc(...words),
  };
}
