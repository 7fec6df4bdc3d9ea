import { scanExtents, setAside } from '../../model/preflight-schema.ts';
import { findSetting } from '../../model/settings.ts';
import { listCommand } from './list.ts';
import { allVolumes, anyVolumes, oneVolume, timeout, type CommandSpec, watchOption } from './spec.ts';

/** Seeing volumes, and bringing them up and down. */
export const volumeCommands: readonly CommandSpec[] = [
  listCommand,
  {
    name: 'status',
    called: ['show', 'info', 'display', 'get', 'describe', 'inspect', 'lvdisplay', 'dmsetup'],
    summary: 'Everything known about volumes: mode, disk, recovery, sizes, holders, alerts',
    description: [
      'For a stopped volume it reads the super block on its storage and says what the next start will do.',
      'Sizes that mean nothing in the current mode are shown as unknown, never as a number.',
    ],
    positional: anyVolumes,
    options: [],
    examples: ['vdoctl status my-vdo', 'vdoctl status vg/pool --json'],
    json: 'document',
    effect: 'looks',
  },
  {
    name: 'stats',
    summary: 'What the kernel counts of a running volume, and with --watch how fast',
    description: [
      'Requests in and out, advice of the deduplication index, journals, block map and slab journals, each named as vdostats ' +
        'names it. The manual says what each is.',
    ],
    positional: oneVolume,
    options: [watchOption('print what has changed, with its rate per second')],
    examples: ['vdoctl stats my-vdo', 'vdoctl stats my-vdo --watch 10', 'vdoctl stats vg/pool --json'],
    json: 'document',
    effect: 'looks',
  },
  {
    name: 'check',
    called: ['health', 'nagios', 'icinga'],
    summary: 'A monitoring plugin: one line with performance data; ok, warning, critical or unknown',
    description: [
      'For Nagios, Icinga and whatever else calls plugins, with their exit codes: 0 ok, 1 warning, 2 critical, ' +
        '3 unknown; unknown also for a wrong command line, without root, and when there is no answer in time.',
      'Critical: read-only, now or at the next start; the volume or its storage suspended; its storage missing, ' +
        'unreadable or shared; a stalled recovery (seen only by the second call); an operation that was cut off; used ' +
        'space beyond the critical threshold. Warning: recovering, starting, or crashed and not started again; the ' +
        'index failed; used space beyond the warning threshold. For a volume that is only stopped, the setting ' +
        'check-stopped decides.',
    ],
    positional: anyVolumes,
    options: [
      {
        name: 'warning',
        alias: 'w',
        type: 'text',
        value: 'PERCENT',
        default: findSetting('space-warning').default,
        setting: 'space-warning',
        mayBeRange: true,
        description:
          'Warn when this much of the physical space is used; with a colon, when it is outside a range as plugins ' +
          'take them (10:20, ~:80), or inside (@80:100).',
      },
      {
        name: 'critical',
        alias: 'c',
        type: 'text',
        value: 'PERCENT',
        default: findSetting('space-critical').default,
        setting: 'space-critical',
        mayBeRange: true,
        description: 'Say critical when this much is used, or it is outside a range.',
      },
      {
        name: 'timeout',
        alias: 't',
        type: 'duration',
        value: 'TIME',
        default: findSetting('check-timeout').default,
        setting: 'check-timeout',
        description: 'Say unknown after this time (10s, 1m).',
      },
      {
        name: 'changes',
        type: 'flag',
        description:
          'For a log: instead of the line, print each volume whose mode has changed since the last call with ' +
          '--changes; print nothing if none has.',
      },
    ],
    examples: ['vdoctl check', 'vdoctl check archive vg/pool -w 80 -c 90 --timeout 10s'],
    json: 'document',
    effect: 'looks',
  },
  {
    name: 'doctor',
    called: ['diagnose', 'lint'],
    summary: 'What is wrong with volumes, or will be, and the command that mends it',
    description: [
      'Tells every alert of a look, and asks the host for what no look asks: whether the kernel can run a VDO and the ' +
        'tools fit it; whether what /etc/fstab mounts is started before; whether deleted files give their space back; ' +
        'tasks that hung; clones; memory for what is to start. It changes nothing.',
      'Each finding has a code for explain. A finding does not change the exit code: for monitoring there is check.',
    ],
    positional: anyVolumes,
    options: [],
    examples: ['vdoctl doctor', "vdoctl doctor vg/pool --json | jq -r '.volumes[].findings[].code'"],
    json: 'document',
    effect: 'looks',
  },
  {
    name: 'wait',
    summary: 'Wait until volumes are normal, or their statistics, index or storage are ready',
    description: [
      'Changes nothing. If the volume goes read-only, the wait ends with exit code 6.',
      'With --for storage the volume may be stopped, as at boot: it waits until the device, or the volume group of an ' +
        'LVM pool, is found. If somebody else starts the volume meanwhile, it waits for the end of that start.',
      'Of several volumes it waits for each; --timeout is for all of them together.',
    ],
    positional: { ...anyVolumes, description: 'Volumes to wait for.' },
    options: [
      allVolumes,
      {
        name: 'for',
        type: 'text',
        value: 'WHAT',
        choices: ['normal', 'statistics', 'index', 'storage'],
        required: true,
        description:
          'What to wait for: normal (the mode), statistics (numbers instead of N/A), index (online), storage (found).',
      },
      timeout,
    ],
    examples: ['vdoctl wait my-vdo --for normal --timeout 30m', 'vdoctl wait --all --for normal'],
    json: 'events',
    effect: 'acts',
  },
  {
    name: 'start',
    called: ['up', 'activate', 'resume', 'open', 'enable', 'run'],
    summary: 'Start stopped volumes',
    description: [
      'First checks that the storage exists, holds this VDO, is large enough, and is used by no other volume.',
      'A crashed volume recovers once it is started. If the volume comes up read-only, it is left running, so that it can be read: exit code 6.',
      'Volumes are started one after the other, and one that fails keeps none of the others from its turn. With --all ' +
        'those that lie on others come after these; with --wait, too, they recover side by side.',
    ],
    positional: { ...anyVolumes, description: 'Volumes to start.' },
    options: [allVolumes, { name: 'wait', type: 'flag', description: 'Wait until it is normal.' }, timeout],
    examples: ['vdoctl start my-vdo --wait', 'vdoctl start archive vg/pool', 'vdoctl start --all'],
    json: 'events',
    effect: 'acts',
  },
  {
    name: 'stop',
    called: ['down', 'deactivate', 'close', 'disable', 'shutdown'],
    summary: 'Stop volumes that nobody uses',
    description: [
      'Refuses a volume in use, and names what uses it. Safe during a recovery: the volume recovers at its next start.',
      'With --all it stops what can be stopped, those that lie on others before these, and names what is in use (exit code 8). ' +
        'So it names what is read-only, and leaves it running: it may show its data only as long as it runs.',
    ],
    positional: { ...anyVolumes, description: 'Volumes to stop.' },
    options: [allVolumes],
    examples: ['vdoctl stop my-vdo', 'vdoctl stop archive vg/pool', 'vdoctl stop --all'],
    json: 'document',
    effect: 'acts',
  },
  {
    name: 'recover',
    called: ['repair', 'fix', 'rebuild', 'fsck', 'heal'],
    summary: 'Bring volumes back to normal by whatever it takes and is authorised',
    description: [
      'Starts a stopped volume, waits for its online recovery, and restarts one that went read-only only because its ' +
        'storage failed for a while. A volume whose disk says read-only needs a forced rebuild, which can lose data: ' +
        'without --force-rebuild it is refused with exit code 6; with it, vdoctl asks you to confirm.',
      'Before a forced rebuild it reads the storage for errors, each leg of a RAID by itself, asks the kernel log, smartctl ' +
        'where it is installed, and RAIDs, and looks whether a thin pool, a snapshot or the filesystem behind a loop device ' +
        'beneath has room for what the rebuild writes. A bad disk or a lack of room is refused with exit code 8, unless ' +
        '--despite names it. The plan tells what was found, and which copies of the volume the journal knows.',
      'A normal volume is left alone.',
    ],
    positional: { ...anyVolumes, description: 'Volumes to recover.' },
    options: [
      allVolumes,
      {
        name: 'force-rebuild',
        type: 'flag',
        description: 'Force a rebuild of a read-only volume. It can lose data. Asks first.',
      },
      {
        name: 'scan',
        type: 'text',
        value: 'EXTENT',
        choices: scanExtents,
        default: 'sample',
        description:
          'How much of the storage is read for errors before a forced rebuild: its metadata and a sample of the rest, or all of it.',
      },
      {
        name: 'despite',
        type: 'text',
        value: 'REASONS',
        listOf: setAside,
        description: `Force the rebuild in spite of what was found beforehand: ${setAside.join(', ')}, or both with a comma between.`,
      },
      timeout,
    ],
    examples: [
      'vdoctl recover my-vdo',
      'vdoctl recover my-vdo --force-rebuild --dry-run',
      'vdoctl recover my-vdo --force-rebuild --scan full',
      'vdoctl recover --all --yes --json --timeout 1h',
    ],
    json: 'events',
    effect: 'acts',
  },
  {
    name: 'adopt',
    called: ['import', 'take-over'],
    summary: '(dm stack) Remember a volume that vdoctl did not make',
    description: [
      'Nothing else remembers the table of a volume of the dm stack across a reboot, so vdoctl keeps it in ' +
        '/etc/vdoctl/volumes. It reads the table of a running volume, and the storage device of a stopped one.',
    ],
    positional: oneVolume,
    options: [
      {
        name: 'device',
        type: 'text',
        value: 'DEV',
        completes: 'devices',
        description: 'The storage device of a stopped volume.',
      },
    ],
    examples: ['vdoctl adopt my-vdo', 'vdoctl adopt my-vdo --device /dev/disk/by-id/wwn-0x5000c500a1b2c3d4'],
    json: 'document',
    effect: 'acts',
  },
  {
    name: 'repair-geometry',
    summary: "Write back the first block of a volume's storage that was wiped",
    description: [
      'vdoctl keeps a copy for each volume that it has seen healthy, and writes it back if the super block on the storage ' +
        'has the same nonce. It asks first, and writes nothing but these 4096 bytes.',
      'Do not start a volume whose first block is zeros by any means: newer kernels format it.',
    ],
    positional: oneVolume,
    options: [],
    examples: ['vdoctl repair-geometry my-vdo --dry-run', 'vdoctl repair-geometry vg/pool'],
    json: 'document',
    effect: 'acts',
  },
  {
    name: 'reclaim',
    called: ['trim', 'fstrim', 'discard'],
    summary: 'Bring a full volume back: give back what the filesystems on it do not use',
    description: [
      'Trims the mounted filesystems, and says what was really freed. A filesystem that the kernel gave up when space ran ' +
        'out (ext4 with an aborted journal, XFS shut down) is unmounted, its journal replayed, trimmed, checked and ' +
        'mounted again; that asks first.',
      'A replay needs room. Where there is none, it is made first, without a write: the journal is replayed on an overlay, which ' +
        'shows what the filesystem does not use. If that is too little, the commands are told that grow the volume.',
    ],
    positional: oneVolume,
    options: [],
    examples: ['vdoctl reclaim my-vdo --dry-run', 'vdoctl reclaim vg/pool'],
    json: 'events',
    effect: 'acts',
  },
];
