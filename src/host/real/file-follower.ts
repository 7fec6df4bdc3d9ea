import fs from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { LineCutter } from './line-cutter.ts';

const pollMs = 250;
/**
 * Per poll, only this much of the new output is read and the rest is skipped: such fast output exceeds what is reported
 * anyway.
 */
const mostAtOnce = 64 * 1024;

/** Reports the lines of a file while another process writes it. */
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

  /** Reports what is left, and stops polling. */
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
