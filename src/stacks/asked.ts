/** What a stack can be asked to do to a volume, split wherever an objection may concern one request but not another. */
export type Asked =
  | 'start'
  | 'stop'
  | 'force-rebuild'
  | 'remove'
  | 'grow-logical'
  | 'grow-physical'
  | 'set-compression'
  | 'set-deduplication'
  | 'set-write-policy'
  | 'set-tunables'
  | 'rename';
