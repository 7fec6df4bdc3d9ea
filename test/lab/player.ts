import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabScenario } from './catalog.ts';
import type { GeometryVersion } from './geometry.ts';
import type { KernelName } from './kernels.ts';
import { LabWorld, bootStage } from './lab-world.ts';
import type { BootOptions } from './machine.ts';
import type { Stage } from './stage.ts';

const KERNEL_LOG_LINES = 25;

/** A play needs another machine if any of these differ. */
type Hardware = Required<Pick<BootOptions, 'kernel' | 'countsInstructions'>>;

/** A scenario on one kernel, with volumes of one geometry. */
export interface Play {
  readonly scenario: LabScenario;
  readonly kernel: KernelName;
  readonly geometry: GeometryVersion;
  /** The scenario's name, with the kernel and geometry that it is played on. */
  readonly name: string;
}

export interface Played {
  readonly name: string;
  readonly ms: number;
  /** Everything needed to understand the failure; absent if it passed. */
  readonly complaint?: string;
}

/** Plays scenarios one after the other on a machine of its own; after a failure it takes another machine. */
export class Player {
  readonly #bundle: string;
  readonly #logs: string;
  #stage: Stage | undefined;
  #hardware: Hardware | undefined;

  constructor(options: { bundle: string; logs: string }) {
    this.#bundle = options.bundle;
    this.#logs = options.logs;
  }

  async play({ name, kernel, geometry, scenario: { assertsTimes = false, play } }: Play): Promise<Played> {
    const began = Date.now();
    let stage: Stage;
    try {
      stage = await this.#takeStage({ kernel, countsInstructions: assertsTimes });
    } catch (error) {
      return { name, ms: Date.now() - began, complaint: describeError(error) };
    }
    const world = new LabWorld(stage, geometry);
    const before = stage.machine.kernelLog().length;
    const path = join(this.#logs, name.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 100));
    let complaint: string | undefined;
    try {
      await play(world);
    } catch (error) {
      const what = describeError(error);
      const kernel = stage.machine
        .kernelLog()
        .slice(before)
        .trimEnd()
        .split(/\r?\n/)
        .slice(-KERNEL_LOG_LINES);
      const parts = [what, '--- what was done and said ---', world.transcript.text];
      complaint = [...parts, '--- kernel ---', ...kernel, `--- logs: ${path}.* ---`].join('\n');
    }
    writeFileSync(`${path}.transcript`, world.transcript.text);
    writeFileSync(`${path}.kernel`, stage.machine.kernelLog().slice(before));
    // After a failure nothing is taken for granted, not even that the machine can return to a checkpoint.
    if (complaint !== undefined) await this.close();
    return { name, ms: Date.now() - began, ...(complaint === undefined ? {} : { complaint }) };
  }

  async #takeStage(hardware: Hardware): Promise<Stage> {
    const { kernel, countsInstructions } = hardware;
    if (this.#hardware?.kernel !== kernel || this.#hardware.countsInstructions !== countsInstructions)
      await this.close();
    this.#hardware = hardware;
    return (this.#stage ??= await bootStage({ bundle: this.#bundle, ...hardware }));
  }

  async close(): Promise<void> {
    const stage = this.#stage;
    this.#stage = undefined;
    await stage?.machine.kill();
  }
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
