import { createServer, type Server, type Socket } from 'node:net';

/** A unix socket that QEMU connects to; it carries one JSON object a line, both ways. */
export class LineSocket {
  #server: Server | undefined;
  #peer: Socket | undefined;
  #rest = '';
  readonly #onMessage: (message: unknown) => void;

  constructor(onMessage: (message: unknown) => void) {
    this.#onMessage = onMessage;
  }

  async listen(path: string): Promise<void> {
    const server = createServer((peer) => {
      this.#accept(peer);
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  }

  send(message: object): void {
    this.#peer?.write(`${JSON.stringify(message)}\n`);
  }

  /** Ends a line that the reader before a reset may have read only half of. */
  breakLine(): void {
    this.#peer?.write('\n');
  }

  close(): void {
    this.#peer?.destroy();
    this.#server?.close();
  }

  #accept(peer: Socket): void {
    this.#peer = peer;
    peer.setEncoding('utf8');
    peer.on('data', (text: string) => {
      this.#take(text);
    });
    // A killed QEMU shows here as a broken connection; its exit is what gets reported.
    peer.on('error', () => {});
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = parseLine(line);
      if (message !== undefined) this.#onMessage(message);
    }
  }
}

function parseLine(line: string): unknown {
  if (line.trim() === '') return undefined;
  try {
    return JSON.parse(line) as unknown;
  } catch {
    // Half a line, which an agent wrote before a power cut: nobody waits for it any more.
    return undefined;
  }
}
