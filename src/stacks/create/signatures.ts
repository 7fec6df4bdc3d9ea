import type { Host } from '../../host/host.ts';
import { untearable } from '../../model/command.ts';
import type { Step } from '../../model/plan.ts';
import { Failure } from '../../model/problem.ts';
import { refuse } from '../../model/refuse.ts';
import { parseBlkid } from '../../parse/blkid.ts';
import { exitAmbivalent, exitNothingFound, probe } from '../blkid.ts';
import { readMetadataOf, refuseHalfConverted, whyUnread } from '../metadata.ts';
import { toolFailure } from '../tool-result.ts';
import { runStep } from '../shared-steps.ts';

/** What a device holds, in words: `ext4`, `an LVM physical volume`. Empty if it holds nothing known. */
export async function findSignatures(host: Host, path: string): Promise<readonly string[]> {
  const [result, metadata] = await Promise.all([host.run(probe(path)), readMetadataOf(host, path)]);
  const found = new Set<string>();
  if (metadata.kind === 'read') found.add(`a VDO (UUID ${metadata.geometry.uuid})`);
  else if (metadata.kind === 'half-converted') refuseHalfConverted(path, path, metadata);
  else if (metadata.kind === 'not-understood') found.add('a damaged or newer VDO');
  else if (metadata.kind !== 'not-vdo') refuseUnreadable(path, whyUnread(metadata));
  const { outcome } = result;
  if (outcome.kind !== 'exited') throw new Failure(toolFailure(result));
  if (outcome.code === exitAmbivalent) found.add(contradiction);
  else if (outcome.code !== 0 && outcome.code !== exitNothingFound) throw new Failure(toolFailure(result));
  if (outcome.code === exitNothingFound && result.stderr.trim() !== '')
    refuseUnreadable(path, result.stderr.trim());
  for (const each of outcome.code === 0 ? nameSignatures(result.stdout) : []) found.add(each);
  return [...found];
}

const contradiction = 'several signatures that contradict each other';

/** What a device holds besides a VDO, according to blkid; undefined if blkid cannot tell. */
export async function askSignatures(host: Host, path: string): Promise<readonly string[] | undefined> {
  const { outcome, stdout, stderr } = await host.run(probe(path));
  if (outcome.kind !== 'exited') return undefined;
  if (outcome.code === exitAmbivalent) return [contradiction];
  if (outcome.code === exitNothingFound) return stderr.trim() === '' ? [] : undefined;
  if (outcome.code !== 0) return undefined;
  try {
    return nameSignatures(stdout);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function nameSignatures(stdout: string): readonly string[] {
  return parseBlkid(stdout).flatMap(([key, value]) => {
    if (key === 'TYPE' && value !== 'vdo') return [nameType(value)];
    return key === 'PTTYPE' ? [`a partition table (${value})`] : [];
  });
}

/** A device that cannot be read may not be empty. */
function refuseUnreadable(device: string, why: string): never {
  refuse(device, 'storage-unreadable', { device, why });
}

function nameType(type: string): string {
  return type === 'LVM2_member' ? 'an LVM physical volume' : type;
}

/** Erases every signature of the device. */
export function wipeStep(path: string): Step {
  return {
    ...runStep(`Erase what ${path} holds`, untearable('wipefs', ['--all', path]), [
      { kind: 'no-vdo', device: path },
    ]),
    before: [{ kind: 'unused', device: path }],
    leaves: `what ${path} held is erased`,
    // Once the new VDO is there, nothing is left to erase.
    unless: [{ kind: 'holds-vdo', device: path, uuid: null }],
  };
}
