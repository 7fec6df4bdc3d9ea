/** Something that is kept busy, and by how much work at once. */
export interface Resource {
  readonly name: string;
  readonly limit: number;
}

/** Work that waits for its turn. */
interface Waiting {
  readonly resources: readonly Resource[];
  begin(): void;
}

/**
 * Lets work begin in the order in which it was asked for, as much at once as is allowed. Work whose resources are busy
 * lets later work pass.
 */
export class Turns {
  private readonly atOnce: number;
  private readonly busy = new Map<string, number>();
  private queue: readonly Waiting[] = [];
  private working = 0;

  constructor(atOnce: number) {
    this.atOnce = atOnce;
  }

  /**
   * Does the work when it is its turn.
   *
   * @param resources what the work keeps busy.
   * @param signal ends the wait; the work itself is not stopped.
   * @returns undefined if the wait was ended.
   */
  async take<T>(
    resources: readonly Resource[],
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<{ readonly value: T } | undefined> {
    if (!(await this.awaitTurn(resources, signal))) return undefined;
    try {
      return { value: await work() };
    } finally {
      this.working -= 1;
      for (const { name } of resources) this.busy.set(name, this.countOn(name) - 1);
      this.beginWaiting();
    }
  }

  private awaitTurn(resources: readonly Resource[], signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const giveUp = (): void => {
        this.queue = this.queue.filter((each) => each !== waiting);
        resolve(false);
      };
      const waiting: Waiting = {
        resources,
        begin: () => {
          signal.removeEventListener('abort', giveUp);
          resolve(true);
        },
      };
      this.queue = [...this.queue, waiting];
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp, { once: true });
      this.beginWaiting();
    });
  }

  private beginWaiting(): void {
    for (const waiting of this.queue) {
      const isFree = waiting.resources.every(({ name, limit }) => this.countOn(name) < limit);
      if (!isFree || this.working >= this.atOnce) continue;
      this.queue = this.queue.filter((each) => each !== waiting);
      this.working += 1;
      for (const { name } of waiting.resources) this.busy.set(name, this.countOn(name) + 1);
      waiting.begin();
    }
  }

  private countOn(name: string): number {
    return this.busy.get(name) ?? 0;
  }
}
