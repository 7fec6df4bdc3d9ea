import { findCommand } from '../../src/cli/commands.ts';
import { commandManuals } from '../../src/manual/pages/verb.ts';

/** @throws if a call ends with an exit code that the man page of its command does not list */
export function requireDocumented(args: readonly string[], code: number): void {
  const command = args.map(findCommand).find((each) => each !== undefined);
  const exits = command === undefined ? undefined : commandManuals[command.name]?.exits;
  if (command === undefined || exits === undefined || code in exits) return;
  throw new Error(
    `vdoctl ${args.join(' ')} ended with ${String(code)}, which vdoctl-${command.name}(8) does not have`,
  );
}
