import type { Files, Host, Reading } from '../host/host.ts';
import type { Action } from '../model/plan.ts';
import { refusal } from '../model/refusal.ts';
import { refuse } from '../model/refuse.ts';
import { forgetMemory } from '../stacks/dm/memory.ts';
import { changeEntry } from '../stacks/manager/entry.ts';
import { managerLockPath, withManagerLock } from '../stacks/manager/lock.ts';
import { ActionFailure, tellFileMayBeWritten } from './step-fate.ts';

export interface FileChangeContext {
  readonly host: Host;
  /** The volume whose plan changes the file; refusals name it. */
  readonly name: string;
  readonly notify: (message: string) => void;
}

/** Carries out an action that changes a text file: vdoctl's own, or another program's under that program's lock. */
export async function changeFile(
  changing: FileChangeContext,
  action: Exclude<
    Action,
    {
      kind:
        | 'run'
        | 'remember'
        | 'make-writable'
        | 'await-normal'
        | 'account'
        | 'discard-unused'
        | 'write-sums'
        | 'compare-sums'
        | 'hand-over';
    }
  >,
): Promise<void> {
  const { host, name } = changing;
  const { files } = host;
  switch (action.kind) {
    case 'forget':
      tellFileMayBeWritten(() => {
        forgetMemory(files, action.name);
      });
      return;
    case 'manager-entry':
      await withManagerLock(changing, managerLockPath(files), async () => {
        const becomes = await changeEntry(host, action);
        if (becomes !== undefined) require(name, becomes, writeOrRemove(files, becomes));
      });
      return;
    case 'remove-file':
    case 'replace-file': {
      const change = (): void => {
        requireAsItWas(files, name, action);
        require(name, action, writeOrRemove(files, action));
      };
      if (action.lock === undefined) change();
      else await withManagerLock(changing, action.lock, change);
    }
  }
}

type FileAction = Extract<Action, { kind: 'remove-file' | 'replace-file' }>;

function writeOrRemove(files: Files, action: FileAction): Reading<void> {
  return action.kind === 'remove-file'
    ? files.remove(action.path)
    : files.writeAtomically(action.path, action.becomes, action.mode);
}

function requireAsItWas(files: Files, name: string, { path, was }: FileAction): void {
  const now = files.readText(path);
  const isSo = was === null ? now.kind === 'missing' : now.kind === 'read' && now.value === was;
  if (!isSo) refuse(name, 'file-changed-meanwhile', { path });
}

function require(name: string, { kind, path }: FileAction, done: Reading<void>): void {
  if (done.kind === 'read') return;
  const why = done.kind === 'failed' ? done.reason : done.kind;
  const to = kind === 'remove-file' ? 'remove' : 'write';
  throw new ActionFailure(refusal(name, 'file-unwritable', { path, why, to }), 'may-have-acted');
}
