import { changing } from '../../model/command.ts';
import { freezeMarks, guardWords } from '../../model/freezing.ts';
import type { Step } from '../../model/plan.ts';

/** Steps that keep a mounted filesystem from changing for a moment. Whoever writes to it then waits. */

export interface Frozen {
  /** Path of its device. */
  readonly device: string;
  /** Where vdoctl has it mounted: all mounts of a filesystem are frozen together. */
  readonly path: string;
  readonly ms: number;
  /** The generation that it is frozen for: the guard of an earlier one must not take its mark for its own. */
  readonly generation: string;
}

/** What there is to write takes as long as the disk takes for it; before the freeze everything was written once. */
const freezeLimitMs = 10_000;

function markOf({ path, generation }: Pick<Frozen, 'path' | 'generation'>): string {
  return `${freezeMarks}/${path.slice(path.lastIndexOf('/') + 1)}@${generation}`;
}

/** Freezes it. First it is made sure that it is thawed in time, whatever becomes of vdoctl. */
export function freezeSteps(frozen: Frozen): readonly Step[] {
  const { device, path, ms } = frozen;
  const mark = markOf(frozen);
  const seconds = Math.ceil(ms / 1000);
  return [
    {
      title: `Have everything on ${path} written to its disk`,
      before: [{ kind: 'answers', device }],
      action: { kind: 'run', command: changing('sync', ['--file-system', path], 60 * 60_000) },
      ifStopped: 'waited-for',
    },
    {
      title: `Mark ${path} as frozen by vdoctl`,
      action: { kind: 'run', command: changing('mkdir', ['-m', '0700', '-p', mark]) },
      after: [{ kind: 'directory', path: mark }],
      undo: [removeMark(mark)],
    },
    {
      title: `Have it thawed in ${String(seconds)} s, whatever happens`,
      action: { kind: 'run', command: changing('setsid', guardWords(mark, seconds, path)) },
    },
    {
      title: `Freeze ${path}: who writes there waits`,
      before: [
        { kind: 'mounted', path, device },
        { kind: 'answers', device },
      ],
      action: { kind: 'run', command: changing('fsfreeze', ['-f', path], freezeLimitMs) },
      // One that fails has frozen nothing: somebody else's freeze is not ours to thaw.
      undo: [{ ...thaw(path), mayFail: true }],
    },
  ];
}

/** Thaws it. Fails where it is thawed already: then what was read meanwhile is worth nothing. */
export function thawSteps(frozen: Pick<Frozen, 'path' | 'generation'>): readonly Step[] {
  const { path } = frozen;
  return [{ ...thaw(path), title: `Thaw ${path}, which has to be frozen still` }, removeMark(markOf(frozen))];
}

function thaw(path: string): Step {
  return {
    title: `Thaw ${path}`,
    action: { kind: 'run', command: changing('fsfreeze', ['-u', path], freezeLimitMs) },
  };
}

function removeMark(mark: string): Step {
  return {
    title: `Remove the mark ${mark}`,
    action: { kind: 'run', command: changing('rmdir', [mark]) },
    after: [{ kind: 'no-directory', path: mark }],
  };
}
