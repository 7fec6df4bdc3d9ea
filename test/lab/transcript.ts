import type { Outcome } from '../scenarios/world.ts';

/** Every call of vdoctl in one scenario with its answer, to understand a failure by. */
export class Transcript {
  readonly #began = Date.now();
  readonly #lines: string[] = [];

  note(what: string): void {
    this.#lines.push(`${this.#stamp()} ${what}`);
  }

  keepOutcome(args: readonly string[], { code, stdout, stderr, ms }: Outcome): void {
    this.note(`vdoctl ${args.join(' ')} -> ${String(code)} (${(ms / 1000).toFixed(1)} s in the guest)`);
    this.#lines.push(...indent('out', stdout), ...indent('err', stderr));
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  #stamp(): string {
    return `[${((Date.now() - this.#began) / 1000).toFixed(1).padStart(6)}]`;
  }
}

function indent(label: string, text: string): string[] {
  if (text === '') return [];
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `         ${label}| ${line}`);
}
