import type { Files } from '../host/host.ts';
import type { Action, Plan } from '../model/plan.ts';
import { refuse } from '../model/refuse.ts';
import { pathOf } from '../stacks/dm/memory.ts';
import { configPath } from '../model/vdoconf.ts';

/** The most that a volume's file, or an entry in the manager's configuration, grows by. */
const roomBytes = 16 * 1024;

/**
 * Proves that the plan can write every file it has to, with room to spare. Found out only after a step that cannot be
 * undone, a failing write would leave the work half-done.
 *
 * @throws Failure `refused` with the file and the reason if it cannot; nothing is changed.
 */
export function proveWritable(files: Files, { volume, steps }: Plan): void {
  const room = new Map<string, number>();
  for (const [path, bytes] of steps.flatMap(({ action }) => listWritten(action)))
    room.set(path, Math.max(bytes, room.get(path) ?? 0));
  for (const [path, bytes] of room) {
    const proved = files.proveWritable(path, bytes);
    if (proved.kind === 'read') continue;
    const why = proved.kind === 'failed' ? proved.reason : proved.kind;
    refuse(volume, 'file-unwritable', { path, why, to: 'write' });
  }
}

function listWritten(action: Action): (readonly [path: string, bytes: number])[] {
  switch (action.kind) {
    case 'remember':
      return [[pathOf(action.remembered.name), roomBytes]];
    case 'forget':
      return [[pathOf(action.name), 0]];
    case 'remove-file':
      return [[action.path, 0]];
    case 'replace-file':
      return [[action.path, Buffer.byteLength(action.becomes)]];
    case 'manager-entry':
      return [[configPath, roomBytes]];
    case 'run':
    case 'make-writable':
    case 'await-normal':
    case 'account':
    case 'discard-unused':
    case 'write-sums':
    case 'compare-sums':
    case 'hand-over':
      return [];
  }
}
