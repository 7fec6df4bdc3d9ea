import { createServer, type Server, type Socket } from 'node:net';

/** A unix socket that QEMU connects to: the line plugged into the machine's second serial port, ttyS1. */
export class SerialLine {
  readonly #listeners = new Set<(chunk: Buffer) => void>();
  #server: Server | undefined;
  #peer: Socket | undefined;

  async listen(path: string): Promise<void> {
    const server = createServer((peer) => {
      this.#peer = peer;
      peer.on('data', (chunk: Buffer) => {
        for (const listener of this.#listeners) listener(chunk);
      });
      // A killed QEMU shows here as a broken connection; its exit is what gets reported.
      peer.on('error', () => {});
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  }

  onOutput(listener: (chunk: Buffer) => void): void {
    this.#listeners.add(listener);
  }

  write(text: string): void {
    this.#peer?.write(text);
  }

  close(): void {
    this.#peer?.destroy();
    this.#server?.close();
  }
}
