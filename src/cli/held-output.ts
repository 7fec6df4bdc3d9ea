import type { OperationEvent } from '../operations/session.ts';
import type { Reporter } from './progress.ts';

/** A reporter for several at work: while a person is asked about one, what the others report is kept back. */
export class HeldOutput implements Reporter {
  private readonly reporter: Reporter;
  private held: (() => void)[] | undefined;

  constructor(reporter: Reporter) {
    this.reporter = reporter;
  }

  report(event: OperationEvent): void {
    const show = (): void => {
      this.reporter.report(event);
    };
    if (this.held === undefined) show();
    // Progress is out of date by then.
    else if (event.kind !== 'progress') this.held.push(show);
  }

  /** Takes away what is live of a volume, or of all, and then prints what is to be printed beside it. */
  end(volume?: string, print: () => void = () => undefined): void {
    const show = (): void => {
      this.reporter.end(volume);
      print();
    };
    if (this.held === undefined) show();
    else this.held.push(show);
  }

  /** Does what needs the terminal for itself. */
  async whileHeld(work: () => Promise<void>): Promise<void> {
    this.reporter.end();
    const held: (() => void)[] = [];
    this.held = held;
    try {
      await work();
    } finally {
      this.held = undefined;
      for (const show of held) show();
    }
  }
}
