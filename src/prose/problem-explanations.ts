import type { Problem, ReadOnlyProblem } from '../model/problem.ts';
import type { AlertCode } from '../model/volume.ts';
import type { Explanation } from './alert-explanations.ts';

type Kind = Exclude<Problem['kind'], 'refused' | AlertCode>;

/** What `problem` in the JSON of a call that failed means, and `because` of one that is read-only. */
export const problemExplanations: Readonly<
  Record<Kind | Exclude<ReadOnlyProblem['because'], AlertCode>, Omit<Explanation, 'code'>>
> = {
  usage: {
    title: 'the words of the call are off',
    meaning: 'Exit 2. Nothing was touched.',
    next: 'vdoctl COMMAND --help.',
  },
  'no-such-volume': {
    title: 'there is no such volume',
    meaning: 'Exit 3. Everything that could tell of it was asked, and knows none.',
    next: 'vdoctl list; one that nothing remembers: vdoctl adopt NAME --device DEV.',
  },
  'no-such-device': {
    title: 'there is no such device',
    meaning: 'Exit 3. because is not-there, not-a-block-device or cannot-be-looked-at.',
    next: 'lsblk shows which devices are there.',
  },
  'not-root': { title: 'it needs root', meaning: 'Exit 4. Nothing was touched.', next: 'Run it with sudo.' },
  'not-by-the-deadline': {
    title: 'not there by the time limit',
    meaning: 'Exit 5. It goes on by itself.',
    next: 'The same call again, or vdoctl wait NAME.',
  },
  'in-use': {
    title: 'it is in use',
    meaning:
      'Exit 8. facts has the mounts, devices and processes, and mounts in other namespaces with a process there.',
    next: 'Unmount or stop what uses it, then again.',
  },
  'cut-off': {
    title: 'an earlier operation was cut off',
    meaning: 'Exit 7. facts.operation has which, facts.known where that is known from.',
    next: 'vdoctl cleanup NAME.',
  },
  'tool-failed': {
    title: 'another program failed',
    meaning:
      'Exit 9. facts has the command, how it ended, what it said, and what the kernel logged meanwhile; facts.notInstalled the program, where there is none of that name.',
    next: 'Install what is missing. Otherwise look in the kernel log (dmesg); --verbose shows every command.',
  },
  'not-written': {
    title: 'a file that was asked for could not be written',
    meaning: 'Exit 9. facts.path has the file, facts.reason what the system says.',
    next: 'Make room there, or make it writable.',
  },
  'not-seen': {
    title: 'a program that would tell failed',
    meaning: 'Exit 9. What was asked for may be there all the same: facts.missing has what was not seen.',
    next: '--verbose shows every command.',
  },
  'not-understood': {
    title: 'a program said something that is not understood',
    meaning: 'Exit 9. facts has its name, the line and why. Nothing is guessed.',
    next: 'Report it with the output of --verbose.',
  },
  'not-confirmed': {
    title: 'nobody agreed',
    meaning: 'Exit 10. Nothing was changed.',
    next: 'Type the name of the volume, or give --yes.',
  },
  'not-as-promised': {
    title: 'not as promised',
    meaning: 'Exit 11. Every step went through; facts.promised was to be so, facts.found is.',
    next: 'vdoctl status NAME.',
  },
  locked: {
    title: 'another vdoctl works on it',
    meaning: 'Exit 12. facts.holder has which.',
    next: 'Wait for its end, then again.',
  },
  interrupted: {
    title: 'interrupted',
    meaning: 'Exit 130 or 143. facts.state has what goes on by itself.',
    next: 'vdoctl status NAME.',
  },
  'put-back': {
    title: 'it failed, and what was begun was put back',
    meaning: 'The exit code is that of facts.cause, or 9. facts.stays has what could not be put back.',
    next: 'Mend the cause, then the same call again.',
  },
  'not-up': {
    title: 'all is done but the start at its end',
    meaning: 'The exit code is that of facts.cause, or 9. Nothing is left to settle.',
    next: 'vdoctl recover NAME says what it needs.',
  },
  'left-down': {
    title: 'an operation of vdoctl left it down',
    meaning:
      'Exit 11. facts.operation was to leave it up, facts.why has why it did not come up. There is nothing to clean up, and it is not as promised.',
    next: 'vdoctl recover NAME; if it is to stay down: vdoctl cleanup NAME --dismiss.',
  },
  'half-done': {
    title: 'half-done',
    meaning:
      'The exit code is that of facts.cause, or 9. facts.left has what is not as it was, facts.finish the commands that finish it by hand.',
    next: 'vdoctl cleanup NAME, or vdoctl recover NAME: facts.settledBy has which.',
  },
  'disk-says-read-only': {
    title: 'read-only, and its disk says so too',
    meaning: 'Exit 6. No restart helps. Reads still work.',
    next: 'Copy the data off. Then: vdoctl recover NAME --force-rebuild, which can lose data.',
  },
  'will-come-up-read-only': {
    title: 'stopped, and will come up read-only',
    meaning: 'Exit 6. Its disk says so.',
    next: 'vdoctl recover NAME --force-rebuild, which can lose data.',
  },
  'rebuild-is-pending': {
    title: 'a forced rebuild is ordered',
    meaning: 'Exit 6. Its disk orders it, and the next start does it; it can lose data.',
    next: 'vdoctl recover NAME --force-rebuild.',
  },
  'went-read-only-while-waiting': {
    title: 'it went read-only meanwhile',
    meaning: 'Exit 6. An error in its storage or its metadata ended the attempt.',
    next: 'Mend the storage; then vdoctl recover NAME says what it needs.',
  },
  'storage-fails': {
    title: 'read-only, and its storage fails',
    meaning: 'Exit 6. While it fails no rebuild helps.',
    next: 'Mend the storage first.',
  },
};
