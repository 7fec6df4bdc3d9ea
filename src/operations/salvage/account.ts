import type { Host } from '../../host/host.ts';
import { succeeded, type CommandResult } from '../../model/command.ts';
import type { Step } from '../../model/plan.ts';
import type { Listed, NotWholeProblem } from '../../model/problem.ts';
import { parseItemized, parseRsyncErrors, type CopyErrors } from '../../parse/rsync.ts';
import type { Copied } from './types.ts';

/** As many names as a person takes in at once. */
const mostNames = 10;

interface Found {
  readonly copied: Copied;
  readonly unread: Set<string>;
  readonly unwritten: Set<string>;
  differing: readonly string[];
}

/** What copying and comparing found, by the directories that were copied to. */
export class CopyAccount {
  private readonly host: Host;
  private readonly directory: string;
  private readonly stamp: string;
  private readonly found = new Map<string, Found>();
  private readonly kinds = new Map<Step, { readonly copied: Copied; readonly is: 'copy' | 'compare' }>();

  /** @param directory for the lists. @param stamp tells the lists of one call from those of another. */
  constructor(host: Host, directory: string, stamp: string) {
    this.host = host;
    this.directory = directory;
    this.stamp = stamp;
  }

  /** The file in which rsync lists what it could not copy. */
  logOf({ device }: Pick<Copied, 'device'>): string {
    const name = device.slice(device.lastIndexOf('/') + 1).replaceAll(/[^\w.-]/g, '_');
    return `${this.directory}/${name}-${this.stamp}.log`;
  }

  /** Has the steps that copy and compare one filesystem. */
  expect(copied: Copied, steps: { readonly copy: Step; readonly compare: Step }): void {
    this.kinds.set(steps.copy, { copied, is: 'copy' });
    this.kinds.set(steps.compare, { copied, is: 'compare' });
    const nothing = { unread: new Set<string>(), unwritten: new Set<string>(), differing: [] };
    this.found.set(copied.device, { copied, ...nothing });
  }

  /** Takes what a step's command printed. */
  take(step: Step, result: CommandResult): void {
    const kind = this.kinds.get(step);
    const found = kind === undefined ? undefined : this.found.get(kind.copied.device);
    if (kind === undefined || found === undefined) return;
    const { copied } = kind;
    const errors =
      kind.is === 'copy' && !succeeded(result)
        ? this.readErrors(copied, result.stderr)
        : parseRsyncErrors(result.stderr, copied.mountPoint);
    for (const name of errors.unread) found.unread.add(name);
    for (const line of errors.unwritten) found.unwritten.add(line);
    if (kind.is === 'compare') found.differing = parseItemized(result.stdout);
  }

  /** Only the end of what a long command printed is kept, so its log tells the whole. */
  private readErrors(copied: Copied, stderr: string): CopyErrors {
    const log = this.host.files.readText(this.logOf(copied));
    return parseRsyncErrors(log.kind === 'read' ? log.value : stderr, copied.mountPoint);
  }

  /** The files of a filesystem that could not be read, by their names in it. */
  unreadOf({ device }: Pick<Copied, 'device'>): readonly string[] {
    return [...(this.found.get(device)?.unread ?? [])].toSorted();
  }

  /** What is missing of the copy, with the whole lists in files; undefined if nothing is. */
  describe(about: Pick<NotWholeProblem, 'name' | 'to' | 'left'>): NotWholeProblem | undefined {
    const unread: string[] = [];
    const differing: string[] = [];
    for (const { copied, unread: own, unwritten, differing: differs } of this.found.values()) {
      const place = (name: string): string => `${copied.to}/${name}`;
      unread.push(...[...own].toSorted().map(place));
      const known = (name: string): boolean =>
        [...own].some((each) => each === name || name.startsWith(`${each.replace(/\/?$/, '')}/`));
      differing.push(...differs.filter((name) => !known(name)).map(place), ...unwritten);
    }
    if (unread.length + differing.length + about.left.length === 0) return undefined;
    const lists = [this.write('unread', unread), this.write('differing', differing)].flatMap(
      (path) => path ?? [],
    );
    const bounded = (names: readonly string[]): Listed => ({
      count: names.length,
      first: names.slice(0, mostNames),
    });
    return {
      kind: 'not-whole',
      ...about,
      unread: bounded(unread),
      differing: bounded(differing),
      unreadBytes: 0,
      lists,
    };
  }

  private write(what: string, names: readonly string[]): string | undefined {
    if (names.length === 0) return undefined;
    const path = `${this.directory}/${what}-${this.stamp}.txt`;
    const written = this.host.files.writeAtomically(path, `${names.join('\n')}\n`, 0o600);
    return written.kind === 'read' ? path : undefined;
  }
}
