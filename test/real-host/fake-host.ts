import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { addDisk, addRootDisk, gibibyte } from '../../src/simulator/arrange.ts';
import { createTestHost, type TestHost } from '../simulated/test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { changing } from '../../src/model/command.ts';
import { blockBytes } from '../../src/model/disk.ts';
import { FakePrograms, type Ended } from './fake-programs.ts';
import { Mirror } from './mirror.ts';

/** One run of a program of the host. */
export interface Call extends Ended {
  readonly words: readonly string[];
}

/** What happens during the next run of a program. */
export interface Incident {
  readonly program: string;
  /** The commands that others run just before the program does its work. */
  readonly meanwhile?: readonly (readonly string[])[];
  /** The program is killed so many milliseconds after its start, by its own clock. */
  readonly killAfterMs?: number;
}

const programs = [
  ...['vdo', 'vdostats', 'vdoformat', 'vdoreadonly', 'vdoforcerebuild'],
  ...['dmsetup', 'udevadm', 'dmesg', 'mount', 'umount', 'blkid', 'wipefs'],
];
const configPath = '/etc/vdoconf.yml';
const patienceMs = 600_000;

/**
 * A host of the classic manager with a free disk `vdb`. `vdo`, `dmsetup` and the others are executables on its PATH,
 * which act on one simulated world as the real ones act on a host; the built program runs on it. The configuration,
 * /sys, /dev and /proc are real files, and edits of the configuration count, whoever makes them. Only the programs let
 * time pass, and it costs no real time.
 */
export class FakeHost {
  private readonly directory: string;
  private readonly host: TestHost = createTestHost();
  private readonly mirror: Mirror;
  private readonly fakes: FakePrograms;
  private calls: Call[] = [];
  private incident: Incident | undefined;
  private defect: unknown;

  /** @param program the built one, which looks at the directory that it lies in */
  constructor(directory: string, program: string) {
    this.directory = directory;
    this.mirror = new Mirror(path.join(directory, 'root'));
    this.fakes = new FakePrograms(path.join(directory, 'talk'), (words) => this.answer(words));
    fs.mkdirSync(this.bin);
    for (const name of programs) this.fakes.write(path.join(this.bin, name), name);
    writeScript(path.join(this.bin, 'flock'), 'PATH=/usr/bin:/bin exec flock "$@"');
    writeScript(path.join(this.bin, 'cat'), `exec /bin/cat '${directory}/root'"$1"`);
    fs.copyFileSync(program, this.program);
    this.change((world) => {
      addRootDisk(world);
      addDisk(world, { name: 'vdb', sizeBytes: 10 * gibibyte });
      world.directories.push('/usr', '/usr/bin');
      world.files.push({ path: '/usr/bin/vdo', text: '', mode: 0o755 });
    });
  }

  private get bin(): string {
    return path.join(this.directory, 'bin');
  }

  private get program(): string {
    return path.join(this.directory, 'vdoctl.cjs');
  }

  /** Runs the built program to its end. */
  async vdoctl(...words: readonly string[]): Promise<Ended & { readonly text: string }> {
    const ended = await this.run([process.execPath, this.program, ...words]);
    return { ...ended, text: ended.stdout + ended.stderr };
  }

  /**
   * Runs a program of the host, found on its PATH.
   * @throws if a program was asked for something that is not modelled
   */
  async run(words: readonly string[]): Promise<Ended> {
    const ended = await runToEnd(words, this.bin);
    if (this.defect !== undefined) throw this.defect as Error;
    return ended;
  }

  /** Every run of a program of the host since this was last called. */
  takeCalls(): readonly Call[] {
    return this.calls.splice(0);
  }

  /** The same for `vdo` alone, as command lines. */
  takeVdoCalls(): readonly string[] {
    return this.takeCalls()
      .filter(({ words: [name] }) => name === 'vdo')
      .map(({ words }) => words.join(' '));
  }

  plan(incident: Incident): void {
    this.incident = incident;
  }

  /** Changes the world, as somebody else on the host would. */
  change(action: (world: World) => void): void {
    this.takeConfig();
    this.host.change(action);
    this.mirror.show(this.host.world);
  }

  /** The world as it is now; for reading only. */
  get world(): World {
    return this.host.world;
  }

  /** The manager's configuration, or undefined when there is none. */
  readConfig(): string | undefined {
    const file = path.join(this.directory, 'root', configPath);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
  }

  readFirstBlock(device: string): Buffer {
    const block = Buffer.alloc(blockBytes);
    const descriptor = fs.openSync(path.join(this.directory, 'root', device), 'r');
    fs.readSync(descriptor, block);
    fs.closeSync(descriptor);
    return block;
  }

  close(): void {
    this.fakes.close();
    fs.rmSync(this.directory, { recursive: true });
  }

  private async answer(words: readonly string[]): Promise<Ended> {
    try {
      const ended = await this.work(words);
      this.calls.push({ words, ...ended });
      return ended;
    } catch (error) {
      this.defect = error;
      return { code: null, stdout: '', stderr: '' };
    }
  }

  private async work([program = '', ...args]: readonly string[]): Promise<Ended> {
    this.takeConfig();
    const { meanwhile = [], killAfterMs = patienceMs } = this.takeIncident(program) ?? {};
    for (const [other = '', ...others] of meanwhile) await this.host.run(changing(other, others, patienceMs));
    const { outcome, stdout, stderr } = await this.host.run(changing(program, args, killAfterMs));
    this.mirror.show(this.host.world);
    return { code: outcome.kind === 'exited' ? outcome.code : null, stdout, stderr };
  }

  private takeIncident(program: string): Incident | undefined {
    const { incident } = this;
    if (incident?.program !== program) return undefined;
    this.incident = undefined;
    return incident;
  }

  /** Takes the configuration over from its file, whoever wrote it. */
  private takeConfig(): void {
    const { files } = this.host;
    const [text, known] = [this.readConfig(), files.readText(configPath)];
    if (text === (known.kind === 'read' ? known.value : undefined)) return;
    if (text === undefined) files.remove(configPath);
    else files.writeAtomically(configPath, text, 0o644);
  }
}

function writeScript(file: string, line: string): void {
  fs.writeFileSync(file, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
}

function runToEnd([file = '', ...args]: readonly string[], searchPath: string): Promise<Ended> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: searchPath } });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, ...said });
    });
  });
}
