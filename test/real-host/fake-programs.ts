import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

/** How a fake program ends. */
export interface Ended {
  /** Null: the program is killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Answers a run of a fake program. The first word is the program's name. */
export type Answer = (words: readonly string[]) => Promise<Ended>;

/**
 * Executables whose every run is answered by this process: each asks through a FIFO, prints the answer and exits with
 * its code. A run costs a few milliseconds; starting Node would take longer than everything else in a test.
 */
export class FakePrograms {
  private readonly directory: string;
  private readonly requests: net.Socket;
  private readonly answer: Answer;

  /** @param directory for the FIFOs and files by which they talk */
  constructor(directory: string, answer: Answer) {
    this.directory = directory;
    this.answer = answer;
    fs.mkdirSync(directory, { recursive: true });
    const fifo = path.join(directory, 'requests');
    execFileSync('mkfifo', [fifo]);
    // Opened for reading and writing: no end of file comes when a writer closes it.
    const { O_RDWR, O_NONBLOCK } = fs.constants;
    this.requests = new net.Socket({ fd: fs.openSync(fifo, O_RDWR | O_NONBLOCK) });
    let text = '';
    this.requests.setEncoding('utf8').on('data', (more: string) => {
      const lines = (text + more).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) void this.handle(line);
    });
  }

  write(file: string, name: string): void {
    fs.writeFileSync(file, script(this.directory, name), { mode: 0o755 });
  }

  close(): void {
    this.requests.destroy();
  }

  private async handle(asker: string): Promise<void> {
    const own = path.join(this.directory, asker);
    const words = fs.readFileSync(`${own}.words`, 'utf8').split('\0').slice(0, -1);
    const { code, stdout, stderr } = await this.answer(words);
    fs.writeFileSync(`${own}.stdout`, stdout);
    fs.writeFileSync(`${own}.stderr`, stderr);
    const reply = fs.openSync(own, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK);
    fs.writeSync(reply, `${code === null ? 'killed' : String(code)}\n`);
    fs.closeSync(reply);
  }
}

/** The script opens its own FIFO before it asks, so that neither side waits for the other to open it. */
function script(directory: string, name: string): string {
  return `#!/bin/sh
PATH=/usr/bin:/bin
own='${directory}'/$$
mkfifo "$own"
exec 3<>"$own"
printf '%s\\0' ${name} "$@" >"$own.words"
echo $$ >'${directory}/requests'
read -r code <&3
[ "$code" != killed ] || kill -KILL $$
cat "$own.stdout"
cat "$own.stderr" >&2
exit "$code"
`;
}
