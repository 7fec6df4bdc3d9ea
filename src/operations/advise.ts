import type { AdvisedCommand, CopyAdvice } from '../model/copy-advice.ts';
import type { Volume } from '../model/volume.ts';
import type { Seen } from '../stacks/host-look.ts';

/** How to copy the data off a read-only volume before it is rebuilt. */
export function adviseCopy({ volume }: Pick<Seen, 'volume'>): readonly CopyAdvice[] {
  const { name, state, onDisk, mounts } = volume;
  if (state === 'stopped') {
    const kind = onDisk?.state === 'read-only' ? 'comes-up-read-only' : 'rebuild-is-pending';
    return [{ about: { kind }, commands: copyOffRehearsal(name) }];
  }
  const copy: CopyAdvice = {
    about: { kind: 'running' },
    commands: [command('vdoctl', 'salvage', name, '--to', 'PATH')],
  };
  return [...(isOnlySwap(volume) ? [] : [copy]), ...mounts.map(adviseMount)];
}

function copyOffRehearsal(name: string): readonly AdvisedCommand[] {
  return [
    command('vdoctl', 'rehearse', name, '--keep'),
    command('vdoctl', 'salvage', name, '--from-rehearsal', '--to', 'PATH'),
  ];
}

function isOnlySwap({ stack, dmName, logicalVolumes, mounts }: Volume): boolean {
  const devices = stack === 'lvm' ? logicalVolumes.map(({ device }) => device) : [`/dev/mapper/${dmName}`];
  return devices.every((each) => mounts.some(({ device, type }) => device === each && type === 'swap'));
}

function adviseMount({ path, device, type }: Volume['mounts'][number]): CopyAdvice {
  if (type === 'swap') return { about: { kind: 'swap', device }, commands: [command('swapoff', device)] };
  return { about: { kind: 'mounted', device, path }, commands: [command('umount', path)] };
}

function command(file: string, ...args: readonly string[]): AdvisedCommand {
  return { file, args };
}
