/** How a mounted filesystem is kept from changing for a moment, and what sees to it that the moment ends. */

/** The longest that a filesystem is frozen. Whoever writes to it waits. */
export const longestFreezeMs = 60_000;

/** A directory for each filesystem that vdoctl has frozen, or is about to. */
export const freezeMarks = '/run/vdoctl/frozen';

/**
 * Waits while the mark stands, that many seconds at most; if it then still stands, thaws. A freeze that somebody gave up
 * on may come to its end later: it is waited for, and thawed, whatever became of the mark. It keeps nothing of its
 * caller's open, outlives it, and thaws at once when it is told to end.
 */
const guardScript = [
  'exec </dev/null >/dev/null 2>&1',
  'echo -1000 >/proc/$$/oom_score_adj',
  'begun() { for each in /proc/[0-9]*/cmdline; do case "$(tr "\\0" " " <"$each")" in "fsfreeze -f $3 ") return 0; esac; done; return 1; }',
  'thaw() { ours=0; [ ! -d "$1" ] || ours=1; while begun "$@"; do ours=1; sleep 1; done; [ $ours = 0 ] || fsfreeze -u "$3"; exit; }',
  'trap \'thaw "$@"\' HUP INT TERM',
  'i=0; while [ -d "$1" ] && [ "$i" -lt "$2" ]; do sleep 1; i=$((i+1)); done',
  'thaw "$@"',
].join('; ');

/** The words after `setsid` with which the guard of a freeze is started. */
export function guardWords(mark: string, seconds: number, path: string): readonly string[] {
  return ['--fork', 'sh', '-c', guardScript, 'vdoctl-thaw', mark, String(seconds), path];
}

/** What {@link guardWords} were given; undefined if they are others. */
export function readGuardWords(
  words: readonly string[],
): { readonly mark: string; readonly seconds: number; readonly path: string } | undefined {
  const [mark = '', seconds = '', path = ''] = words.slice(5);
  const own = guardWords(mark, Number(seconds), path);
  const isOwn = words.length === own.length && own.every((word, index) => word === words[index]);
  const isTimed = /^\d{1,2}$/.test(seconds) && Number(seconds) * 1000 <= longestFreezeMs;
  return isOwn && isTimed ? { mark, seconds: Number(seconds), path } : undefined;
}
