import type { Problem } from '../model/problem.ts';
import type { Asked } from './asked.ts';
import * as dm from './dm/objections.ts';
import type { Look, Seen } from './host-look.ts';
import * as lvm from './lvm/objections.ts';
import * as manager from './manager/objections.ts';

/** What the stack of a volume has against doing anything to it, by the look alone; undefined where that is nothing. */
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
 * The same against one thing that is asked of it.
 *
 * @param name the word for the volume by which it is asked: it may be that of one LV among several.
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
