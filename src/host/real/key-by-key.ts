import { EventEmitter } from 'node:events';
import { isArmed } from '../../model/disarm.ts';

/**
 * The sequence of a key with a name, or any other character. Escape and the key after it, read at once on a busy host,
 * are two keys: nothing is bound to Alt.
 */
// eslint-disable-next-line no-control-regex -- those are what is meant
const pattern = /\u001b(?:\[\[?[0-9;?]*[ -/]*[@-~]|O[ -~])|./gsu;
/** The beginning of a sequence, of which more may come. */
// eslint-disable-next-line no-control-regex -- those are what is meant
const beginning = /\u001b(?:\[\[?[0-9;?]*[ -/]*|O)?$/u;
/** Characters that control and are keys of the screen: Ctrl-C, backspace, tab, enter, Ctrl-Z, escape. */
const controls = new Set(['\u0003', '\b', '\u007f', '\t', '\r', '\n', '\u001a', '\u001b']);

/** What no key makes, and a paste can bring along. A sequence begins with what is one of the keys. */
function isOrder(key: string): boolean {
  return key.length === 1 && isArmed(key) && !controls.has(key);
}

/** The keys in what was read, and the rest that may be the beginning of one. */
export function splitKeys(text: string): { readonly keys: readonly string[]; readonly rest: string } {
  const rest = beginning.exec(text)?.[0] ?? '';
  const whole = text.slice(0, text.length - rest.length);
  const keys = Array.from(whole.matchAll(pattern), ([key]) => key);
  return { keys: keys.filter((key) => !isOrder(key)), rest };
}

/** As long a sequence takes on a slow line; a person who presses Escape does not notice it. */
const patienceMs = 50;
/** Turns of the event loop in which the screen has drawn what a key changed, and listens to the field that it opened. */
const turns = 4;

/**
 * The keyboard, a key at a time. On a slow line and from a script, many come at once, and the cursor keys in pieces; but a
 * name and the Enter behind it must not be taken for one text, nor the Enter be heard before the name.
 */
class KeyByKey extends EventEmitter {
  readonly isTTY: boolean;
  private readonly stdin: NodeJS.ReadStream;
  private readonly queue: string[] = [];
  private rest = '';
  private offered: string | undefined;
  private isBusy = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(stdin: NodeJS.ReadStream) {
    super();
    this.stdin = stdin;
    this.isTTY = stdin.isTTY;
    this.on('newListener', (event) => {
      if (event !== 'readable' || this.listenerCount('readable') > 0) return;
      stdin.on('readable', this.take);
      setImmediate(this.give);
    });
    this.on('removeListener', (event) => {
      if (event === 'readable' && this.listenerCount('readable') === 0) stdin.off('readable', this.take);
    });
  }

  setEncoding(encoding: BufferEncoding): this {
    this.stdin.setEncoding(encoding);
    return this;
  }

  setRawMode(mode: boolean): this {
    this.stdin.setRawMode(mode);
    return this;
  }

  ref(): this {
    this.stdin.ref();
    return this;
  }

  unref(): this {
    this.stdin.unref();
    return this;
  }

  /** The key that is due; null when it was taken. */
  read(): string | null {
    const { offered = null } = this;
    this.offered = undefined;
    return offered;
  }

  private readonly take = (): void => {
    clearTimeout(this.timer);
    for (let chunk = this.readChunk(); chunk !== null; chunk = this.readChunk()) {
      const { keys, rest } = splitKeys(this.rest + chunk);
      this.queue.push(...keys);
      this.rest = rest;
    }
    if (this.rest !== '') this.timer = setTimeout(this.giveUp, patienceMs);
    this.give();
  };

  /** Text, since Ink sets an encoding. */
  private readChunk(): string | null {
    return this.stdin.read() as string | null;
  }

  /** Nothing more came: it was the key Escape, and what came with it. */
  private readonly giveUp = (): void => {
    this.queue.push(...Array.from(this.rest));
    this.rest = '';
    this.give();
  };

  private readonly give = (): void => {
    if (this.isBusy || this.queue.length === 0 || this.listenerCount('readable') === 0) return;
    this.isBusy = true;
    this.offered = this.queue.shift();
    this.emit('readable');
    this.wait(turns);
  };

  private wait(left: number): void {
    setImmediate(() => {
      if (left > 1) {
        this.wait(left - 1);
        return;
      }
      this.isBusy = false;
      this.give();
    });
  }
}

/** What Ink asks of a keyboard, as the type that it asks for. */
export function readKeyByKey(stdin: NodeJS.ReadStream): NodeJS.ReadStream {
  return new KeyByKey(stdin) as unknown as NodeJS.ReadStream;
}
