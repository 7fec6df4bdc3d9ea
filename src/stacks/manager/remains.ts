import type { Host } from '../../host/host.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import { Failure } from '../../model/problem.ts';
import { removeLeftover } from '../dm/steps.ts';
import type { Seen } from '../look.ts';
import type { Remains, RemainsOptions } from '../remains.ts';
import { run } from '../steps.ts';
import { configPath, isUnfinished, type Managed } from './config.ts';
import { findUnsettled } from './cut-off.ts';
import { vdo } from './steps.ts';

/** What an operation of the manager's that was cut off left, by its own configuration. */
export async function findManagerRemains(
  host: Host,
  seen: Seen,
  options: RemainsOptions,
): Promise<Remains | undefined> {
  const { managed } = seen.found;
  if (managed === undefined || !isUnfinished(managed)) return undefined;
  const obstacle = findUnsettled(seen);
  if (obstacle !== undefined && obstacle.kind !== 'cut-off') throw new Failure(obstacle);
  switch (managed.operationState) {
    case 'beginCreate':
      return clearCreate(seen, managed);
    case 'beginImport':
      return options.interruptedImport === 'forget'
        ? forgetImport(host, seen, managed)
        : completeImport(host, managed);
    default:
      return finishChange(managed);
  }
}

/** The manager's own way: it knows what its create had done. What it would do is told. */
function clearCreate({ found }: Seen, { name, device }: Managed): Remains {
  const steps = listSteps(name);
  const used = found.target === undefined ? device : `/dev/mapper/${name}`;
  const isDown: Expectation[] = found.target === undefined ? [{ kind: 'dm-absent', dmName: name }] : [];
  return {
    steps: [
      {
        ...run(`Let the manager remove what its create left of ${name}`, vdo('remove', name, '--force'), [
          { kind: 'manager-state', name, oneOf: [] },
          { kind: 'dm-absent', dmName: name },
        ]),
        before: [
          { kind: 'manager-state', name, oneOf: ['beginCreate'] },
          { kind: 'unused', device: used },
          ...isDown,
        ],
      },
    ],
    outcome: 'removed',
    notes: [`the manager's create was cut off; its own steps to clean up are: ${steps.join('; ')}`],
    mayLose: [`The half-made volume ${name} is removed, with whatever is on it.`],
  };
}

/**
 * What `vdo remove --force` does, as `vdo remove` tells it. It is not asked here: a create that has ended meanwhile
 * would be removed by the question.
 */
function listSteps(name: string): readonly string[] {
  const device = `/dev/mapper/${name}`;
  return [`umount -f ${device}`, 'udevadm settle', `vdodmeventd -u ${name}`, `dmsetup remove ${name}`];
}

/**
 * An import takes a device that already holds a volume full of data; the manager's own cleanup would zero its first
 * block. So only the entry goes: the data stays, and can be imported anew.
 */
async function forgetImport(host: Host, { found }: Seen, { name, device }: Managed): Promise<Remains> {
  const was = readConfig(host, name);
  const { removeEntry } = await import('../../parse/vdoconf.ts');
  const becomes = removeEntry(was, name);
  const replace: Step = {
    title: `Take ${name} out of the manager's configuration; the data on ${device} is left alone`,
    action:
      becomes === undefined
        ? { kind: 'remove-file', path: configPath, was }
        : {
            kind: 'replace-file',
            path: configPath,
            was,
            becomes,
            mode: configMode,
            change: `without the entry of ${name}`,
          },
    after: [{ kind: 'manager-state', name, oneOf: [] }],
  };
  return {
    steps: [...(found.target === undefined ? [] : [removeLeftover(name)]), replace],
    outcome: 'undone',
    notes: [
      `an import of ${device} was cut off: the data is left alone; vdo import --name=${name} --device=${device} does it anew, --complete-import completes it`,
    ],
    mayLose: [],
  };
}

/** What the import had still to do was to write down that it is over. */
async function completeImport(host: Host, { name, device }: Managed): Promise<Remains> {
  const was = readConfig(host, name);
  const { withOperationState } = await import('../../parse/vdoconf.ts');
  const becomes = withOperationState(was, name, 'finished');
  const replace: Step = {
    title: `Call the import of ${name} finished in the manager's configuration`,
    before: [
      {
        kind: 'disk-state',
        device,
        oneOf: ['dirty', 'new', 'clean', 'read-only', 'recovering', 'replaying'],
      },
    ],
    action: {
      kind: 'replace-file',
      path: configPath,
      was,
      becomes,
      mode: configMode,
      change: `${name} is finished`,
    },
    after: [{ kind: 'manager-state', name, oneOf: ['finished'] }],
  };
  const notes = [`an import of ${device} was cut off; the volume is whole by its disk, and can be started`];
  return { steps: [replace], outcome: 'finished', notes, mayLose: [] };
}

const configMode = 0o644;

function readConfig({ files }: Host, name: string): string {
  const text = files.readText(configPath);
  if (text.kind === 'read') return text.value;
  throw new Failure({ kind: 'refused', name, reason: `${configPath} cannot be read` });
}

/** Any command of the manager's finishes a change that was cut off; `status` does nothing else. */
function finishChange({ name, operationState }: Managed): Remains {
  const after = [{ kind: 'manager-state', name, oneOf: ['finished'] } as const];
  return {
    steps: [run(`Let the manager finish what it began (${operationState})`, vdo('status', name), after)],
    outcome: 'finished',
    notes: ['a change of the manager was cut off; the manager finishes it by itself'],
    mayLose: [],
  };
}
