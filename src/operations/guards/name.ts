import { heed, refuse } from '../../model/refuse.ts';
import type { Look } from '../../stacks/host-look.ts';
import { findUnreadable } from '../rules/state.ts';
import { findUnsettled } from '../unsettled.ts';

/** A name that a volume is to get is nobody's. */
export function guardName(look: Look, name: string): void {
  heed(findUnreadable(look, name));
  const seen = look.seen.find(({ volume }) => volume.name === name || volume.aliases.includes(name));
  if (seen !== undefined) {
    heed(findUnsettled(seen));
    const { stack, state } = seen.volume;
    refuse(name, 'volume-exists', { stack, state });
  }
  const taken = look.devices.withDmName(name);
  if (taken !== undefined) refuse(name, 'name-taken', { dmName: name, device: taken.path });
}
