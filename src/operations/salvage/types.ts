import type { LeftContents } from '../../model/saving-refusals.ts';
import type { UsedSpace } from '../../parse/filesystem.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import type { DataDevice } from '../../stacks/saving/contents.ts';
import type { Session } from '../session.ts';

/** What is copied: what the running volume shows, or the rehearsal of its forced rebuild that was kept. */
export type Origin = 'volume' | 'rehearsal';

export interface SalvageOptions {
  readonly origin: Origin;
  /** The absolute path of a directory, a file or a block device. */
  readonly to: string;
  /** `image`: to a file, even if nothing in its name says so. */
  readonly as: 'image' | 'by-its-name';
  /** Copies what a volume shows that came up read-only. */
  readonly despite: 'unreplayed-journal' | undefined;
}

export interface Salvaged {
  readonly name: string;
  readonly outcome: 'salvaged' | 'only-shown';
}

/** What there is to copy. */
export interface CopySources {
  readonly devices: readonly DataDevice[];
  /** What belongs to it and is not there to be copied. */
  readonly lacks: readonly LeftContents[];
}

/** One call: the volume as it was asked for, and what to do with it. */
export interface Salvage extends CopySources {
  readonly session: Session;
  readonly look: Look;
  readonly seen: Seen;
  readonly origin: Origin;
}

/** A filesystem to be copied. */
export interface Copied {
  readonly device: string;
  readonly type: string;
  /** Where vdoctl mounts it. */
  readonly mountPoint: string;
  /** Where it is mounted already. */
  readonly from: string | undefined;
  /** The directory that it is copied to. */
  readonly to: string;
  /** What it uses, where its tool tells. */
  readonly used: UsedSpace | undefined;
}
