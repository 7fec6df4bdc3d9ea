import { createHash } from 'node:crypto';
import type { Machine } from './machine.ts';
import type { Place } from './volume.ts';

/** A machine that serves one scenario after another, with checkpoints of the states worth returning to. */
export class Stage {
  readonly machine: Machine;
  /** Where the data of pools lies: the same pool on the same disk always has it in the same place. */
  readonly places = new Map<string, Place>();
  readonly #kept = new Set<string>();

  private constructor(machine: Machine) {
    this.machine = machine;
  }

  static async open(machine: Machine): Promise<Stage> {
    const stage = new Stage(machine);
    await stage.keep([]);
    return stage;
  }

  has(deeds: readonly string[]): boolean {
    return this.#kept.has(nameCheckpoint(deeds));
  }

  async keep(deeds: readonly string[]): Promise<void> {
    const name = nameCheckpoint(deeds);
    await this.machine.save(name);
    this.#kept.add(name);
  }

  async goBack(deeds: readonly string[]): Promise<void> {
    await this.machine.restore(nameCheckpoint(deeds));
  }
}

/** A checkpoint is named by everything that was done since the boot. */
function nameCheckpoint(deeds: readonly string[]): string {
  return `after-${createHash('sha256').update(deeds.join('\n')).digest('hex').slice(0, 16)}`;
}

interface Deed {
  readonly what: string;
  readonly work: () => Promise<void>;
}

/**
 * What a scenario does before its first look at anything. Most scenarios begin alike, and a crash takes half a minute.
 * A beginning is therefore done only when it is needed, and is kept for scenarios with the same one.
 */
export class Beginning {
  readonly #stage: Stage;
  readonly #note: (what: string) => void;
  #deeds: Deed[] | undefined = [];

  constructor(stage: Stage, note: (what: string) => void) {
    this.#stage = stage;
    this.#note = note;
  }

  /** Does the work at once if the beginning is over, else when it is needed. */
  async do(what: string, work: () => Promise<void>): Promise<void> {
    if (this.#deeds === undefined) {
      this.#note(what);
      await work();
    } else this.#deeds.push({ what, work });
  }

  /** Resolves when all work that was put off is done. */
  async end(): Promise<void> {
    const deeds = this.#deeds;
    if (deeds === undefined) return;
    this.#deeds = undefined;
    const names = deeds.map(({ what }) => what);
    let done = names.length;
    while (!this.#stage.has(names.slice(0, done))) done -= 1;
    for (const name of names.slice(0, done)) this.#note(`${name} (kept from before)`);
    await this.#stage.goBack(names.slice(0, done));
    for (const { what, work } of deeds.slice(done)) {
      this.#note(what);
      await work();
      done += 1;
      if (what.startsWith('make ') || done === names.length) await this.#stage.keep(names.slice(0, done));
    }
  }
}
