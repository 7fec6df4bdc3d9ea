import type { RehearsalRefusals } from '../../model/refusal.ts';
import { formatBytes } from '../../model/size.ts';
import type { Sayings } from './said.ts';

export const rehearsalSayings: Sayings<RehearsalRefusals> = {
  'nothing-to-rehearse': ({ mode, diskState }, name) => ({
    reason: `only a read-only volume is rebuilt by force: ${describeState(mode, diskState)}`,
    next: `vdoctl recover ${name} does what it needs`,
  }),
  'rehearsal-is-up': ({ devices }, name) => ({
    reason: `a rehearsal of its forced rebuild is up (${devices.join(', ')}), and its storage has to stay as it is`,
    next: `copy from it what you need (vdoctl salvage ${name} --from-rehearsal --to PATH), then: vdoctl rehearse ${name} --discard`,
  }),
  'no-room-for-changes': ({ where, hasBytes, neededBytes }, name) => ({
    reason: `the changes of a rehearsal may take ${formatBytes(neededBytes)}, and ${where} has ${formatBytes(hasBytes)} to spare`,
    next: `make room there, or give it an empty device: vdoctl rehearse ${name} --changes DEVICE; --changes-size takes less at your own risk: an overflow ends the rehearsal, and nothing else`,
  }),
  'rehearsal-overflowed': ({ changes, roomBytes }, name) => ({
    reason: `the changes found no room on ${changes}${roomBytes === null ? '' : ` (${formatBytes(roomBytes)})`}: the rehearsal was thrown away, and the volume is untouched`,
    next: `vdoctl rehearse ${name} with a larger --changes-size, or with --changes DEVICE`,
  }),
  'changes-on-itself': ({ where }, name) => ({
    reason: `${where} lies on the volume, or on what that lies on: the changes would change what they are compared with`,
    next: `vdoctl rehearse ${name} --changes DEVICE, with a device that lies elsewhere`,
  }),
};

function describeState(mode: string | null, diskState: string | null): string {
  if (mode !== null && mode !== 'read-only') return `it runs, and is ${mode}`;
  return diskState === null ? 'its state is unknown' : `its disk says ${diskState}`;
}
