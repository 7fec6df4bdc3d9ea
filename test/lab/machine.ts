import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { AgentLink, type StartOptions } from './agent-link.ts';
import { GuestCommandError, GuestGoneError, GuestTimeoutError, LabError } from './errors.ts';
import type { ExecResult, GuestProcess } from './guest-process.ts';
import { buildImage } from './image.ts';
import type { GuestFile } from './initramfs.ts';
import { takeKernel, type KernelName } from './kernels.ts';
import { dieWithParent, forgetDeath } from './lifetime.ts';
import { MachineDirectory, launchQemu, readTail, type Hardware } from './qemu.ts';
import { Qmp } from './qmp.ts';
import { SerialLine } from './serial-line.ts';
import { limitTime } from './wait.ts';

const GIB = 2 ** 30;
const BOOT_LIMIT_MS = 300_000;
const EXEC_LIMIT_MS = 120_000;
const RESTORE_LIMIT_MS = 20_000;
const TAIL_LINES = 25;

export interface BootOptions {
  /** Default: stable. */
  readonly kernel?: KernelName;
  /** A JavaScript file of the host, which becomes /usr/local/bin/vdoctl. */
  readonly bundle?: string;
  /** More files that are there from the start, and again after each reset. */
  readonly files?: readonly GuestFile[];
  /** Sizes of the data disks in bytes: /dev/disk/by-id/virtio-disk1, … (/dev/vdb, …). */
  readonly disks?: readonly number[];
  readonly memoryMiB?: number;
  readonly cpus?: number;
  /** For times that do not depend on how busy this host is: see {@link Hardware}. */
  readonly countsInstructions?: boolean;
  /** More words for the kernel command line, and for the guest's process 1. */
  readonly kernelWords?: readonly string[];
  /** Time limit of a boot, until the agent answers. Default: 5 min, since a busy host makes a boot long. */
  readonly bootLimitMs?: number;
}

export interface ExecOptions extends Omit<StartOptions, 'openInput'> {
  readonly timeoutMs?: number;
  readonly input?: string | Uint8Array;
}

/** A virtual machine with a real dm-vdo. It ends with this process, however this process ends. */
export class Machine {
  readonly serialLine: SerialLine;
  readonly #directory: MachineDirectory;
  readonly #qemu: ChildProcess;
  readonly #qmp: Qmp;
  readonly #agent: AgentLink;
  readonly #ended: Promise<void>;
  readonly #bootLimitMs: number;

