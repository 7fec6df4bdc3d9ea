import { EventEmitter } from 'node:events';
import { isArmed } from '../../model/disarm.ts';

/**
 * The sequence of a key with a name, or any other character. Escape and the key after it, read at once on a busy host,
 * are two keys: nothing is bound to Alt.
 */
// eslint-disable-next-line no-control-regex -- those are what is meant
const pattern = /\u001b(?:\[\[?[0-9;?]*[ -/]*[@-~]|O[ -~])|./gsu;
/** The beginning of a sequence, of which more may follow. */
// eslint-disable-next-line no-control-regex -- those are what is meant
const beginning = /\u001b(?:\[\[?[0-9;?]*[ -/]*|O)?$/u;
/** Control characters that are keys of the screen: Ctrl-C, backspace, tab, enter, Ctrl-Z, escape. */
const controls = new Set(['\u0003', '\b', '\u007f', '\t', '\r', '\n', '\u001a', '\u001b']);

/**
 * Whether it is a control character that no key makes, but that a paste can contain. A sequence begins with the key
 * Escape, so it is none.
 */
function isOrder(key: string): boolean {
  return key.length === 1 && isArmed(key) && !controls.has(key);
}

/** The keys in the input, and the rest, which may be the beginning of one. */
export function splitKeys(text: string): { readonly keys: readonly string[]; readonly rest: string } {
  const rest = beginning.exec(text)?.[0] ?? '';
  const whole = text.slice(0, text.length - rest.length);
  const keys = Array.from(whole.matchAll(pattern), ([key]) => key);
  return { keys: keys.filter((key) => !isOrder(key)), rest };
}

/** As long as a sequence takes on a slow line; a person who presses Escape does not notice it. */
const patienceMs = 50;
/**
 * Turns of the event loop after which the screen has drawn what a key changed, and listens to the field that it opened.
 */
const turns = 4;

/**
 * The keyboard, one key at a time. On a slow line or from a script, many keys come at once, and cursor keys in pieces.
 * But a name and the Enter after it must not count as one text, nor may the Enter arrive before the name.
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

  /** The next key; null if it was already taken. */
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

  /** Always text, since Ink sets an encoding. */
  private readChunk(): string | null {
    return this.stdin.read() as string | null;
  }

  /** Nothing followed: it was the key Escape, and the characters that came with it are keys of their own. */
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

/** The keyboard in the type that Ink expects. */
export function readKeyByKey(stdin: NodeJS.ReadStream): NodeJS.ReadStream {
  return new KeyByKey(stdin) as unknown as NodeJS.ReadStream;
}
