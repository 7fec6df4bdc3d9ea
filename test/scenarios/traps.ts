/** Every trap that VDO, device-mapper and LVM set for whoever drives volumes of the stacks dm and lvm. */
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
  'cut-off-rebuild': 'a rebuild that stops halfway is put back, or says what is left',
} as const;

export type TrapId = keyof typeof traps;