  private constructor(
    directory: MachineDirectory,
    qemu: ChildProcess,
    links: { qmp: Qmp; agent: AgentLink; serialLine: SerialLine; bootLimitMs: number },
  ) {
    this.serialLine = links.serialLine;
    this.#directory = directory;
    this.#bootLimitMs = links.bootLimitMs;
    this.#qemu = qemu;
    this.#qmp = links.qmp;
    this.#agent = links.agent;
    dieWithParent(this, () => {
      this.#cleanUp();
      this.#directory.remove();
    });
    this.#ended = new Promise((resolve) => {
      qemu.once('error', () => {
        resolve();
      });
      qemu.once('exit', () => {
        resolve();
      });
    });
    void this.#ended.then(() => {
      this.#agent.abandonAll('QEMU ended');
    });
  }

  static async boot(options: BootOptions = {}): Promise<Machine> {
    const image = await buildImage();
    const kernel = takeKernel(image.kernels, options.kernel ?? 'stable');
    const directory = new MachineDirectory();
    const links = { qmp: new Qmp(), agent: new AgentLink(), serialLine: new SerialLine() };
    await links.qmp.listen(directory.at('qmp'));
    await links.agent.listen(directory.at('agent'));
    await links.serialLine.listen(directory.at('serial'));
    const hardware: Hardware = {
      kernel,
      diskBytes: options.disks ?? [10 * GIB, 10 * GIB],
      memoryMiB: options.memoryMiB ?? 3072,
      cpus: options.cpus ?? 1,
      countsInstructions: options.countsInstructions ?? false,
      kernelWords: options.kernelWords ?? [],
    };
    const bundle = options.bundle === undefined ? [] : [readBundle(options.bundle)];
    const up = links.agent.nextHello();
    const qemu = launchQemu({ image, directory, hardware, files: [...bundle, ...(options.files ?? [])] });
    const bootLimitMs = options.bootLimitMs ?? BOOT_LIMIT_MS;
    const machine = new Machine(directory, qemu, { ...links, bootLimitMs });
    try {
      await machine.#awaitGuest(links.qmp.negotiate(30_000), 'QEMU did not start');
      await machine.#awaitGuest(up, 'the guest did not boot');
      return machine;
    } catch (error) {
      await machine.kill();
      throw error;
    }
  }

  /** Runs a command to its end; the caller judges the exit code. */
  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const child = this.#startWithInput(argv, options);
    return this.#awaitEnd(child, options.timeoutMs ?? EXEC_LIMIT_MS);
  }

  /** Runs a command that must succeed, and returns its stdout. */
  async run(argv: readonly string[], options: ExecOptions = {}): Promise<string> {
    const result = await this.exec(argv, options);
    if (result.code === 0) return result.stdout;
    const how = result.signal ?? `exit code ${String(result.code)}`;
    const text = `${argv.join(' ')}: ${how}\n${result.stdout.slice(-2000)}${result.stderr.slice(-4000)}`;
    throw new GuestCommandError(text, result.code, result);
  }

  /** Runs shell text that must succeed, and stops at the first command that fails. */
  async script(text: string, options: ExecOptions = {}): Promise<string> {
    return this.run(['bash', '-euo', 'pipefail', '-c', text], options);
  }

  start(argv: readonly string[], options: StartOptions = {}): GuestProcess {
    return this.#agent.start(argv, options);
  }

  async putFile(path: string, bytes: string | Uint8Array, mode = 0o644): Promise<void> {
    const text = 'mkdir -p "$(dirname "$1")"; cat > "$1.part"; chmod "$2" "$1.part"; mv "$1.part" "$1"';
    await this.run(['sh', '-euc', text, 'put', path, mode.toString(8)], { input: bytes });
  }

  /**
   * Power cut: everything that runs stops here, and the disks keep what reached them. Resolves when the guest is up
   * again.
   */
  async reset(): Promise<void> {
    const up = this.#agent.nextHello();
    this.#agent.abandonAll('the power was cut');
    await this.#qmp.execute('system_reset');
    await this.#awaitGuest(up, 'the guest did not come back');
  }

  /**
   * Waits for a guest that restarts by itself (after `echo b > /proc/sysrq-trigger`, say). Call this before the cause.
   */
  async awaitRestart(): Promise<void> {
    await this.#awaitGuest(this.#agent.nextHello(), 'the guest did not come back');
  }

  /** Keeps memory and disks as they are now, for `restore`. The machine goes on. */
  async save(name: string): Promise<void> {
    await this.#command(`savevm ${name}`);
  }

  /** Returns to what `save` kept: memory, disks and the processes of then. Everything since is gone. */
  async restore(name: string): Promise<void> {
    this.#agent.abandonAll('the machine went back to a checkpoint');
    await this.#command(`loadvm ${name}`);
    this.#agent.breakLine();
    await this.run(['true'], { timeoutMs: RESTORE_LIMIT_MS });
  }

  async poweroff(): Promise<void> {
    const off = 'sync & sleep 0.5; echo o > /proc/sysrq-trigger';
    this.start(['sh', '-c', off]);
    const limit = () => new LabError('the guest did not power off');
    await limitTime(this.#ended, 15_000, limit).catch(() => {});
    await this.kill();
  }

  /** Ends QEMU without asking the guest. */
  async kill(): Promise<void> {
    this.#cleanUp();
    forgetDeath(this);
    await limitTime(this.#ended, 10_000, () => new LabError('QEMU does not end'));
    this.#directory.remove();
  }

  /** Everything that the kernel wrote to its console since the machine was made, resets included. */
  kernelLog(): string {
    return readFileSync(this.#directory.at('console'), 'utf8');
  }

  /** The monitor for people says something only when a command fails. */
  async #command(line: string): Promise<void> {
    const said = String(await this.#qmp.execute('human-monitor-command', { 'command-line': line })).trim();
    if (said !== '') throw new LabError(`QEMU refused ${line}: ${said}`);
  }

  #startWithInput(argv: readonly string[], options: ExecOptions): GuestProcess {
    const { input } = options;
    const child = this.start(argv, { ...options, openInput: input !== undefined });
    if (input === undefined) return child;
    const bytes = Buffer.from(input);
    const step = 256 * 1024;
    for (let at = 0; at < bytes.length; at += step) child.write(bytes.subarray(at, at + step));
    if (options.tty === undefined) child.endInput();
    return child;
  }

  async #awaitEnd(child: GuestProcess, limitMs: number): Promise<ExecResult> {
    return limitTime(child.wait(), limitMs, () => {
      child.kill('SIGKILL');
      const said = child.output();
      const text = `after ${String(limitMs)} ms this still ran (pid ${String(child.pid)}): ${child.argv.join(' ')}`;
      const quoted = `${said.stdout.slice(-2000)}${said.stderr.slice(-2000)}`;
      return new GuestTimeoutError(`${text}\n${quoted}\n${this.#quoteConsole()}`, said);
    });
  }

  async #awaitGuest(work: Promise<void>, complaint: string): Promise<void> {
    const gone = this.#ended.then(() => {
      throw new GuestGoneError(
        `${complaint}: QEMU ended with ${String(this.#qemu.exitCode ?? this.#qemu.signalCode)}`,
      );
    });
    try {
      await limitTime(
        Promise.race([work, gone]),
        this.#bootLimitMs,
        () => new LabError(`${complaint} in ${String(this.#bootLimitMs)} ms`),
      );
    } catch (error) {
      throw new LabError(`${String(error)}\n${this.#quoteConsole()}`, { cause: error });
    }
  }

  #quoteConsole(): string {
    return `--- console ---\n${readTail(this.#directory, TAIL_LINES)}`;
  }

  #cleanUp(): void {
    this.#qemu.kill('SIGKILL');
    this.#qmp.close();
    this.#agent.close();
    this.serialLine.close();
  }
}

function readBundle(path: string): GuestFile {
  return { path: '/usr/local/bin/vdoctl', mode: 0o755, bytes: readFileSync(path) };
}
