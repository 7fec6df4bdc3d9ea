import { GuestGoneError, LabError } from './errors.ts';
import { GuestProcess, type ExitReport, type TerminalSize } from './guest-process.ts';
import { LineSocket } from './line-socket.ts';

interface AgentMessage {
  readonly hello?: string;
  readonly id?: number;
  readonly pid?: number;
  readonly stream?: 'stdout' | 'stderr';
  readonly data?: string;
  readonly exit?: ExitReport;
  readonly error?: string;
}

export interface StartOptions {
  readonly tty?: boolean | TerminalSize;
  /** Keeps stdin open for `write`; without it (and without a terminal) stdin is /dev/null. */
  readonly openInput?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const DEFAULT_TERMINAL: TerminalSize = { columns: 80, rows: 24 };

/** The host's end of the port to the guest's agent. */
export class AgentLink {
  readonly #socket = new LineSocket((message) => {
    this.#take(message as AgentMessage);
  });
  readonly #processes = new Map<number, GuestProcess>();
  readonly #waitingForHello = new Set<() => void>();
  #lastId = 0;

  async listen(path: string): Promise<void> {
    await this.#socket.listen(path);
  }

  /** Resolves when an agent says that the guest is up; if an agent is there already, the next one has to say it. */
  nextHello(): Promise<void> {
    return new Promise((resolve) => this.#waitingForHello.add(resolve));
  }

  start(argv: readonly string[], options: StartOptions): GuestProcess {
    this.#lastId += 1;
    const id = this.#lastId;
    const child = new GuestProcess(argv, (request) => {
      this.#socket.send({ id, ...request });
    });
    this.#processes.set(id, child);
    const terminal = options.tty === true ? DEFAULT_TERMINAL : options.tty;
    this.#socket.send({
      op: 'start',
      id,
      argv,
      env: options.env,
      cwd: options.cwd,
      stdin: options.openInput === true,
      ...(terminal ? { tty: terminal } : {}),
    });
    return child;
  }

  abandonAll(reason: string): void {
    const lost = [...this.#processes.values()];
    this.#processes.clear();
    for (const child of lost)
      child.fail(new GuestGoneError(`${reason} while it ran: ${child.argv.join(' ')}`));
  }

  /** Ends a line that the guest may have read only half of before. */
  breakLine(): void {
    this.#socket.breakLine();
  }

  close(): void {
    this.#socket.close();
  }

  #take(message: AgentMessage): void {
    if (message.hello !== undefined) this.#greet();
    if (message.id === undefined) return;
    const child = this.#processes.get(message.id);
    if (child === undefined) return;
    if (message.pid !== undefined) child.pid = message.pid;
    if (message.stream !== undefined)
      child.takeOutput(message.stream, Buffer.from(message.data ?? '', 'base64'));
    if (message.exit === undefined && message.error === undefined) return;
    this.#processes.delete(message.id);
    if (message.exit !== undefined) child.end(message.exit);
    else child.fail(new LabError(`${child.argv.join(' ')}: ${message.error}`));
  }

  #greet(): void {
    this.abandonAll('the guest restarted');
    this.#socket.breakLine();
    for (const resolve of this.#waitingForHello) resolve();
    this.#waitingForHello.clear();
  }
}
