/**
 * Every trap that VDO, device-mapper, LVM and the classic manager set for programs that drive volumes of these stacks.
 */
export const traps = {
  'no-event-on-mode-change': 'the kernel raises no event when the mode changes: poll',
  'no-volumes-is-no-error': 'without a volume vdostats exits 1, and that is no error of the host',
  'read-only-ends-a-wait': 'a write error sends a recovering volume read-only: read-only ends every wait',
  'restart-recovers': 'read-only in memory and not on disk: a restart recovers it, no forced rebuild',
  'numbers-without-meaning':
    'used and saved mean nothing unless the volume is normal, whatever vdostats prints',
  'stale-page-cache': 'an ordinary read of the super block can return an old state: read it directly',
  'state-4-shows-normal': 'a forced rebuild that was ordered is only seen on the disk of the stopped volume',
  'other-metadata': 'another version, a wrong magic or nonces that differ are not interpreted',
  'stopped-pool-unactivated': 'a stopped pool is read where its extents lie, without activating it',
  'create-blocks': 'the journal is replayed inside dmsetup create, which blocks for long',
  'normal-while-starting':
    'while the journal is replayed the device is suspended, and its status reads normal - closed',
  'stop-in-recovery': 'a volume that is stopped while it recovers recovers again',
  'rebuild-of-a-normal-volume': 'a forced rebuild of a volume that is not read-only must not happen',
  'rebuild-in-use': 'vdoforcerebuild writes to a device that is in use: check holders',
  'rebuild-verified': 'done means normal, and one more read-only recovery',
  'component-needs-yes': 'lvchange -ay of a data LV waits for an answer for ever without -y',
  'component-is-read-only': 'LVM lends the data LV out read-only: vdoforcerebuild needs it writable',
  'settle-before-remove': 'dmsetup remove right after use fails with busy: settle, and retry',
  'same-storage-twice': 'the kernel starts a second VDO over the same storage through another device',
  'clone-of-a-volume': 'a clone has the same UUID and nonce',
  'busy-says-who': 'a mounted or held volume is refused by name of the mount, device or process',
  'suspended-below': 'whatever reads or writes a suspended device hangs past SIGKILL',
  'lvm-hangs': 'LVM reads every device: it is not asked while one is suspended',
  'volume-suspended': 'a volume that is suspended itself reads normal - suspended',
  'name-without-table': 'a dmsetup create that was given up on leaves its name without a table',
  'one-lock-a-volume': 'two programs that work on one volume race',
  'table-not-remembered': 'nothing but vdoctl remembers the table of a dm volume',
  'doubled-dashes': 'a - inside an LVM name is doubled in the dm name',
  'full-is-not-read-only': 'a full volume stays normal, with everything used',
  'several-pieces': 'dmsetup create --table takes one line, and a data LV may lie in several pieces',
  'several-lvs': 'every LV of a pool is deactivated for a rebuild, and those that were active come back',
  'no-progress': 'a recovery may stand still, and that must be said',
  'old-journal': 'a journal in the old format is lost by a forced rebuild',
  'cut-off-rebuild': 'a rebuild that stops halfway is put back, or says what is left',
  'rebuild-of-a-running-volume': 'vdo start --forceRebuild of a running volume rebuilds nothing, and exits 0',
  'import-looks-like-create':
    'an import that was cut off says what a create says, and its cleanup destroys the data',
  'looking-finishes': 'vdo status finishes a growth that was cut off: reading changes things',
  'incomplete-refuses-all':
    'after a create or an import that was cut off the manager takes remove --force only',
  'failed-growth-stays-begun': 'a growth that the kernel refused stays begun in the configuration',
  'worker-is-not-cut-off': 'an operation that is begun in the configuration may be going on right now',
  'manager-lock': 'the manager waits 20 s for its lock, and then fails with the exit code of any failure',
  deactivated: 'vdo start of a deactivated volume starts nothing',
  'sync-over-volatile-cache': 'the write policy sync over a volatile cache loses acknowledged writes',
} as const;

export type TrapId = keyof typeof traps;
