import { changing } from '../../model/command.ts';
import type { Step } from '../../model/plan.ts';
import { makePlan, subjectOf } from '../../plan/plans.ts';
import { mountSteps, unmountSteps } from '../../stacks/saving/mounting.ts';
import { carryOut } from '../carry-out.ts';
import type { CopyAccount } from './account.ts';
import { aroundErrors, copyLimitMs } from './steps.ts';
import type { DirectoryTarget } from './target.ts';
import type { Copied, Salvage } from './types.ts';

/** What is kept of a file with an unreadable range: nobody takes it for the whole. */
const partSuffix = '.vdoctl-partial';
/** Each is a step of its own. */
const mostParts = 100;

/**
 * Copies what can be read of the files that could not be read as a whole, each beside where it would stand: rsync
 * discards a file with an unreadable range. Done where ddrescue is installed.
 */
export async function rescueParts(
  { session, seen }: Salvage,
  target: DirectoryTarget,
  all: readonly Copied[],
  account: CopyAccount,
): Promise<void> {
  const { name } = seen.volume;
  const parts = all.map((copied) => ({
    copied,
    names: account.unreadOf(copied).filter((each) => each !== ''),
  }));
  const total = parts.reduce((sum, { names }) => sum + names.length, 0);
  if (total === 0) return;
  const notice = (message: string): void => {
    session.report({ kind: 'notice', volume: name, message });
  };
  if (!session.host.isInstalled('ddrescue')) {
    notice('ddrescue is not installed: nothing is kept of the files that could not be read as a whole');
    return;
  }
  if (total > mostParts)
    notice(
      `of ${String(total)} files with unreadable ranges, the first ${String(mostParts)} are kept in part`,
    );
  let left = mostParts;
  const steps = parts.flatMap(({ copied, names }) => {
    const some = names.slice(0, left);
    left -= some.length;
    if (some.length === 0) return [];
    const { device, type, mountPoint: path, from } = copied;
    return [
      ...mountSteps({ device, type, path, from }),
      ...some.map((each, index) => rescueStep(copied, each, `${target.own}/${mapName(device, index)}`)),
      ...unmountSteps({ device, path }),
    ];
  });
  await carryOut(session, makePlan('salvage', subjectOf(seen.volume), steps));
}

function mapName(device: string, index: number): string {
  return `${device.slice(device.lastIndexOf('/') + 1)}-${String(index)}.map`;
}

function rescueStep({ device, mountPoint, to }: Copied, name: string, map: string): Step {
  const part = `${to}/${name}${partSuffix}`;
  return {
    title: `Keep what can be read of ${name}, in ${part}`,
    before: [{ kind: 'answers', device }],
    action: {
      kind: 'run',
      command: changing(
        'ddrescue',
        ['--sparse', ...aroundErrors, `${mountPoint}/${name}`, part, map],
        copyLimitMs,
      ),
    },
    mayFail: true,
    ifStopped: 'killed',
    leaves: `${part} stays`,
  };
}
