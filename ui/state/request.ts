import type { Origin } from '../../src/operations/salvage/types.ts';
import type { WrittenSize } from '../../src/model/size.ts';
import type { VolumeSpec } from '../../src/model/volume-spec.ts';

/** What a person asks of the screen: each is one operation of the program. */
export type Request =
  | {
      readonly kind:
        | 'start'
        | 'stop'
        | 'recover'
        | 'rebuild'
        | 'rehearse'
        | 'cleanup'
        | 'remove'
        | 'grow-physical'
        | 'reclaim';
      readonly name: string;
    }
  | { readonly kind: 'grow-logical'; readonly name: string; readonly size: WrittenSize }
  | {
      readonly kind: 'salvage';
      readonly name: string;
      readonly to: string;
      readonly as: 'image' | 'by-its-name';
      readonly origin: Origin;
    }
  | { readonly kind: 'backup'; readonly name: string; readonly to: string; readonly keep: number }
  | { readonly kind: 'compression'; readonly name: string; readonly value: 'on' | 'off' }
  | { readonly kind: 'create'; readonly name: string; readonly spec: VolumeSpec };

const titles: Readonly<Record<Request['kind'], string>> = {
  start: 'Start',
  stop: 'Stop',
  recover: 'Recover',
  rebuild: 'Forced rebuild of',
  rehearse: 'Rehearse the forced rebuild of',
  cleanup: 'Clean up',
  remove: 'Remove',
  reclaim: 'Reclaim the space of',
  salvage: 'Copy the data off',
  backup: 'Back up',
  'grow-physical': 'Grow the physical size of',
  'grow-logical': 'Grow the logical size of',
  compression: 'Set compression of',
  create: 'Create',
};

/** What is asked for, as the title of the operation. */
export function titleOf({ kind, name }: Request): string {
  return `${titles[kind]} ${name}`;
}
