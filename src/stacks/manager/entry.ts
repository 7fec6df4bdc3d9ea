import type { Host } from '../../host/host.ts';
import type { Action, Expectation, Step } from '../../model/plan.ts';
import { refuse } from '../../model/refuse.ts';
import { readMetadataOf, refuseHalfConverted, whyUnread } from '../metadata.ts';
import { findUnread, readManager } from './config.ts';
import { managerLockPath } from './lock.ts';
import { configPath } from '../../model/vdoconf.ts';

/** Changes to a volume's entry in the manager's configuration; they touch nothing else. */

/** The mode with which the manager creates the file. */
const configMode = 0o644;

type FileAction = Extract<Action, { kind: 'remove-file' | 'replace-file' }>;

function readText({ files }: Host, name: string): string {
  const text = files.readText(configPath);
  if (text.kind === 'read') return text.value;
  refuse(name, 'file-unreadable', {
    path: configPath,
    why: text.kind === 'failed' ? text.reason : text.kind,
  });
}

/** Removes the entry only: no device is written to. The undo restores it as it was. */
export async function takeOutStep(host: Host, name: string, state: string, title: string): Promise<Step> {
  const was = readText(host, name);
  const gone = await withoutEntry(host, was, name);
  const back: FileAction = {
    kind: 'replace-file',
    path: configPath,
    was: gone.kind === 'remove-file' ? null : gone.becomes,
    becomes: was,
    mode: configMode,
    change: `with the entry of ${name} again`,
    lock: managerLockPath(host.files),
  };
  const isBack: Expectation = { kind: 'manager-state', name, oneOf: [state] };
  return {
    title,
    action: gone,
    after: [{ kind: 'manager-state', name, oneOf: [] }],
    undo: [{ title: `Put the entry of ${name} back`, action: back, after: [isBack] }],
  };
}

async function withoutEntry({ files }: Host, was: string, name: string): Promise<FileAction> {
  const { removeEntry } = await import('../../parse/vdoconf.ts');
  const becomes = removeEntry(was, name);
  const lock = managerLockPath(files);
  if (becomes === undefined) return { kind: 'remove-file', path: configPath, was, lock };
  const change = `without the entry of ${name}`;
  return { kind: 'replace-file', path: configPath, was, becomes, mode: configMode, change, lock };
}

/** Marks the operation as finished, which it is by the disk and the kernel, and records the sizes on the disk. */
export async function finishStep(host: Host, name: string, device: string, title: string): Promise<Step> {
  const was = readText(host, name);
  return {
    title,
    action: await withFinished(host, was, name, device),
    after: [{ kind: 'manager-state', name, oneOf: ['finished'] }],
  };
}

async function withFinished(host: Host, was: string, name: string, device: string): Promise<FileAction> {
  const metadata = await readMetadataOf(host, device);
  if (metadata.kind === 'not-understood') throw metadata.failure;
  if (metadata.kind === 'half-converted') refuseHalfConverted(name, device, metadata);
  if (metadata.kind === 'not-vdo') refuse(name, 'not-a-vdo', { device });
  if (metadata.kind !== 'read') refuse(name, 'storage-unreadable', { device, why: whyUnread(metadata) });
  const { finishEntry } = await import('../../parse/vdoconf-edit.ts');
  const becomes = finishEntry(was, name, metadata.superBlock);
  const lock = managerLockPath(host.files);
  const change = `${name} is finished`;
  return { kind: 'replace-file', path: configPath, was, becomes, mode: configMode, change, lock };
}

/**
 * The content that a `manager-entry` action writes, made from the file as it is now; undefined if the entry is gone.
 * Call it with the manager's lock held.
 */
export async function changeEntry(
  host: Host,
  { name, becomes }: Extract<Action, { kind: 'manager-entry' }>,
): Promise<FileAction | undefined> {
  const { volumes, missing } = await readManager(host);
  const unread = findUnread(missing, name);
  if (unread !== undefined) refuse(name, 'manager-entry-unread', { why: unread.why });
  const managed = volumes.get(name);
  if (managed === undefined) return undefined;
  const was = readText(host, name);
  return becomes === 'taken-out'
    ? withoutEntry(host, was, name)
    : withFinished(host, was, name, managed.device);
}
