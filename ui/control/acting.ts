import { exitCodes } from '../../src/model/exit-code.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { Plan } from '../../src/model/plan.ts';
import { Failure } from '../../src/model/problem.ts';
import { describeStop, type OperationEvent, type Session } from '../../src/operations/session.ts';
import { describeAccount } from '../../src/prose/account.ts';
import { describeOutcome } from '../../src/prose/outcomes.ts';
import { describeProblem } from '../../src/prose/problems.ts';
import type { Result } from '../state/job.ts';
import type { Request } from '../state/request.ts';
import { operate } from './operate.ts';
import type { Store } from './store.ts';
import type { TrackedHost } from './tracked-host.ts';

/** Nobody watches a screen for longer; a recovery that lasts longer goes on in the kernel. */
const longestMs = 20 * 24 * 60 * 60_000;

/** One operation under way on the screen: it asks a person to agree to its plan, and can be stopped. */
export class Acting {
  private readonly id: number;
  private readonly host: TrackedHost;
  private readonly store: Store;
  private readonly settings: Settings;
  private readonly stopping = new AbortController();
  private answering: ((answer: 'yes' | 'no') => void) | undefined;
  private dropped = false;
  private agreed = false;

  /** @param id that of its job. */
  constructor(id: number, host: TrackedHost, store: Store, settings: Settings) {
    this.id = id;
    this.settings = settings;
    this.host = host;
    this.store = store;
  }

  /** Whether a person has agreed to a plan: the program then does not end before the operation is over. */
  get hasBegun(): boolean {
    return this.agreed;
  }

  /** Carries the operation out and tells the screen the result. */
  async run(request: Request): Promise<void> {
    const result = await this.operate(request);
    if (!this.dropped) this.store.dispatch({ kind: 'over', job: this.id, result });
  }

  /** Answers the plan that is shown. Before there is a plan, `no` gives the operation up. */
  answer(answer: 'yes' | 'no'): void {
    if (this.answering !== undefined) this.answering(answer);
    else if (answer === 'no' && !this.agreed) this.drop();
  }

  /** Forgets the operation: nothing was done, and nobody waits for its result. */
  private drop(): void {
    this.dropped = true;
    this.stopping.abort('SIGINT');
    this.store.dispatch({ kind: 'dropped', job: this.id });
  }

  /** Stops the operation after the step that is under way. */
  stop(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void {
    this.stopping.abort(signal);
  }

  private async operate(request: Request): Promise<Result> {
    try {
      const { name, account, ...done } = await operate(this.makeSession(), request);
      const words = describeOutcome(request.kind, done) ?? done.outcome;
      if (account !== undefined) this.tell(name, describeAccount(account));
      const exitCode = account?.isWhole === false ? exitCodes.otherProgram : exitCodes.ok;
      return { exitCode, what: `${name}: ${words}`, next: undefined };
    } catch (error) {
      if (!(error instanceof Failure)) return describeDefect(error);
      const { exitCode, what, next } = describeProblem(error.problem);
      return { exitCode, what, next };
    }
  }

  private tell(volume: string, lines: readonly string[]): void {
    for (const message of lines) this.report({ kind: 'notice', volume, message });
  }

  private report(event: OperationEvent): void {
    if (this.dropped) return;
    this.store.dispatch({ kind: 'told', job: this.id, event });
    // While its view is open, no look brings the log up to date.
    if (event.kind === 'step')
      this.store.dispatch({ kind: 'commands', commands: this.host.latestCommands() });
  }

  private makeSession(): Session {
    return {
      host: this.host,
      report: (event) => {
        this.report(event);
      },
      confirm: (plan) => this.ask(plan),
      dryRun: undefined,
      deadlineMs: this.host.clock.elapsedMs() + longestMs,
      settings: this.settings,
      interrupted: this.stopping.signal,
    };
  }

  /** Shows every plan before it is followed, even one that can lose nothing. */
  private async ask(plan: Plan): Promise<void> {
    const { signal } = this.stopping;
    if (!this.dropped) this.store.dispatch({ kind: 'plan', job: this.id, plan });
    const answer = await new Promise<'yes' | 'no'>((resolve) => {
      this.answering = resolve;
      const giveUp = (): void => {
        resolve('no');
      };
      if (signal.aborted) giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
    });
    this.answering = undefined;
    if (signal.aborted)
      throw new Failure(
        describeStop({ interrupted: signal }, plan.volume, 'an answer', 'nothing was changed'),
      );
    if (answer === 'no') {
      // When an earlier plan of this operation was followed, the screen still has its result to tell.
      if (!this.agreed) this.drop();
      throw new Failure({ kind: 'not-confirmed', name: plan.volume, doing: plan.operation });
    }
    this.agreed = true;
    this.store.dispatch({ kind: 'agreed', job: this.id });
  }
}

function describeDefect(error: unknown): Result {
  const what = `a defect of vdoctl itself: ${error instanceof Error ? error.message : String(error)}`;
  return { exitCode: exitCodes.defect, what, next: 'vdoctl status shows the state; report it' };
}
