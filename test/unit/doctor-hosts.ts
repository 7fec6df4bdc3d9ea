import type { World } from '../../src/simulator/world/world.ts';
import { addRemembered, mountDevice } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { createDmHost, createLvmHost, low } from '../simulated/worlds.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { callOn } from './call.ts';

export type Arrange = (world: World) => void;

export function addFile(path: string, text = ''): Arrange {
  return (world) => {
    world.files = [...world.files.filter((file) => file.path !== path), { path, text, mode: 0o644 }];
  };
}

export function together(...all: readonly Arrange[]): Arrange {
  return (world) => {
    for (const arrange of all) arrange(world);
  };
}

/** `my-vdo`, remembered and running, with nothing wrong; then what is arranged. */
export function createHealthy(arrange: Arrange = () => undefined): TestHost {
  const host = createDmHost({ dataBlocks: 1000, logicalUsedBlocks: 2000 });
  host.change((world) => {
    addRemembered(world, 'my-vdo', low);
    arrange(world);
  });
  return host;
}

/** The same, stopped cleanly. */
export function createStopped(arrange: Arrange = () => undefined): TestHost {
  return createHealthy(
    together((world) => {
      happen.stopDevice(world, 'my-vdo');
      happen.setDiskState(world, low, 'clean');
    }, arrange),
  );
}

/** `vg/pool` with `vg/home`, running, with slabs of 128 MiB. */
export function createPool(arrange: Arrange = () => undefined): TestHost {
  const host = createLvmHost({ slabBlocks: 32_768 });
  host.change(arrange);
  return host;
}

export const mounted: Arrange = (world) => {
  mountDevice(world, '/dev/mapper/my-vdo', '/srv/data');
};

export const mountedWith =
  (options: string): Arrange =>
  (world) => {
    mounted(world);
    for (const mount of world.mounts) if (mount.path === '/srv/data') mount.options = options;
  };

export const fstab = (...lines: readonly string[]): Arrange => addFile('/etc/fstab', `${lines.join('\n')}\n`);

export const enabled = (unit: string, target = 'multi-user'): Arrange =>
  addFile(`/etc/systemd/system/${target}.target.wants/${unit}`);

export const logged =
  (...lines: readonly string[]): Arrange =>
  (world) => {
    for (const text of lines) world.kernelLog.push({ at: world.now, text });
  };

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly next: string;
}

interface Examined {
  readonly exitCode: number;
  /** With the volume's name in front; of the host itself as they are. */
  readonly codes: readonly string[];
  readonly findings: readonly Finding[];
  readonly missing: readonly { readonly what: string; readonly why: string }[];
}

/** Calls `vdoctl doctor --json`. */
export async function examineBy(host: TestHost, ...names: readonly string[]): Promise<Examined> {
  const { code, stdout } = await callOn(host, 'doctor', ...names, '--json');
  const document = JSON.parse(stdout) as {
    readonly volumes: readonly { readonly name: string; readonly findings: readonly Finding[] }[];
    readonly ofHost: readonly Finding[];
    readonly missing: Examined['missing'];
  };
  const { volumes, ofHost, missing } = document;
  return {
    exitCode: code,
    codes: [
      ...ofHost.map((finding) => finding.code),
      ...volumes.flatMap(({ name, findings }) => findings.map((finding) => `${name} ${finding.code}`)),
    ],
    findings: [...ofHost, ...volumes.flatMap(({ findings }) => findings)],
    missing,
  };
}
