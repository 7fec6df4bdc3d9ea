import type { StateRefusals } from '../model/refusal.ts';
import type { AlertCode } from '../model/volume.ts';
import type { Explanation } from './alert-explanations.ts';

/** What the refusals mean that come from the state of the volume or of the host. */
export const stateExplanations: Readonly<
  Record<Exclude<keyof StateRefusals, AlertCode>, Omit<Explanation, 'code'>>
> = {
  'not-running': {
    title: 'it does not run, and waiting does not change that',
    meaning: 'What was to be waited for happens only while the volume runs.',
    next: 'vdoctl recover NAME brings it up; a suspended one is resumed by whoever suspended it.',
  },
  'not-normal': {
    title: 'only a running volume in mode normal can grow',
    meaning: 'The kernel grows what runs and is whole, and nothing else.',
    next: 'vdoctl recover NAME, then again.',
  },
  'mode-unknown': {
    title: 'the kernel did not say its operating mode',
    meaning: 'Without it nobody knows whether there is anything to recover. Nothing is guessed.',
    next: '--verbose shows what dmsetup answered.',
  },
  'stopped-meanwhile': {
    title: 'somebody stopped it meanwhile',
    meaning: 'It ran when the wait began, and does no more.',
    next: 'vdoctl status NAME.',
  },
  'rebuild-ordered-while-running': {
    title: 'a forced rebuild was ordered while it runs',
    meaning:
      'Its disk orders a forced rebuild, which its next start does. A restart would carry it out, and it can lose data.',
    next: 'Copy the data off while it runs. Then: vdoctl stop NAME, and vdoctl recover NAME --force-rebuild.',
  },
  'index-idle': {
    title: 'its index is off or has failed',
    meaning: 'Nothing but a person brings it back: no waiting changes that.',
    next: 'Off: vdoctl set NAME deduplication=on. Failed: stop and start the volume.',
  },
  'old-journal': {
    title: 'its journal is of an older format',
    meaning:
      'Only the kernel that wrote it can replay it. A forced rebuild throws it away, and mappings with it.',
    next: 'Boot the older kernel, stop the volume cleanly there, then come back.',
  },
  'runs-on-another-device': {
    title: 'it runs on another device',
    meaning: 'The device that was named, or that the manager has configured, is not the one that it runs on.',
    next: 'Find out which of the two is its own before anything is done.',
  },
  'volume-exists': {
    title: 'there is a volume of that name',
    meaning: 'Two of one name cannot be told apart.',
    next: 'Choose another name.',
  },
  'of-another-stack': {
    title: 'another stack remembers it',
    meaning:
      'LVM and the classic manager keep their own configuration; vdoctl remembers volumes of dmsetup only.',
    next: 'Nothing has to be done.',
  },
  'cannot-shrink': {
    title: 'a VDO cannot be made smaller',
    meaning: 'Neither its logical nor its physical size ever shrinks.',
    next: 'Make a new volume and copy the data.',
  },
  'no-write-policy': {
    title: 'it has no write policy',
    meaning: 'Only the kernel targets of the classic manager had one. The current one honours flushes.',
    next: 'Nothing has to be done.',
  },
  'no-live-table': {
    title: 'the device has no live table',
    meaning: 'What has no table is no running volume; a start that failed leaves such a name.',
    next: 'vdoctl recover NAME, or vdoctl adopt NAME --device DEV.',
  },
  'being-grown': {
    title: 'it is being grown',
    meaning:
      'Its table and the sizes that the kernel works with differ: another program is in the middle of a growth.',
    next: 'Wait for its end, then again.',
  },
  'sizes-unknown': {
    title: 'nobody tells its sizes',
    meaning:
      'They are neither in its table nor told by the kernel or the disk. With a wrong size the next start would fail.',
    next: '--verbose shows what was asked.',
  },
  'not-as-expected': {
    title: 'something is not as the plan needs it',
    meaning:
      'Each step has conditions that are checked right before it; one of them does not hold any more. facts.expected has it, facts.found what is so instead.',
    next: 'vdoctl status NAME; then the same call again, which makes a new plan.',
  },
  'not-all-seen': {
    title: 'not all volumes could be seen',
    meaning:
      'A program or a file that would tell of them was not asked, or could not be: facts.missing has each.',
    next: 'Mend what is in the way; or name the volumes that are meant.',
  },
  'programs-missing': {
    title: 'a program that it needs is not installed',
    meaning:
      'facts.programs has each that carries the plan out, puts it back or tells how it went, and is not where programs of the system lie. That is known before the first step, so that nothing is left half-done.',
    next: 'Install them: vdoformat, vdoforcerebuild and vdostats come with vdo, dmsetup with device-mapper, lvm and lvcreate with lvm2, wipefs with util-linux.',
  },
  'no-vdo-target': {
    title: 'this kernel has no vdo target',
    meaning: 'Neither the running kernel nor a module of it can run a VDO.',
    next: 'Install the module (dm-vdo, or kvdo before Linux 6.9) for this kernel, or boot one that has it.',
  },
  'table-too-new': {
    title: 'the kernel is too old for its table',
    meaning: 'Tables of version 4 came with dm-vdo 8; kvdo 6 takes version 2 at the most.',
    next: 'vdoctl adopt NAME --device DEV remembers a table that this kernel takes; a new volume is made by the classic manager.',
  },
  'kernel-too-old': {
    title: 'this kernel leaves that to the classic manager',
    meaning: 'kvdo 6 grows by messages of its own, and keeps no compression in its tables.',
    next: 'Stop it, and hand it to the manager with vdo import.',
  },
  'not-enough-memory': {
    title: 'too little memory to work with',
    meaning:
      'A new volume would fail at its first start, or push other programs out. Its need is that of its index, its block map cache and its sizes.',
    next: 'Free memory, or take a smaller --index-memory.',
  },
  'not-enough-memory-to-start': {
    title: 'too little memory to start it',
    meaning: 'The kernel would fail, or kill programs for it. Swap was counted as available.',
    next: 'Stop what uses the memory (free -m), then again.',
  },
};
