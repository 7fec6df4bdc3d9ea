import type { CopySource } from '../model/copy-advice.ts';

/** Says what the commands of one part of the advice are for. */
export function describeCopySource(source: CopySource): string {
  switch (source.kind) {
    case 'swap':
      return `${source.device} is used as swap: nothing on it has to be kept`;
    case 'mounted':
      return `${source.device} is mounted on ${source.path}: read it from there`;
    case 'filesystem':
      return `${source.device} holds ${source.type}: mount it without replaying its journal, and copy`;
    case 'device': {
      const what = source.held.length === 0 ? 'nothing that is known' : source.held.join(' and ');
      return `${source.device} holds ${what}: copy it as a whole`;
    }
    case 'comes-up-read-only':
      return 'It is stopped. Started, it comes up read-only and can be read: start it, then come back here';
    case 'rebuild-is-pending':
      return 'It is stopped, and its next start is the rebuild: its data cannot be read before. What can be kept is an image of its storage device';
  }
}
