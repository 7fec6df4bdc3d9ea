import type { DeviceAccount, Paths } from '../../model/account-schema.ts';
import type { CommandResult } from '../../model/command.ts';
import type { FilesystemCheck, RehearsalAccount } from '../../model/rehearsal-account.ts';
import { describeCommandOutcome } from '../../stacks/tool-result.ts';

/** Puts together what was found on each device. @param checks the results of the checks, each of its own device. */
export function makeAccount(
  accounts: readonly DeviceAccount[],
  checks: readonly CommandResult[],
): RehearsalAccount {
  const devices = accounts.map((account) => {
    const check = checks.findLast(({ command }) => command.args.at(-1) === account.device);
    return { ...account, check: check === undefined ? null : readCheck(check) };
  });
  return { isWhole: devices.every(isWhole), devices };
}

const mostLines = 5;

function readCheck({ command, outcome, stdout, stderr }: CommandResult): FilesystemCheck {
  const program = command.file;
  if (outcome.kind !== 'exited')
    return { program, verdict: 'not-checked', said: [describeCommandOutcome({ command, outcome })] };
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return { program, verdict: outcome.code === 0 ? 'clean' : 'errors', said: lines.slice(-mostLines) };
}

function isWhole({ holds, tree, check }: RehearsalAccount['devices'][number]): boolean {
  if (check?.verdict === 'errors') return false;
  if (tree === null) return !mountable.test(holds);
  const { unreadable, compared } = tree;
  const isEmpty = ({ count }: Paths): boolean => count === 0;
  return (
    isEmpty(unreadable) && (compared === null || (isEmpty(compared.missing) && isEmpty(compared.differing)))
  );
}

/** A filesystem that could not be mounted is not whole. Of anything else nothing is known. */
const mountable = /^(ext[234]|xfs|btrfs)$/;
