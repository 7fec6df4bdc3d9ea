import type { Settings } from '../../src/model/settings.ts';
import type { Request } from '../state/request.ts';
import { Acting } from './acting.ts';
import type { Store } from './store.ts';
import type { TrackedHost } from './tracked-host.ts';

/** The operations under way on the screen, each on a volume of its own, by id. */
export class RunningOperations {
  private readonly host: TrackedHost;
  private readonly store: Store;
  private readonly settings: Settings;
  private readonly onOver: () => void;
  private readonly running = new Map<number, { readonly acting: Acting; readonly work: Promise<void> }>();

  /** @param onOver called whenever one is over, after it was taken out. */
  constructor(host: TrackedHost, store: Store, settings: Settings, onOver: () => void) {
    this.host = host;
    this.store = store;
    this.settings = settings;
    this.onOver = onOver;
  }

  get count(): number {
    return this.running.size;
  }

  begin(id: number, request: Request): void {
    const acting = new Acting(id, this.host, this.store, this.settings);
    const work = acting.run(request).finally(() => {
      this.running.delete(id);
      this.onOver();
    });
    this.running.set(id, { acting, work });
  }

  /** Answers the plan that an operation shows. */
  answer(id: number, answer: 'yes' | 'no'): void {
    this.running.get(id)?.acting.answer(answer);
  }

  /** Whether a person has agreed to the operation's plan. */
  hasBegun(id: number): boolean {
    return this.running.get(id)?.acting.hasBegun === true;
  }

  /** Stops an operation after its current step. */
  stop(id: number): void {
    this.running.get(id)?.acting.stop('SIGINT');
  }

  stopAll(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void {
    for (const { acting } of this.running.values()) acting.stop(signal);
  }

  /** Gives up the operations whose plan nobody agreed to: nothing was done. */
  dropUnbegun(): void {
    for (const { acting } of this.running.values()) if (!acting.hasBegun) acting.answer('no');
  }

  /** Resolves when all that have begun are over. */
  async untilBegunAreOver(): Promise<void> {
    const begun = [...this.running.values()].filter(({ acting }) => acting.hasBegun);
    await Promise.all(begun.map(({ work }) => work));
  }
}
