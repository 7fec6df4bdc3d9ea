import { EventEmitter } from 'node:events';
import { isArmed } from '../../model/disarm.ts';

/**
 * The sequence of a key with a name, Alt with a letter that edits a text, or any other character. Escape and any other
 * key after it, read at once on a busy host, are two keys: nothing else is bound to Alt.
 */
// eslint-disable-next-line no-control-regex -- those are what is meant
const pattern = /\u001b(?:\[\[?[0-9;?]*[ -/]*[@-~]|O[ -~]|[bdf])|./gsu;
/** The beginning of a sequence, of which more may follow. */
// eslint-disable-next-line no-control-regex -- those are what is meant
const beginning = /\u001b(?:\[\[?[0-9;?]*[ -/]*|O)?$/u;
/** Control characters that are keys of the screen: Ctrl with one of these letters, backspace, and escape. */
const controls = new Set([
  ...Array.from('abcdefhijkmuwyz', (letter) => String.fromCharCode(letter.charCodeAt(0) - 96)),
  '\u007f',
  '\u001b',
]);
/** What the key Delete sends. Ink takes it for Backspace, so it is handed on as Ctrl-D, which means the same. */
const deletes = '\u001b[3~';
const ctrlD = '\u0004';

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
  const own = keys.filter((key) => !isOrder(key));
  return { keys: own.map((key) => (key === deletes ? ctrlD : key)), rest };
}

/** Terminals put these around what is pasted, once they are asked to. */
const pasteBegins = '\u001b[200~';
const pasteEnds = '\u001b[201~';
/** After this time without more of it, a paste whose end was lost is over. */
const pastePatienceMs = 5000;
const ctrlC = '\u0003';

/** As long as a sequence takes on a slow line; a person who presses Escape does not notice it. */
const patienceMs = 50;
/**
 * Turns of the event loop after which the screen has drawn what a key changed, and listens to the field that it opened.
 */
const turns = 4;

/** What comes from the keyboard: a key, or a text that was pasted and is none. */
type Arrival = { readonly key: string } | { readonly pasted: string };

/**
 * The keyboard, one key at a time. What is pasted is no key, whatever is in it: it is offered by the event `paste`, with
 * a function that types it. On a slow line or from a script, many keys come at once, and cursor keys in pieces.
 * But a name and the Enter after it must not count as one text, nor may the Enter arrive before the name.
 */
class KeyByKey extends EventEmitter {
  readonly isTTY: boolean;
  private readonly stdin: NodeJS.ReadStream;
  private queue: Arrival[] = [];
  private paste: string | undefined;
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
      for (const key of keys) this.arrive(key);
      this.rest = rest;
    }
    const patience = this.paste === undefined ? patienceMs : pastePatienceMs;
    if (this.rest !== '' || this.paste !== undefined) this.timer = setTimeout(this.giveUp, patience);
    this.give();
  };

  private arrive(key: string): void {
    if (key === pasteBegins) this.paste ??= '';
    else if (key === pasteEnds) this.endPaste();
    else if (this.paste === undefined) this.queue.push({ key });
    else if (key === ctrlC) {
      // The way out, should the end have been lost.
      this.endPaste();
      this.queue.push({ key });
    } else if (!key.startsWith('\u001b')) this.paste += key;
  }

  private endPaste(): void {
    if (this.paste !== undefined) this.queue.push({ pasted: this.paste });
    this.paste = undefined;
  }

  /** Always text, since Ink sets an encoding. */
  private readChunk(): string | null {
    return this.stdin.read() as string | null;
  }

  /** Nothing followed: it was the key Escape, and the characters that came with it are keys of their own. */
  private readonly giveUp = (): void => {
    for (const key of Array.from(this.rest)) this.arrive(key);
    this.rest = '';
    this.endPaste();
    this.give();
  };

  private readonly give = (): void => {
    if (this.isBusy || this.listenerCount('readable') === 0) return;
    const next = this.queue.shift();
    if (next === undefined) return;
    this.isBusy = true;
    if ('key' in next) {
      this.offered = next.key;
      this.emit('readable');
    } else
      this.emit('paste', next.pasted, () => {
        this.type(next.pasted);
      });
    this.wait(turns);
  };

  /** A line break in the text is no Enter. */
  private type(text: string): void {
    const keys = Array.from(text).filter((each) => !isArmed(each));
    this.queue = [...keys.map((key) => ({ key })), ...this.queue];
  }

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
