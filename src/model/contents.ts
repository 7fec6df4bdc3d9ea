/** What lies on a device, as blkid tells it. */
export type Contents =
  | FilesystemContents
  /** A partition table. `scheme`: `dos`, `gpt`. */
  | { readonly kind: 'partitions'; readonly scheme: string }
  | { readonly kind: 'lvm' }
  | { readonly kind: 'luks' }
  | { readonly kind: 'swap' }
  /** Nothing that blkid knows. */
  | { readonly kind: 'nothing' }
  /** Something else that blkid knows, by its name for it. */
  | { readonly kind: 'other'; readonly type: string }
  /** `why`: why nobody can tell, in words. */
  | { readonly kind: 'unknown'; readonly why: string };

export interface FilesystemContents {
  readonly kind: 'filesystem';
  /** As mount(8) takes it: `ext4`. */
  readonly type: string;
  readonly uuid: string | null;
  readonly label?: string;
}
