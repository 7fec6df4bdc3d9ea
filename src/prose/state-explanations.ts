import type { StateRefusals } from '../model/refusal.ts';
import type { AlertCode } from '../model/volume.ts';
import type { Explanation } from './alert-explanations.ts';

/** What the refusals mean that come from the state of the volume or of the host. */
export const stateExplanations: Readonly<
  Record<Exclude<keyof StateRefusals, AlertCode>, Omit<Explanation, 'code'>>
> = {
  'not-running': {
    title: 'it is not running, and waiting does not change that',
    meaning: 'What you wait for happens only while the volume runs.',
    next: 'vdoctl recover NAME starts it. A suspended volume must be resumed by whoever suspended it.',
  },
  'not-normal': {
    title: 'it does not run in normal mode',
    meaning:
      'The kernel refuses to grow a volume in any other state, and a read-only one frees nothing. LVM suspends a pool to rename it, and vdoctl lets it do so in no other state. What a read-only one shows is copied with salvage.',
    next: 'vdoctl recover NAME, then try again.',
  },
  'mode-unknown': {
    title: 'the kernel did not say its operating mode',
    meaning: 'Without the mode it is unknown whether there is anything to recover. vdoctl does not guess.',
    next: '--verbose shows what dmsetup answered.',
  },
  'still-readable': {
    title: 'read-only, and only readable while it runs',
    meaning:
      'A volume that went read-only while it ran shows everything as long as it runs. Stopped and started again, it does not replay its journal, and may show old data, or none, without an error. So stop --all leaves it running.',
    next: 'vdoctl salvage NAME --to PATH copies its data off; then vdoctl stop NAME, by its name.',
  },
  'nothing-counted': {
    title: 'the kernel counts nothing of it',
    meaning: 'The kernel counts only while a volume runs, and begins at nothing with each start.',
    next: 'vdoctl status NAME says in which state it is.',
  },
  'stopped-meanwhile': {
    title: 'somebody stopped it during the wait',
    meaning: 'It was running when the wait began, and is not any more.',
    next: 'vdoctl status NAME.',
  },
  'rebuild-ordered-while-running': {
    title: 'a forced rebuild was ordered while it runs',
    meaning:
      'Its disk orders a forced rebuild: the next start, even by a restart, runs it, and it can lose data.',
    next: 'Copy the data off while the volume runs: vdoctl salvage NAME --to PATH. Then: vdoctl stop NAME, and vdoctl recover NAME --force-rebuild.',
  },
  'index-idle': {
    title: 'its index is switched off or has failed',
    meaning: 'It does not come back by itself: waiting does not help.',
    next: 'If it is off: vdoctl set NAME deduplication=on. If it has failed: stop and start the volume.',
  },
  'old-journal': {
    title: 'its journal has an older format',
    meaning:
      'Only the older kernel that wrote it can replay it. A forced rebuild would discard it, and mappings with it.',
    next: 'Boot the older kernel, stop the volume cleanly there, then come back.',
  },
  'runs-on-another-device': {
    title: 'it runs on another device',
    meaning: 'The device that you named, or that the manager has configured, is not the one that it runs on.',
    next: 'Find out which of the two devices is the right one before you do anything.',
  },
  'volume-exists': {
    title: 'a volume of that name already exists',
    meaning: 'Two volumes with one name cannot be told apart.',
    next: 'Choose another name.',
  },
  'cannot-rename': {
    title: 'the classic manager cannot rename a volume',
    meaning:
      'Its configuration, its units and its devices go by the name, and it has no command that changes it.',
    next: 'Keep the name; or convert the volume to LVM (lvm_import_vdo), where it can be renamed.',
  },
  'of-another-stack': {
    title: 'another stack remembers it',
    meaning:
      'LVM and the classic manager keep their own configuration; vdoctl remembers only volumes of the dm stack.',
    next: 'Nothing.',
  },
  'cannot-shrink': {
    title: 'a VDO cannot shrink',
    meaning: 'Neither its logical nor its physical size can be made smaller.',
    next: 'Create a smaller volume and copy the data.',
  },
  'too-few-slabs': {
    title: 'it would have more physical threads than slabs',
    meaning:
      'The kernel divides the slabs among these threads, and starts no volume of which one would have none.',
    next: 'Take fewer --physical-threads, or, for a new volume, a smaller --slab-size.',
  },
  'not-in-this-table': {
    title: 'its table is of a form without these settings',
    meaning: 'Tables before V2 have no places for single settings of threads and discards.',
    next: 'Stop it, then vdoctl adopt NAME --device DEV, which gives it a newer table.',
  },
  'no-write-policy': {
    title: 'it has no write policy',
    meaning: 'Only the kernel targets of the classic manager have one. The current target honours flushes.',
    next: 'Nothing.',
  },
  'no-live-table': {
    title: 'the device has no live table',
    meaning: 'A device without a table is not a running volume; a failed start leaves such a name behind.',
    next: 'vdoctl recover NAME, or vdoctl adopt NAME --device DEV.',
  },
  'being-grown': {
    title: 'it is being grown',
    meaning: 'Its table and the sizes that the kernel works with differ: another program is growing it.',
    next: 'Wait until that program has finished, then try again.',
  },
  'sizes-unknown': {
    title: 'its sizes are unknown',
    meaning:
      'Its table, the kernel and its disk do not tell them. With a wrong size the next start would fail.',
    next: '--verbose shows every command.',
  },
  'not-as-expected': {
    title: 'something is not as the plan needs it',
    meaning:
      'Each step has conditions that are checked right before it; one of them no longer holds. facts.expected is the condition, facts.found what is so instead.',
    next: 'vdoctl status NAME; then repeat the call, which makes a new plan.',
  },
  'not-all-seen': {
    title: 'not all volumes could be seen',
    meaning:
      'A program or a file that knows of volumes could not be asked, or was not: facts.missing has each.',
    next: 'Remove the cause; or name the volumes you mean.',
  },
  'programs-missing': {
    title: 'a program that it needs is not installed',
    meaning:
      'facts.programs has each program that the plan needs, to act, to undo or to verify, and that is not in the directories for system programs. vdoctl checks that before the first step, so that nothing is left half-done.',
    next: 'Install them: vdoformat, vdoforcerebuild and vdostats come with vdo, dmsetup with device-mapper, lvm and lvcreate with lvm2, wipefs with util-linux.',
  },
  'no-vdo-target': {
    title: 'this kernel has no vdo target',
    meaning: 'Neither the running kernel nor any module for it can run a VDO.',
    next: 'Install the module (dm-vdo, or kvdo before Linux 6.9) for this kernel, or boot one that has it.',
  },
  'table-too-new': {
    title: 'the kernel is too old for its table',
    meaning: 'Tables of version 4 came with dm-vdo 8; kvdo 6 takes at most version 2.',
    next: 'vdoctl adopt NAME --device DEV remembers a table that this kernel takes. Create a new volume with the classic manager.',
  },
  'kernel-too-old': {
    title: 'with this kernel only the classic manager can do that',
    meaning: 'kvdo 6 grows by messages of its own, and its tables do not keep the compression setting.',
    next: 'Stop the volume, and hand it to the manager with vdo import.',
  },
  'not-enough-memory': {
    title: 'too little memory for a new volume',
    meaning:
      'The volume would fail at its first start, or push other programs out of memory. How much it needs depends on its index, its block map cache and its sizes.',
    next: 'Free memory, or take a smaller --index-memory or --block-map-cache.',
  },
  'not-enough-memory-to-start': {
    title: 'too little memory to start it',
    meaning: 'The start would fail, or the kernel would kill programs for it. Swap counts as available.',
    next: 'Stop what uses the memory (free -m), then try again.',
  },
};
