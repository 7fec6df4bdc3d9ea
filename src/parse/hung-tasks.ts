/** A task that the kernel found waiting in it for too long, by the kernel log. */
export interface HungTask {
  /** Its name, at most 15 characters of it. */
  readonly name: string;
  readonly pid: number;
  /** For how long it had waited when the kernel said so. */
  readonly seconds: number;
  /** Whom it worked for, where the kernel says that: `writeback wb_workfn (flush-253:0)`. */
  readonly workqueue: string | undefined;
  /** The functions in its stack, innermost first: `io_schedule`, `ext4_lookup`. */
  readonly stack: readonly string[];
}

/** As many lines as belong to one report, at most. */
const mostLines = 60;
const begin = /INFO: task (.{1,15}):(\d+) (?:<[^>]*> )?blocked for more than (\d+) seconds/;
const work = /Workqueue: (.+)$/;
/** `io_schedule+0x46/0x70`; a `?` in front marks one that may be left over. */
const frame = /(?:\[[^\]]*\] +|^ *)([A-Za-z_][\w.]*)\+0x[\da-f]+\/0x/;

/** The tasks that the kernel log (`dmesg`) calls blocked, oldest first: each report of it. */
export function findHungTasks(text: string): HungTask[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const [, name, pid, seconds] = begin.exec(line) ?? [];
    if (name === undefined) return [];
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((each) => begin.test(each) || each.includes('</TASK>'));
    const own = rest.slice(0, end < 0 ? mostLines : Math.min(end, mostLines));
    const workqueue = own.map((each) => work.exec(each)?.[1]).find((each) => each !== undefined);
    const stack = own.flatMap((each) => frame.exec(each)?.[1] ?? []);
    return [{ name, pid: Number(pid), seconds: Number(seconds), workqueue, stack }];
  });
}
