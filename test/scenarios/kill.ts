import type { Files, Host, Reading, RecordFile } from '../../src/host/host.ts';
import type { TestProcess } from '../simulated/test-host.ts';

/**
 * The end of a process as SIGKILL brings it: not one more line of it runs. Its locks are free, /proc no longer knows
 * it, and commands that it started go on without it.
 */

/** A moment: right before or right after the nth (from 1) command that changes something or write to a file. */
export interface Kill {
  readonly nth: number;
  readonly when: 'before' | 'after';
}

/** Thrown where a dead process would go on synchronously. Code that catches it gets nowhere: nothing works any more. */
class Killed extends Error {
  constructor() {
    super('this process was killed');
  }
}

export interface MortalProcess {
  /** The host that the program runs on. */
  readonly host: Host;
  readonly isDead: () => boolean;
  /** Resolves when it is killed. */
  readonly died: Promise<void>;
  kill(): void;
  /** To be called when the process ended by itself. */
  end(): void;
}

/** A process that can be killed at any time, or at a chosen moment. */
export function makeMortal(process: TestProcess, kill: Kill | undefined, whenRun: () => void): MortalProcess {
  const life = new Life(process, kill);
  const { kind, identity, clock, log } = process;
  const host: Host = {
    kind,
    identity,
    log,
    clock: {
      now: () => clock.now(),
      elapsedMs: () => clock.elapsedMs(),
      sleep: (ms, signal) => life.wait(() => clock.sleep(ms, signal)),
    },
    files: makeMortalFiles(process.files, life),
    run(command, options) {
      whenRun();
      const run = () => process.run(command, options);
      return command.effect === 'changes' ? life.waitForChange(run) : life.wait(run);
    },
    isInstalled: (program) => life.go(() => process.isInstalled(program)),
    readMetadata: (areas, limitMs) => life.wait(() => process.readMetadata(areas, limitMs)),
    scanStorage: (pieces, options) => life.wait(() => process.scanStorage(pieces, options)),
    readTree: (question, options) => life.wait(() => process.readTree(question, options)),
    sumFiles: (question, options) => life.wait(() => process.sumFiles(question, options)),
    lock: (name) => life.wait(() => Promise.resolve(process.lock(name))),
    lockFile: (path, patienceMs) => life.wait(() => process.lockFile(path, patienceMs)),
  };
  return {
    host,
    isDead: () => life.isOver(),
    died: life.over,
    kill: () => {
      life.kill();
    },
    end: () => {
      process.end();
    },
  };
}

class Life {
  private ended = false;
  readonly over: Promise<void>;
  private resolveOver: () => void = () => undefined;
  private readonly process: TestProcess;
  private readonly moment: Kill | undefined;
  private count = 0;

  constructor(process: TestProcess, moment: Kill | undefined) {
    this.process = process;
    this.moment = moment;
    this.over = new Promise((resolve) => (this.resolveOver = resolve));
  }

  isOver(): boolean {
    return this.ended;
  }

  kill(): void {
    if (this.ended) return;
    this.ended = true;
    this.process.end();
    this.resolveOver();
  }

  /** Never resolves once the process is dead. */
  async wait<T>(action: () => Promise<T>): Promise<T> {
    if (this.isOver()) return dead();
    const result = await action();
    return this.isOver() ? dead() : result;
  }

  async waitForChange<T>(action: () => Promise<T>): Promise<T> {
    const nth = this.begin();
    const result = await this.wait(action);
    this.passMoment(nth, 'after');
    return this.wait(() => Promise.resolve(result));
  }

  go<T>(action: () => T): T {
    if (this.isOver()) throw new Killed();
    return action();
  }

  change<T>(action: () => T): T {
    const nth = this.begin();
    const result = this.go(action);
    this.passMoment(nth, 'after');
    return this.go(() => result);
  }

  private begin(): number {
    this.count += 1;
    this.passMoment(this.count, 'before');
    return this.count;
  }

  private passMoment(nth: number, when: Kill['when']): void {
    if (this.moment?.nth === nth && this.moment.when === when) this.kill();
  }
}

function dead(): Promise<never> {
  return new Promise(() => undefined);
}

function makeMortalFiles(files: Files, life: Life): Files {
  const record = (reading: Reading<RecordFile>): Reading<RecordFile> =>
    reading.kind === 'read' ? { kind: 'read', value: makeMortalRecord(reading.value, life) } : reading;
  return {
    readText: (path) => life.go(() => files.readText(path)),
    list: (path) => life.go(() => files.list(path)),
    readOwn: (path) => life.go(() => files.readOwn(path)),
    listOwn: (path) => life.go(() => files.listOwn(path)),
    resolve: (path) => life.go(() => files.resolve(path)),
    describe: (path) => life.go(() => files.describe(path)),
    readLink: (path) => life.go(() => files.readLink(path)),
    writeAtomically: (path, text, mode) => life.change(() => files.writeAtomically(path, text, mode)),
    proveWritable: (path, bytes) => life.go(() => files.proveWritable(path, bytes)),
    remove: (path) => life.change(() => files.remove(path)),
    beginRecord: (path, roomBytes) => record(life.change(() => files.beginRecord(path, roomBytes))),
    continueRecord: (path) => record(life.change(() => files.continueRecord(path))),
  };
}

function makeMortalRecord(file: RecordFile, life: Life): RecordFile {
  return {
    append: (text) => life.change(() => file.append(text)),
    complete: (path) => life.change(() => file.complete(path)),
    close: () => {
      life.go(() => {
        file.close();
      });
    },
  };
}
