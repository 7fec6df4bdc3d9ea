import type { Host } from '../../host/host.ts';
import { changing, untearable, type Command } from '../../model/command.ts';
import type { Step } from '../../model/plan.ts';
import { Failure } from '../../model/problem.ts';
import type { Remembered } from '../../model/remembered.ts';
import type { Drive } from '../drive.ts';
import type { Look, Seen } from '../look.ts';
import { longMs, orderRebuild, settleStep } from '../steps.ts';
import { rememberRunning } from './adopt.ts';
import { tableOf } from './memory.ts';

/** Drives a volume of the dm stack: its table is what runs, or else what vdoctl remembers. */
export async function prepareDm(host: Host, look: Look, seen: Seen): Promise<Drive> {
  const isRunning = seen.volume.state !== 'stopped';
  const remembered = isRunning ? await rememberRunning(host, look, seen) : seen.found.remembered;
  if (remembered === undefined) {
    throw new Failure({ kind: 'no-such-volume', name: seen.volume.name, known: [] });
  }
  const isLeftover = !isRunning && seen.found.target !== undefined;
  const isNew = JSON.stringify(remembered) !== JSON.stringify(seen.found.remembered);
  const { name } = remembered;
  return {
    startSteps: () => [...(isLeftover ? [removeLeftover(name)] : []), start(remembered)],
    stopSteps: () => [...(isNew ? [remember(remembered)] : []), settleStep, stop(remembered)],
    forceRebuildSteps: () => [
      ...(isLeftover ? [removeLeftover(name)] : []),
      orderRebuild(remembered.storage),
      start(remembered),
    ],
  };
}

function create(remembered: Remembered): Command {
  return untearable('dmsetup', ['create', remembered.name, '--table', tableOf(remembered)], longMs);
}

function remove(name: string): Command {
  return untearable('dmsetup', ['remove', '--retry', name], longMs);
}

/** The step that writes down a volume's table. */
export function remember(remembered: Remembered): Step {
  const title = `Remember the table of ${remembered.name}, so that it can be started again`;
  return { title, action: { kind: 'remember', remembered } };
}

function start(remembered: Remembered): Step {
  return {
    title: `Start ${remembered.name}`,
    before: [{ kind: 'unused', device: remembered.storage }],
    action: { kind: 'run', command: create(remembered) },
    after: [{ kind: 'dm-present', dmName: remembered.name }],
    undo: [remove(remembered.name)],
  };
}

function stop(remembered: Remembered): Step {
  return {
    title: `Stop ${remembered.name}`,
    before: [{ kind: 'unused', device: `/dev/mapper/${remembered.name}` }],
    action: { kind: 'run', command: remove(remembered.name) },
    after: [{ kind: 'dm-absent', dmName: remembered.name }],
    undo: [create(remembered)],
  };
}

function removeLeftover(name: string): Step {
  return {
    title: `Remove what a cut-off start left: the name ${name} without a table`,
    action: { kind: 'run', command: changing('dmsetup', ['remove', '--retry', name]) },
    after: [{ kind: 'dm-absent', dmName: name }],
  };
}
