import { playRows, type Row } from './play.ts';

/** A device as `vdoprepareforlvm` leaves it: its first block zeroed, the metadata at 2 MiB. */
const halfConverted = (input: Parameters<NonNullable<Row['change']>>[0]): typeof input => ({
  ...input,
  images: { '/dev/sdb': ['half-converted.img', 2 * 1024 ** 2] },
});
const withoutEntry = (input: Parameters<NonNullable<Row['change']>>[0]): typeof input => ({
  ...input,
  files: { ...input.files, '/etc/vdoconf.yml': 'config: !Configuration\n  vdos: {}\n  version: 538380551\n' },
});

/** `vdoformat` before 8 writes a geometry block of version 4.0, which the volume keeps for life. */
playRows([
  {
    input: '01-geometry4-dirty',
    words: ['recover', 'my-vdo', '--dry-run'],
    code: 0,
    shows: ['vdo start --name=my-vdo'],
  },
  { input: '01-geometry4-dirty', words: ['list'], code: 0, shows: ['(dirty)', 'will-recover'] },
  {
    input: '01-geometry4-clean',
    words: ['list'],
    code: 0,
    shows: ['(clean)'],
    hides: ['not-a-vdo', 'will-recover'],
  },
  {
    input: '01-geometry4-read-only',
    words: ['recover', 'my-vdo', '--force-rebuild', '--dry-run'],
    code: 0,
    shows: ['vdo start --name=my-vdo --forceRebuild'],
  },
  {
    input: '01-geometry4-clean',
    change: withoutEntry,
    words: ['adopt', 'other', '--device', '/dev/sdb', '--dry-run'],
    code: 0,
    shows: ['Plan: adopt other'],
  },
  {
    input: '01-geometry4-clean',
    change: withoutEntry,
    words: ['create', 'other', '--device', '/dev/sdb', '--stack', 'dm', '--dry-run'],
    code: 8,
    shows: [/holds a VDO \(UUID/],
    hides: ['damaged or newer'],
  },
]);

/** A conversion for LVM, cut off after the metadata was moved and before LVM took the volume over. */
playRows([
  {
    input: '01-geometry4-clean',
    change: halfConverted,
    words: ['list'],
    code: 0,
    shows: ['half-converted'],
    hides: ['not-a-vdo'],
  },
  {
    input: '01-geometry4-clean',
    change: halfConverted,
    words: ['start', 'my-vdo', '--dry-run'],
    code: 8,
    shows: ['half-converted for LVM', 'lvm_import_vdo /dev/sdb'],
  },
  {
    input: '01-geometry4-clean',
    change: (input) => withoutEntry(halfConverted(input)),
    words: ['create', 'other', '--device', '/dev/sdb', '--stack', 'dm', '--wipe', '--dry-run'],
    code: 8,
    shows: ['half-converted for LVM', 'lvm_import_vdo /dev/sdb'],
  },
  {
    input: '01-geometry4-clean',
    change: (input) => withoutEntry(halfConverted(input)),
    words: ['adopt', 'other', '--device', '/dev/sdb', '--dry-run'],
    code: 8,
    shows: ['half-converted for LVM'],
  },
]);
