import fs from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { LineCutter } from './line-cutter.ts';

const pollMs = 250;
/** What was printed before that since the last poll is skipped: whoever prints so fast prints more than is told. */
const mostAtOnce = 64 * 1024;

/** Tells the lines of a file while another process writes it. */
export class FileFollower {
  private readonly descriptor: number;
  private readonly cutter: LineCutter;
  private readonly decoder = new StringDecoder('utf8');
  private readonly timer: NodeJS.Timeout;
  private at = 0;

  /** @param descriptor a regular file; it has to stay open until {@link end}. */
  constructor(descriptor: number, cutter: LineCutter) {
    this.descriptor = descriptor;
    this.cutter = cutter;
    this.timer = setInterval(() => {
      this.read();
    }, pollMs);
  }

  /** Tells what is left, and stops looking. */
  end(): void {
    clearInterval(this.timer);
    this.read();
    this.cutter.end();
  }

  private read(): void {
    const { size } = fs.fstatSync(this.descriptor);
    this.at = Math.max(this.at, size - mostAtOnce);
    const bytes = Buffer.alloc(Math.max(0, size - this.at));
    const count = fs.readSync(this.descriptor, bytes, 0, bytes.length, this.at);
    this.at += count;
    this.cutter.push(this.decoder.write(bytes.subarray(0, count)));
  }
}
