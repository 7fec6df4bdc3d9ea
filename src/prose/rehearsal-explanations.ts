import type { RehearsalRefusals } from '../model/refusal.ts';
import type { Explanation } from './alert-explanations.ts';

/** What the refusals mean that come from a rehearsal. */
export const rehearsalExplanations: Readonly<Record<keyof RehearsalRefusals, Omit<Explanation, 'code'>>> = {
  'nothing-to-rehearse': {
    title: 'the volume needs no forced rebuild',
    meaning:
      'A rehearsal shows what a forced rebuild would give, and only a volume that is read-only, by its disk, is rebuilt by force. While a volume can write, its storage does not stay as it is.',
    next: 'vdoctl recover NAME does what the volume needs.',
  },
  'rehearsal-is-up': {
    title: 'a rehearsal lies over its storage',
    meaning:
      'Somebody kept a rehearsal of its forced rebuild: the overlay shows the storage with changes of its own, and is worth nothing once the storage changes beneath it.',
    next: 'Copy from it what you need: vdoctl salvage NAME --from-rehearsal --to PATH. It is mounted read-only below /run/vdoctl/mounts, too, and status says where. Then: vdoctl rehearse NAME --discard.',
  },
  'no-room-for-changes': {
    title: 'too little room for what a rehearsal writes',
    meaning:
      'The forced rebuild writes to a sparse file below /var/lib/vdoctl, to free space of the volume group, or to a device. How much it may take follows from the sizes of the volume; it takes less as a rule.',
    next: 'Make room, or give it an empty device with --changes DEVICE. With --changes-size SIZE you take less: an overflow ends the rehearsal, and nothing else.',
  },
  'rehearsal-overflowed': {
    title: 'the changes of a rehearsal found no room',
    meaning:
      'The overlay is worth nothing then, and was taken down. The volume and its storage are as they were: a rehearsal does not write to them.',
    next: 'Rehearse with a larger --changes-size, or with --changes DEVICE.',
  },
  'changes-on-itself': {
    title: 'what is to take the changes lies on the volume itself',
    meaning:
      'What the rehearsal writes would land on the volume, or on the storage that it is a rehearsal of.',
    next: 'Give it a device that lies elsewhere: --changes DEVICE.',
  },
};
