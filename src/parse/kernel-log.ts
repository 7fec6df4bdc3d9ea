/** A line of the kernel log that says something about the recovery of a VDO volume. */
export interface VdoLogLine {
  readonly kind: VdoLogKind;
  /** The kernel's name for the running volume, `vdo1` (classic: `kvdo1`), where the line gives one. */
  readonly instance: string | undefined;
  /** The line as it stands. */
  readonly line: string;
}

/** The beginnings of the messages, in every generation. */
const messages = {
  'dirty-at-start': ['Device was dirty, rebuilding reference counts'],
  'recovery-begun': ['Entering recovery mode'],
  'recovery-done': ['Exiting recovery mode'],
  'rebuild-begun': ['Rebuilding reference counts to clear read-only mode'],
  /** The volume's metadata are of an older version. This rebuild loses no data. */
  'upgrade-begun': ['Rebuilding reference counts for upgrade'],
  'rebuild-done': ['Read-only rebuild complete'],
  'went-read-only': [
    'Unrecoverable error, entering read-only mode',
    'Entering read-only mode due to load error',
  ],
  /** The volume did not start. */
  'load-aborted': ['aborting load'],
  /** The kernel must be downgraded and the volume stopped cleanly there: a forced rebuild would destroy mappings. */
  'old-journal': ['Recovery journal is in the old format'],
} as const;

export type VdoLogKind = keyof typeof messages;

const kinds = Object.keys(messages) as VdoLogKind[];
/** `device-mapper: vdo: vdo1:reqQ: MESSAGE`, with or without a time stamp in front; classic: `kvdo1:reqQ: MESSAGE`. */
const vdoLine = /(?:^|\s)(?:device-mapper: (?:vdo: )?|)(?:(k?vdo[0-9]+):\S+|k?vdo(?::\S+)?): (.*)$/;

/** The lines of `dmesg` about a recovery, a rebuild, or a reason for one, in their order. */
export function findVdoLogLines(text: string): VdoLogLine[] {
  return text.split('\n').flatMap((line) => {
    const found = vdoLine.exec(line);
    if (found === null) return [];
    const [, instance, message = ''] = found;
    const kind = kinds.find((each) => messages[each].some((words) => message.startsWith(words)));
    return kind === undefined ? [] : [{ kind, instance, line }];
  });
}
