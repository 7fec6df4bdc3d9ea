import type { CaseInput } from './case-host.ts';
import { playRows } from './play.ts';

/** An operation that cannot end well is refused before its first step. */
playRows([
  {
    input: '06-grow-too-many-slabs',
    words: ['grow', 'my-vdo', '--physical', '--dry-run'],
    code: 8,
    shows: ['10238', '8192', /16(\.0)? ?T/],
  },
  { input: '06-grow-too-many-slabs', words: ['list'], code: 0, shows: ['switched-off'] },
  {
    input: '06-grow-too-many-slabs',
    words: ['check'],
    code: 2,
    shows: ['compression and deduplication are configured on, but off in the kernel'],
  },
  {
    input: '06-grow-too-many-slabs',
    words: ['status', 'my-vdo'],
    code: 0,
    shows: ['vdoctl set my-vdo compression=on deduplication=on'],
  },
  {
    input: '08-start-without-memory',
    words: ['start', 'big', '--dry-run'],
    code: 8,
    shows: ['memory', '32.0 GiB for its block map cache'],
  },
  { input: '08-start-without-memory', words: ['recover', 'big', '--dry-run'], code: 8, shows: ['memory'] },
  ...[
    ['of which the kernel tells nothing', ''],
    ['of an older kernel', 'MemTotal: 4000000 kB\nMemFree: 2000000 kB\n'],
    ['with swap for it', 'MemAvailable: 2000000 kB\nSwapFree: 40000000 kB\n'],
  ].map(([what = '', meminfo = '']) => ({
    input: '08-start-without-memory',
    what,
    change: (input: CaseInput) => ({ ...input, files: { ...input.files, '/proc/meminfo': meminfo } }),
    words: ['start', 'big', '--dry-run'],
    code: 0,
    shows: ['dmsetup create big'],
  })),
  {
    input: '09-create-20TiB-manager',
    words: ['create', 'x', '--device', '/dev/sdb', '--dry-run'],
    code: 0,
    shows: ['--vdoSlabSize=4096M'],
  },
  {
    input: '09-create-20TiB-manager',
    words: ['create', 'vg/p', '--device', '/dev/sdb', '--dry-run'],
    code: 0,
    shows: ['vdo_slab_size_mb=4096'],
  },
  {
    input: '09-create-20TiB-manager',
    what: 'the kernel formats, and vdoformat is not installed',
    change: (input: CaseInput) => ({
      ...input,
      tools: {
        ...input.tools,
        dmsetup: [['targets', 'vdo              v9.2.0\n'], ...(input.tools?.['dmsetup'] ?? [])],
      },
    }),
    words: ['create', 'x', '--stack', 'dm', '--device', '/dev/sdb', '--dry-run'],
    code: 0,
    shows: [/dd if=\/dev\/zero of=\/dev\/sdb [^]*indexMemory 0.25 indexSparse off slabSize 1048576/],
    hides: ['vdoformat'],
  },
  {
    input: '09-create-300TiB',
    words: ['create', 'x', '--device', '/dev/sdb', '--dry-run'],
    code: 8,
    shows: ['256 TiB'],
    hides: ['larger --slab-size'],
  },
  {
    input: '10-create-on-a-vdo',
    words: ['create', 'up', '--device', '/dev/mapper/my-vdo', '--dry-run'],
    code: 8,
    shows: ['my-vdo'],
  },
]);
