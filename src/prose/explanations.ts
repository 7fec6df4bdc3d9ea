import { alertExplanations, type Explanation } from './alert-explanations.ts';
import { problemExplanations } from './problem-explanations.ts';
import { refusalExplanations } from './refusal-explanations.ts';

const exitCodeExplanations: Readonly<Record<string, Omit<Explanation, 'code'>>> = {
  '0': {
    title: 'done',
    meaning: 'The promised state is reached, or nothing was to be done.',
    next: 'Nothing.',
  },
  '1': {
    title: 'defect',
    meaning: 'vdoctl itself failed. What it printed names the place.',
    next: 'Report it with the output of --verbose.',
  },
  '2': {
    title: 'usage',
    meaning: "The call's words are off. Nothing was touched.",
    next: 'vdoctl COMMAND --help shows what it takes.',
  },
  '3': {
    title: 'not found',
    meaning: 'There is no such volume or device. Nothing was touched.',
    next: 'vdoctl list shows every volume. One that nothing remembers: vdoctl adopt NAME --device DEV.',
  },
  '4': { title: 'not permitted', meaning: 'It needs root. Nothing was touched.', next: 'Run it with sudo.' },
  '5': {
    title: 'on its way',
    meaning:
      'It was not there by the time limit, and goes on by itself: a recovery lives in the kernel, not in vdoctl.',
    next: 'vdoctl wait NAME --for normal, or the same call again.',
  },
  '6': {
    title: 'read-only',
    meaning:
      'The volume is read-only. It can be read, every write fails, and no waiting changes that. When its disk says read-only too, only a forced rebuild brings it back, and that can lose data; it was not asked for. When its storage fails, not even that would help yet.',
    next: 'Copy the data off (mount -o ro,noload for ext4, -o ro,norecovery for XFS). Look in the kernel log for media errors. Then: vdoctl recover NAME --force-rebuild.',
  },
  '7': {
    title: 'cleanup needed',
    meaning: 'An earlier operation was cut off and is not settled.',
    next: 'Settle it first; the message names what is left.',
  },
  '8': {
    title: 'refused',
    meaning:
      'It was refused before anything was changed: the volume or its storage is in use, mounted, unreadable, or in the wrong state.',
    next: 'The message names who or what is in the way.',
  },
  '9': {
    title: 'another program',
    meaning:
      'A program that vdoctl drives failed, or said something that vdoctl does not understand; it does not guess.',
    next: 'The message has its words. The kernel log (dmesg) often has the reason; --verbose shows every command.',
  },
  '10': {
    title: 'not confirmed',
    meaning: 'It can lose data or takes a running volume away, and nobody agreed. Nothing was changed.',
    next: 'Run it on a terminal and type the name, or give --yes.',
  },
  '11': {
    title: 'not as promised',
    meaning: 'Every step went through, and yet the kernel or the disk does not say what was promised.',
    next: 'vdoctl status NAME shows what is so.',
  },
  '12': {
    title: 'locked',
    meaning: 'Another vdoctl works on this volume; the message says which. The lock dies with its process.',
    next: 'Wait for it, or look at it with vdoctl status, which never waits.',
  },
  '130': {
    title: 'interrupted',
    meaning:
      'Ctrl-C ended it. A recovery goes on in the kernel; a half-done plan was put back, or the message says what is left.',
    next: 'vdoctl status NAME.',
  },
  '143': { title: 'terminated', meaning: 'SIGTERM ended it, as with 130.', next: 'vdoctl status NAME.' },
};

type Table = Readonly<Record<string, Omit<Explanation, 'code'>>>;

function list(table: Table): readonly Explanation[] {
  return Object.entries(table).map(([code, rest]) => ({ code, ...rest }));
}

/** What `explain` knows, by what the codes are of. A refusal that has the code of an alert stands with the alerts. */
export const explanationsOf = {
  exitCodes: list(exitCodeExplanations),
  alerts: list(alertExplanations),
  problems: list(problemExplanations),
  refusals: list(refusalExplanations),
} as const;

/** All of them, in that order. */
export const explanations: readonly Explanation[] = Object.values(explanationsOf).flat();
