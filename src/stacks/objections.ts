import type { Problem } from '../model/problem.ts';
import type { Asked } from './asked.ts';
import * as dm from './dm/objections.ts';
import type { Look, Seen } from './host-look.ts';
import * as lvm from './lvm/objections.ts';
import * as manager from './manager/objections.ts';

/** Why the volume's stack forbids any operation on it, judged from the look alone; undefined if it does not. */
export function findObjection(look: Look, seen: Seen): Problem | undefined {
  switch (seen.volume.stack) {
    case 'dm':
      return dm.findObjection(seen);
    case 'lvm':
      return lvm.findObjection(look, seen);
    case 'manager':
      return manager.findObjection(look, seen);
  }
}

/**
 * Why the volume's stack forbids this one operation.
 *
 * @param name the user's name for the volume: it may be that of one LV among several.
 */
export function findObjectionTo(seen: Seen, asked: Asked, name: string): Problem | undefined {
  switch (seen.volume.stack) {
    case 'dm':
      return dm.findObjectionTo(seen, asked);
    case 'lvm':
      return lvm.findObjectionTo(seen, asked, name);
    case 'manager':
      return manager.findObjectionTo(seen, asked);
  }
}
