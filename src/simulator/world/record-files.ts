import type { Files, Reading, RecordFile } from '../../host/host.ts';
import { addDirectories, type FilesOfWorld } from './file-tree.ts';

/** Files that are written piece by piece. The simulated disk has room for them unless the world says it is full. */
export function createRecords(of: FilesOfWorld): Pick<Files, 'beginRecord' | 'continueRecord'> {
  return {
    beginRecord(path) {
      const refusal = refuse(of);
      if (refusal !== undefined) return refusal;
      of.change((world) => {
        addDirectories(world, path);
        world.files = [...world.files, { path, text: '', mode: 0o600 }];
      });
      return { kind: 'read', value: makeRecordFile(of, path) };
    },
    continueRecord(path) {
      const refusal = refuse(of);
      if (refusal !== undefined) return refusal;
      if (!of.look().files.some((file) => file.path === path)) return { kind: 'missing' };
      const record = makeRecordFile(of, path);
      of.change((world) => {
        // The next record overwrites a torn last line.
        for (const file of world.files)
          if (file.path === path) file.text = file.text.slice(0, file.text.lastIndexOf('\n') + 1);
      });
      return { kind: 'read', value: record };
    },
  };
}

type Refusal = Exclude<Reading<never>, { readonly kind: 'read' }>;

function refuse(of: FilesOfWorld): Refusal | undefined {
  if (!of.identity.isRoot) return { kind: 'not-permitted' };
  const { varFails } = of.look();
  return varFails === undefined ? undefined : { kind: 'failed', reason: varFails };
}

function makeRecordFile(of: FilesOfWorld, path: string): RecordFile {
  const done: Reading<void> = { kind: 'read', value: undefined };
  const replace = (make: (text: string) => { readonly path?: string; readonly text?: string }): void => {
    of.change((world) => {
      world.files = world.files.map((file) => (file.path === path ? { ...file, ...make(file.text) } : file));
    });
  };
  return {
    append(text) {
      replace((before) => ({ text: before + text }));
      return done;
    },
    complete(last) {
      replace(() => ({ path: last }));
      return done;
    },
    close: () => undefined,
  };
}
