/** What a stack can be asked to do to a volume, as far as some of it may stand against one and not against another. */
export type Asked =
  | 'start'
  | 'stop'
  | 'force-rebuild'
  | 'remove'
  | 'grow-logical'
  | 'grow-physical'
  | 'set-compression'
  | 'set-deduplication'
  | 'set-write-policy';
