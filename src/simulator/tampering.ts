import { formatCommand, type Command, type CommandOutcome, type CommandResult } from '../model/command.ts';

/** What a command is to come to instead of what it would. */
export interface Fault extends Partial<Pick<CommandResult, 'stdout' | 'stderr'>> {
  readonly outcome: CommandOutcome;
  /** Whether the command does its work before it fails; it does not, unless told so. */
  readonly work?: 'done' | 'not-done';
}

export type Hook = (command: Command) => void | Promise<void>;

export type Matcher = string | ((command: Command) => boolean);

/** What tests put between the program and the commands that it runs. */
export class Tampering {
  readonly before: Hook[] = [];
  readonly after: Hook[] = [];
  private readonly faults: { readonly matcher: Matcher; readonly fault: Fault }[] = [];

  addFault(matcher: Matcher, fault: Fault): void {
    this.faults.push({ matcher, fault });
  }

  takeFault(command: Command): Fault | undefined {
    const index = this.faults.findIndex(({ matcher }) =>
      typeof matcher === 'string' ? formatCommand(command).startsWith(matcher) : matcher(command),
    );
    return index < 0 ? undefined : this.faults.splice(index, 1)[0]?.fault;
  }

  async runBefore(command: Command): Promise<void> {
    for (const hook of this.before) await hook(command);
  }

  async runAfter(command: Command): Promise<void> {
    for (const hook of this.after) await hook(command);
  }
}
