import type { Host } from '../../host/host.ts';
import type { WritePolicy } from '../../model/vdoconf.ts';
import type { Look, Seen } from '../host-look.ts';
import { findVolatileDisks } from './config.ts';

/** What each policy promises for a write that the volume has acknowledged. */
export const writePolicyMeanings: Readonly<Record<WritePolicy, string>> = {
  sync: 'the volume takes an acknowledged write for durable; right only if the storage has no volatile cache',
  async:
    'a write is durable once it is flushed; a power cut can lose what was not, as on any disk with a cache',
  'async-unsafe':
    'as async, but a power cut may also leave a block with neither its old nor its new content in order (no ACID)',
  auto: 'the manager chooses sync or async by what the storage reports of its cache',
};

/** What the policy means for the data, with a warning if it is wrong for the storage. */
export function explainWritePolicy(
  { files }: Host,
  { devices }: Look,
  { found }: Seen,
  policy: WritePolicy,
): string {
  const meaning = `write policy ${policy}: ${writePolicyMeanings[policy]}`;
  const disks = found.storage === undefined ? [] : findVolatileDisks(files, devices, found.storage);
  if (policy !== 'sync' || disks.length === 0) return meaning;
  const names = disks.map(({ path }) => path).join(', ');
  return `${meaning}. WARNING: ${names} has a volatile cache (write back): a power cut loses acknowledged writes`;
}
