/**
 * How many bytes rsync has copied so far, by a line of `--info=progress2`
 * (`     1,238,099  45%  146.38kB/s    0:00:08 (xfr#5, to-chk=169/396)`); undefined for any other line. Files that an
 * earlier call copied are not among them.
 */
export function readTransferredBytes(line: string): number | undefined {
  const match = /^\s*([0-9][0-9,]*)\s+[0-9]{1,3}%\s+[0-9.,]+[A-Za-z]*B\/s\s/.exec(line);
  return match === null ? undefined : Number((match[1] ?? '').replaceAll(',', ''));
}

/** What rsync could not copy, by the names below the source directory. */
export interface CopyErrors {
  /** Files and directories that could not be read. */
  readonly unread: readonly string[];
  /** What could not be written, in rsync's own words. */
  readonly unwritten: readonly string[];
}

const logStamp = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[\d+\] /;

/**
 * The errors that rsync printed, or wrote to its log file.
 *
 * @param source the directory it copied from, without a slash at its end.
 */
export function parseRsyncErrors(text: string, source: string): CopyErrors {
  const unread = new Set<string>();
  const unwritten = new Set<string>();
  for (const logged of text.split('\n')) {
    const line = logged.replace(logStamp, '');
    const discarded = /^ERROR: (.*) failed verification -- update discarded\.$/.exec(line)?.[1];
    if (discarded !== undefined) unread.add(discarded);
    if (!line.startsWith('rsync: ')) continue;
    const path = /"([^"]*)"/.exec(line)?.[1];
    if (path === source || path?.startsWith(`${source}/`) === true) unread.add(path.slice(source.length + 1));
    else unwritten.add(line);
  }
  return { unread: [...unread], unwritten: [...unwritten] };
}

/**
 * The names of the files that differ, as `rsync --itemize-changes` prints them: `>fcst...... a/b`. Times of directories
 * are left out: whatever is written into one changes them.
 */
export function parseItemized(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const match = /^([<>ch.*][fdLDS]\S{9}|\*deleting +) (.*)$/.exec(line);
    const [, how = '', name = ''] = match ?? [];
    return match === null || /^\.d\.\.[tT]\.{6}$/.test(how) ? [] : [name.replace(/ -> .*$/, '')];
  });
}
