import { alertExplanations, type Explanation } from './alert-explanations.ts';
import { findingExplanations } from './finding-explanations.ts';
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
    meaning: 'The command line is wrong. Nothing was touched.',
    next: 'vdoctl COMMAND --help shows what the command takes.',
  },
  '3': {
    title: 'not found',
    meaning: 'There is no such volume or device. Nothing was touched.',
    next: 'vdoctl list shows every volume. To take over a stopped volume from its storage device: vdoctl adopt NAME --device DEV.',
  },
  '4': { title: 'not permitted', meaning: 'It needs root. Nothing was touched.', next: 'Run it with sudo.' },
  '5': {
    title: 'on its way',
    meaning:
      'vdoctl timed out waiting for it, and it goes on by itself: a recovery runs in the kernel, not in vdoctl.',
    next: 'vdoctl wait NAME --for normal, or repeat the call.',
  },
  '6': {
    title: 'read-only',
    meaning:
      'The volume is read-only: it can be read, every write fails, and waiting does not change that. If its disk says read-only too, only a forced rebuild brings it back; that can lose data, and was not asked for. While its storage fails, not even that would help.',
    next: 'Copy the data off while it runs: vdoctl salvage NAME --to PATH. Check the kernel log for media errors. Then: vdoctl recover NAME --force-rebuild.',
  },
  '7': {
    title: 'cleanup needed',
    meaning: 'An earlier operation was cut off and is not settled.',
    next: 'Settle it first, with vdoctl cleanup NAME; the message names what is left.',
  },
  '8': {
    title: 'refused',
    meaning:
      'It was refused before anything was changed: the volume or its storage is in use, mounted, unreadable, or in the wrong state.',
    next: 'The message says what is in the way.',
  },
  '9': {
    title: 'another program',
    meaning:
      'A program that vdoctl drives failed, or said something that vdoctl does not understand; it does not guess.',
    next: "The message has the program's words. The kernel log (dmesg) often has the reason; --verbose shows every command.",
  },
  '10': {
    title: 'not confirmed',
    meaning: 'It can lose data or interrupts a running volume, and nobody agreed. Nothing was changed.',
    next: "Run it on a terminal and type the volume's name, or give --yes.",
  },
  '11': {
    title: 'not as promised',
    meaning:
      'Every step went through, and yet the volume is not as promised: the kernel or its disk says otherwise.',
    next: 'vdoctl status NAME shows its state.',
  },
  '12': {
    title: 'locked',
    meaning: 'Another vdoctl works on this volume; the message says which. Its lock ends with its process.',
    next: 'Wait for it; vdoctl status does not need the lock.',
  },
  '130': {
    title: 'interrupted',
    meaning:
      'Ctrl-C ended it. A recovery continues in the kernel; the steps already taken were undone, or the message says what is left.',
    next: 'vdoctl status NAME.',
  },
  '143': { title: 'terminated', meaning: 'SIGTERM ended it, as with 130.', next: 'vdoctl status NAME.' },
};

type Table = Readonly<Record<string, Omit<Explanation, 'code'>>>;

function list(table: Table): readonly Explanation[] {
  return Object.entries(table).map(([code, rest]) => ({ code, ...rest }));
}

/** What `explain` knows, by kind of code. A refusal that shares its code with an alert is listed with the alerts. */
export const explanationsOf = {
  exitCodes: list(exitCodeExplanations),
  alerts: list(alertExplanations),
  findings: list(findingExplanations),
  problems: list(problemExplanations),
  refusals: list(refusalExplanations),
} as const;

/** All of them, in the order of {@link explanationsOf}. */
export const explanations: readonly Explanation[] = Object.values(explanationsOf).flat();
