import { readHistory } from '../../src/journal/read.ts';
import { exitCodes, type ExitCode } from '../../src/model/exit-code.ts';
import type { Settings } from '../../src/model/settings.ts';
import { Failure } from '../../src/model/problem.ts';
import { adviseCopy } from '../../src/operations/advise.ts';
import { judgeWhenAsked } from '../../src/operations/availability.ts';
import { readBackground } from '../../src/operations/background.ts';
import { examine } from '../../src/operations/doctor/examine.ts';
import { observe } from '../../src/operations/observe.ts';
import { describeProblem } from '../../src/prose/problems.ts';
import type { Look, Seen } from '../../src/stacks/host-look.ts';
import type { Effect } from '../keys/key-outcome.ts';
import { jobsUnderWay, shownJob } from '../state/jobs.ts';
import { mostOperations } from '../state/history.ts';
import { isChanging } from '../state/order.ts';
import { viewOf, type LeavingWish, type Notice } from '../state/state.ts';
import { RunningOperations } from './running-operations.ts';
import type { Store } from './store.ts';
import type { TrackedHost } from './tracked-host.ts';

export interface ControllerOptions {
  readonly host: TrackedHost;
  readonly store: Store;
  readonly settings: Settings;
  /** Aborted by a signal, or when the terminal is gone; its reason is the signal's name. */
  readonly interrupted: AbortSignal;
  /** Goes back to the shell until it lets the program go on. */
  readonly pause: () => Promise<void>;
  /** Puts a text on the clipboard. */
  readonly copy: (text: string) => void;
}

/** Looks are this many times rarer while nothing changes on the host. */
const calmer = 5;
/** A look that takes longer than this names the command that it waits for. */
const patienceMs = 1000;

/** Looks at the host again and again, and does what keys ask for. Only this part of the screen acts. */
export class Controller {
  private readonly options: ControllerOptions;
  private readonly over = new AbortController();
  private wake = new AbortController();
  private look: Look | undefined;
  private readonly operations: RunningOperations;

  constructor(options: ControllerOptions) {
    this.options = options;
    const { host, store, settings } = options;
    this.operations = new RunningOperations(host, store, settings, () => {
      this.wake.abort();
      this.quitIfWished();
    });
  }

  /** Keeps the picture fresh until somebody quits. */
  async run(): Promise<ExitCode> {
    const { interrupted } = this.options;
    const quit = (): void => {
      this.operations.stopAll(nameSignal(interrupted.reason));
      this.quit();
    };
    interrupted.addEventListener('abort', quit, { once: true });
    if (interrupted.aborted) quit();
    try {
      await Promise.race([this.refresh(), this.untilOver()]);
    } finally {
      // Whatever ends the program, an operation that has begun is first put back, or written down.
      this.operations.stopAll('SIGTERM');
      await this.operations.untilBegunAreOver();
    }
    if (!interrupted.aborted) return this.wish() === 'stop' ? exitCodes.interrupted : exitCodes.ok;
    return interrupted.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
  }

  perform(effect: Effect): void {
    switch (effect.kind) {
      case 'quit':
        this.quit();
        return;
      case 'pause':
        this.follow(this.options.pause());
        return;
      case 'look':
        this.wake.abort();
        return;
      case 'read-details':
        this.follow(this.readDetails(effect.name));
        return;
      case 'advise':
        this.advise(effect.name);
        return;
      case 'examine':
        this.follow(this.examine(effect.name));
        return;
      case 'read-history':
        this.follow(this.readHistory(effect.volume));
        return;
      case 'copy':
        this.options.copy(effect.text);
        return;
      case 'check-device':
        this.checkDevice(effect.device);
        return;
      case 'answer':
        this.operations.answer(effect.job, effect.answer);
        return;
      case 'stop':
        this.operations.stop(effect.job);
        return;
      case 'begin':
        this.operations.begin(effect.job, effect.request);
        return;
      case 'leave-after':
        this.operations.dropUnbegun();
        if (effect.how === 'stop') this.operations.stopAll('SIGINT');
        this.quitIfWished();
    }
  }

  /** What becomes of the operations under way before the screen closes; undefined while nobody wants it closed. */
  private wish(): LeavingWish | undefined {
    const view = this.options.store.get().views.find(({ kind }) => kind === 'leaving');
    return view?.kind === 'leaving' ? view.wish : undefined;
  }

  private quitIfWished(): void {
    const wish = this.wish();
    const isOver = jobsUnderWay(this.options.store.get()).length === 0;
    if (isOver && (wish === 'stop' || wish === 'wait')) this.quit();
  }

  /** Whether somebody watches an operation that has begun: its steps report for themselves. */
  private isWatching(): boolean {
    const job = shownJob(this.options.store.get());
    return job !== undefined && this.operations.hasBegun(job.id);
  }

