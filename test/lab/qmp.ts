import { LabError } from './errors.ts';
import { LineSocket } from './line-socket.ts';
import { limitTime } from './wait.ts';

interface QmpMessage {
  readonly QMP?: unknown;
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** QEMU's control socket. */
export class Qmp {
  readonly #socket = new LineSocket((message) => {
    this.#take(message as QmpMessage);
  });
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #greet: () => void = () => {};
  readonly #greeting = new Promise<void>((resolve) => {
    this.#greet = resolve;
  });

  async listen(path: string): Promise<void> {
    await this.#socket.listen(path);
  }

  async negotiate(timeoutMs: number): Promise<void> {
    await limitTime(
      this.#greeting,
      timeoutMs,
      () => new LabError(`QEMU's monitor did not answer in ${String(timeoutMs)} ms`),
    );
    await this.execute('qmp_capabilities');
  }

  async execute(command: string, args?: object): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#socket.send({ execute: command, id, ...(args === undefined ? {} : { arguments: args }) });
    return limitTime(
      answer,
      // QEMU writes hundreds of megabytes to keep a checkpoint.
      300_000,
      () => new LabError(`QEMU did not answer ${command} in 300 s`),
    );
  }

  close(): void {
    this.#socket.close();
  }

  #take(message: QmpMessage): void {
    if (message.QMP !== undefined) this.#greet();
    if (message.id === undefined) return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) waiting?.reject(new LabError(`QEMU refused: ${message.error.desc}`));
    else waiting?.resolve(message.return);
  }
}
