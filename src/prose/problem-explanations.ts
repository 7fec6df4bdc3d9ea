import type { Problem, ReadOnlyProblem } from '../model/problem.ts';
import type { AlertCode } from '../model/volume.ts';
import type { Explanation } from './alert-explanations.ts';

type Kind = Exclude<Problem['kind'], 'refused' | AlertCode>;

/** What `problem` means in the JSON of a failed call, and what `because` means for a read-only volume. */
export const problemExplanations: Readonly<
  Record<Kind | Exclude<ReadOnlyProblem['because'], AlertCode>, Omit<Explanation, 'code'>>
> = {
  usage: {
    title: 'the command line is wrong',
    meaning: 'Exit 2. Nothing was touched.',
    next: 'vdoctl COMMAND --help.',
  },
  'no-such-volume': {
    title: 'there is no such volume',
    meaning: 'Exit 3. Nothing on this host knows a volume of that name.',
    next: 'vdoctl list. To take over a stopped volume from its storage device: vdoctl adopt NAME --device DEV.',
  },
  'no-such-device': {
    title: 'there is no such device',
    meaning: 'Exit 3. because is not-there, not-a-block-device or cannot-be-looked-at.',
    next: 'lsblk lists the devices.',
  },
  'not-root': { title: 'it needs root', meaning: 'Exit 4. Nothing was touched.', next: 'Run it with sudo.' },
  'not-by-the-deadline': {
    title: 'timed out',
    meaning: 'Exit 5. It goes on by itself.',
    next: 'Repeat the call, or vdoctl wait NAME.',
  },
  'in-use': {
    title: 'it is in use',
    meaning:
      'Exit 8. facts has the mounts, devices and processes that use it, and mounts in other namespaces, each with a process there.',
    next: 'Unmount or stop what uses it, then try again.',
  },
  'cut-off': {
    title: 'an earlier operation was cut off',
    meaning: 'Exit 7. facts.operation says which operation, facts.known where vdoctl knows it from.',
    next: 'vdoctl cleanup NAME.',
  },
  'tool-failed': {
    title: 'another program failed',
    meaning:
      'Exit 9. facts has the command, how it ended, what it said, and what the kernel logged meanwhile; facts.notInstalled names a program that is not installed.',
    next: 'Install what is missing. If nothing is, check the kernel log (dmesg); --verbose shows every command.',
  },
  'not-whole': {
    title: 'not all of the data could be copied',
    meaning:
      'Exit 9. What could be copied is there. facts.unread and facts.differing have the first names and how many there are, facts.unreadBytes what is missing of an image, facts.left what was not copied at all, facts.lists the files with the whole lists.',
    next: 'Look at the lists. The same call goes on from there, and tries again what could not be read.',
  },
  'not-written': {
    title: 'the output file could not be written',
    meaning: 'Exit 9. facts.path has the file, facts.reason what the system says.',
    next: 'Free space there, or make it writable.',
  },
  'not-seen': {
    title: 'not all could be seen',
    meaning:
      'Exit 9. A program that vdoctl asks has failed, so the volume may exist all the same: facts.missing has what was not seen.',
    next: '--verbose shows every command.',
  },
  'not-understood': {
    title: 'the output of a program is not understood',
    meaning: 'Exit 9. facts has its name, the line and why. vdoctl does not guess.',
    next: 'Report it with the output of --verbose.',
  },
  'not-confirmed': {
    title: 'nobody agreed',
    meaning: 'Exit 10. Nothing was changed.',
    next: 'Type the name of the volume, or give --yes.',
  },
  'not-as-promised': {
    title: 'not as promised',
    meaning: 'Exit 11. Every step went through; facts.promised is what was expected, facts.found what is so.',
    next: 'vdoctl status NAME.',
  },
  locked: {
    title: 'another vdoctl is working on it',
    meaning: 'Exit 12. facts.holder says which.',
    next: 'Wait until it has finished, then try again.',
  },
  interrupted: {
    title: 'interrupted',
    meaning: 'Exit 130 or 143. facts.state says what goes on by itself.',
    next: 'vdoctl status NAME.',
  },
  stopped: {
    title: 'a long step was stopped partway',
    meaning:
      'The exit code is that of facts.cause: 130 or 143 when it was interrupted, 9 when the step reached its time limit. facts.reached says how far it got, facts.stays what it leaves. The steps before it were undone.',
    next: 'Run the same command again: it continues from there.',
  },
  'put-back': {
    title: 'it failed, and the steps already taken were undone',
    meaning: 'The exit code is that of facts.cause, or 9. facts.stays has what could not be undone.',
    next: 'Remove the cause, then try again.',
  },
  'not-up': {
    title: 'all is done, but the volume did not start',
    meaning: 'The exit code is that of facts.cause, or 9. Nothing needs cleanup.',
    next: 'vdoctl recover NAME starts it, or says what it needs.',
  },
  'left-down': {
    title: 'an operation of vdoctl left it down',
    meaning:
      'Exit 11. The operation in facts.operation should have left it running; facts.why says why it did not start. Nothing needs cleanup, but the volume is not as promised.',
    next: 'vdoctl recover NAME; to leave it down: vdoctl cleanup NAME --dismiss.',
  },
  'half-done': {
    title: 'half-done',
    meaning:
      'The exit code is that of facts.cause, or 9. facts.left says what is not as it was, facts.finish has the commands that finish it by hand.',
    next: 'vdoctl cleanup NAME, or vdoctl recover NAME: facts.settledBy says which.',
  },
  'disk-says-read-only': {
    title: 'read-only, and its disk says so too',
    meaning: 'Exit 6. A restart does not help. Reads still work.',
    next: 'Copy the data off before it is stopped: vdoctl salvage NAME --to PATH. Then: vdoctl recover NAME --force-rebuild, which can lose data.',
  },
  'will-come-up-read-only': {
    title: 'stopped, and will start read-only',
    meaning: 'Exit 6. Its disk says so.',
    next: 'Image its storage (ddrescue). Then: vdoctl recover NAME --force-rebuild, which replays its journal and can lose data.',
  },
  'rebuild-is-pending': {
    title: 'a forced rebuild is pending',
    meaning: 'Exit 6. Its disk orders it: the next start runs it, and it can lose data.',
    next: 'vdoctl recover NAME --force-rebuild.',
  },
  'went-read-only-while-waiting': {
    title: 'it went read-only during the wait',
    meaning: 'Exit 6. An error in its storage or its metadata ended the attempt.',
    next: 'Repair the storage; then vdoctl recover NAME says what it needs.',
  },
  'storage-fails': {
    title: 'read-only, and its storage fails',
    meaning: 'Exit 6. While the storage fails, no rebuild helps.',
    next: 'Repair the storage first.',
  },
};
