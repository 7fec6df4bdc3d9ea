import type { CopySource } from '../model/copy-advice.ts';

/** Says what the commands of one part of the advice are for. */
export function describeCopySource(source: CopySource): string {
  switch (source.kind) {
    case 'swap':
      return `${source.device} is used as swap: nothing on it has to be kept`;
    case 'running':
      return 'It shows everything until it is stopped: copy its data off before that';
    case 'mounted':
      return `${source.device} is mounted on ${source.path}: unmount it once it is copied`;
    case 'comes-up-read-only':
      return 'It is stopped. Started, it comes up without a replay of its journal, and may show zeros or the data of other files in place of what was written last. The rebuild replays the journal. Done on an overlay of its storage, it shows what a copy has to have';
    case 'rebuild-is-pending':
      return 'It is stopped, and its next start is the rebuild: its data cannot be read before. Done on an overlay of its storage, it shows what a copy has to have';
  }
}
