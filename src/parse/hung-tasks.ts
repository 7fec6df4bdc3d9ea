/** A task that the kernel found waiting in it for too long, by the kernel log. */
export interface HungTask {
  /** Its name, at most 15 characters of it. */
  readonly name: string;
  readonly pid: number;
  /** For how long it had waited when the kernel said so. */
  readonly seconds: number;
  /** Whom it worked for, where the kernel says that: `writeback wb_workfn (flush-253:0)`. */
  readonly workqueue: string | undefined;
}

const begin = /INFO: task (.{1,15}):(\d+) (?:<[^>]*> )?blocked for more than (\d+) seconds/;
const work = /Workqueue: (.+)$/;
/** The kernel prints at most this many lines about one task before its stack. */
const linesOfHead = 8;

/** The tasks that the kernel log (`dmesg`) calls blocked, oldest first: each report of it. */
export function findHungTasks(text: string): HungTask[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const [, name, pid, seconds] = begin.exec(line) ?? [];
    if (name === undefined) return [];
    const head = lines.slice(at + 1, at + linesOfHead);
    const next = head.findIndex((each) => begin.test(each));
    const own = next < 0 ? head : head.slice(0, next);
    const workqueue = own.map((each) => work.exec(each)?.[1]).find((each) => each !== undefined);
    return [{ name, pid: Number(pid), seconds: Number(seconds), workqueue }];
  });
}