  /** Ends the screen. {@link run} still waits for the operation that is under way. */
  quit(): void {
    this.over.abort();
    this.wake.abort();
  }

  /** Follows work that nobody waits for: the screen tells its failure as that of a look. */
  private follow(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.tellFailure(error);
    });
  }

  private tellFailure(error: unknown): void {
    const { host, store } = this.options;
    const told = error instanceof Failure ? describe(error) : describeDefect(error);
    store.dispatch({ kind: 'look-failed', nowMs: host.clock.now(), told, commands: host.latestCommands() });
  }

  private untilOver(): Promise<void> {
    const { signal } = this.over;
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
  }

  private async refresh(): Promise<void> {
    const { host, store, settings } = this.options;
    while (!this.over.signal.aborted) {
      this.wake = new AbortController();
      // A look opens devices: where nobody sees its picture, it stays out of the way of a plan's steps.
      if (!this.isWatching()) await this.lookAndTell();
      const isLively = isChanging(store.get()) || this.operations.count > 0;
      const pause = settings.refresh * (isLively ? 1 : calmer);
      await host.clock.sleep(pause, this.wake.signal);
    }
  }

  private async lookAndTell(): Promise<void> {
    const looking = this.lookOnce();
    await Promise.race([looking, this.tellWhatItWaitsFor(looking)]);
    await looking;
  }

  private async lookOnce(): Promise<void> {
    const { host, store, settings } = this.options;
    try {
      const look = await observe(host, settings);
      this.look = look;
      const volumes = look.seen.map(({ volume }) => volume);
      const operations = judgeWhenAsked(host.identity, look);
      const picture = { takenAtMs: look.takenAt, volumes, operations, missing: look.missing };
      store.dispatch({ kind: 'looked', picture, commands: host.latestCommands() });
      const view = viewOf(store.get());
      if (view.kind === 'volume') await this.readDetails(view.name);
      const list = store.get().views.find(({ kind }) => kind === 'history');
      if (list?.kind === 'history') await this.readHistory(list.volume);
    } catch (error) {
      this.tellFailure(error);
    }
  }

  /** Tells every second which command a slow look waits for. */
  private async tellWhatItWaitsFor(looking: Promise<void>): Promise<void> {
    const { host, store } = this.options;
    const done = new AbortController();
    void looking.then(() => {
      done.abort();
    });
    for (;;) {
      await host.clock.sleep(patienceMs, done.signal);
      if (done.signal.aborted) return;
      store.dispatch({ kind: 'ticked', nowMs: host.clock.now(), waitingFor: host.oldestRunning() });
    }
  }

  private findSeen(name: string): Seen | undefined {
    return this.look?.seen.find(({ volume }) => volume.name === name);
  }

  private async readDetails(name: string): Promise<void> {
    const seen = this.findSeen(name);
    if (seen === undefined) return;
    const { host, store } = this.options;
    const background = await readBackground(host, seen);
    store.dispatch({ kind: 'details', details: { name, ...background } });
  }

  private async readHistory(volume: string | undefined): Promise<void> {
    const { host, store } = this.options;
    const own = volume === undefined ? {} : { volume };
    const history = await readHistory(host.files, { ...own, most: mostOperations });
    store.dispatch({ kind: 'history', volume, history });
  }

  private advise(name: string): void {
    const seen = this.findSeen(name);
    if (seen === undefined) return;
    const { store } = this.options;
    store.dispatch({ kind: 'advice', name, advice: adviseCopy(seen) });
  }

  private async examine(name: string): Promise<void> {
    const { look } = this;
    const seen = this.findSeen(name);
    if (look === undefined || seen === undefined) return;
    const { host, store } = this.options;
    const { volumes, ofHost, missing } = await examine(host, look, [seen.volume], 'named');
    const own = volumes.flatMap(({ findings }) => findings);
    store.dispatch({ kind: 'examined', name, findings: { own, ofHost, missing } });
  }

  /** Looks up the path that is typed as a device, without opening it. */
  private checkDevice(device: string): void {
    const { host, store } = this.options;
    const reading = host.files.describe(device);
    const isDevice = reading.kind === 'read' && reading.value.type === 'block-device';
    const objection = isDevice
      ? undefined
      : reading.kind === 'read'
        ? 'not a block device'
        : 'no such device';
    store.dispatch({ kind: 'device', device, objection });
  }
}

function describeDefect(error: unknown): Notice {
  const what = `a defect of vdoctl itself: ${error instanceof Error ? error.message : String(error)}`;
  return { what, next: undefined };
}

function nameSignal(reason: unknown): 'SIGINT' | 'SIGTERM' | 'SIGHUP' {
  return reason === 'SIGTERM' || reason === 'SIGINT' ? reason : 'SIGHUP';
}

function describe({ problem }: Failure): Notice {
  const { what, next } = describeProblem(problem);
  return { what, next };
}
