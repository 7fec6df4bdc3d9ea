import { findSetting } from '../../model/settings.ts';
import { anyVolumes, oneVolume, timeout, type CommandSpec } from './spec.ts';

/** Seeing volumes, and bringing them up and down. */
export const volumeCommands: readonly CommandSpec[] = [
  {
    name: 'list',
    summary: 'Every volume of every stack, running or not, a line each',
    description: [
      'Shows volumes that vdoctl did not make, too. Without root it shows what can be seen, and says what is missing.',
    ],
    options: [],
    examples: ['vdoctl list', 'vdoctl list --json | jq \'.volumes[] | select(.mode != "normal") | .name\''],
    json: 'document',
    effect: 'looks',
  },
  {
    name: 'status',
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
    name: 'check',
    summary: 'A monitoring plugin: one line with performance data; ok, warning, critical or unknown',
    description: [
      'For Nagios, Icinga and whatever else calls plugins. The exit codes are theirs here: 0 ok, 1 warning, 2 critical, ' +
        '3 unknown, also for a call that is off, without root, and when there is no answer in time.',
      'Critical: read-only, or about to be; suspended, itself or its storage; storage that is gone, unreadable or shared; a ' +
        'recovery that has stalled (which takes two calls to see); an operation that was cut off; space used beyond ' +
        'the critical threshold. Warning: recovering, being started, crashed and not started again; the index failed; ' +
        'space used beyond the warning threshold. A volume that is just stopped is what the setting check-stopped says.',
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
        description: 'Warn of a volume whose physical space is used so far.',
      },
      {
        name: 'critical',
        alias: 'c',
        type: 'text',
        value: 'PERCENT',
        default: findSetting('space-critical').default,
        setting: 'space-critical',
        description: 'The same, critical.',
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
          'Print, instead of the line, each volume whose mode is not what it was at the last call with --changes, and ' +
          'nothing where all are as they were: for a log.',
      },
    ],
    examples: ['vdoctl check', 'vdoctl check archive vg/pool -w 80 -c 90 --timeout 10s'],
    json: 'document',
    effect: 'looks',
  },
  {
    name: 'wait',
    summary: 'Wait until a volume is normal, or its statistics, index or storage are there',
    description: [
      'Changes nothing. A volume that goes read-only meanwhile ends the wait with exit code 6.',
      'For its storage a stopped volume is waited for, too, as is needed at boot: a device that has to be found first, ' +
        'or the volume group of an LVM pool. Somebody else who starts the volume meanwhile is waited out.',
    ],
    positional: oneVolume,
    options: [
      {
        name: 'for',
        type: 'text',
        value: 'WHAT',
        choices: ['normal', 'statistics', 'index', 'storage'],
        required: true,
        description:
          'What to wait for: normal (mode), statistics (numbers instead of N/A), index (online) or storage (there).',
      },
      timeout,
    ],
    examples: ['vdoctl wait my-vdo --for normal --timeout 30m'],
    json: 'events',
    effect: 'acts',
  },
  {
    name: 'start',
    summary: 'Start a stopped volume',
    description: [
      'Checks first that the storage is there, holds this VDO, is large enough, and is used by no other volume.',
      'A crashed volume recovers after it started. One that comes up read-only is left running for reading: exit code 6.',
    ],
    positional: oneVolume,
    options: [{ name: 'wait', type: 'flag', description: 'Wait until it is normal.' }, timeout],
    examples: ['vdoctl start my-vdo --wait'],
    json: 'events',
    effect: 'acts',
  },
  {
    name: 'stop',
    summary: 'Stop a volume that nobody uses',
    description: [
      'Refuses a volume in use and names who uses it. Safe during a recovery: it recovers at the next start.',
    ],
    positional: oneVolume,
    options: [],
    examples: ['vdoctl stop my-vdo'],
    json: 'document',
    effect: 'acts',
  },
  {
    name: 'recover',
    summary: 'Bring volumes back to normal by whatever it takes and is authorised',
    description: [
      'Starts a stopped volume, waits for its online recovery, and restarts one that went read-only only because its ' +
        'storage failed for a while. A volume whose disk says read-only needs a forced rebuild, which can lose data: ' +
        'it is refused with exit code 6 unless --force-rebuild asks for it, and then wants a confirmation.',
      'A volume that is normal is left alone.',
    ],
    positional: { ...anyVolumes, description: 'Volumes to recover.' },
    options: [
      { name: 'all', type: 'flag', description: 'Every volume of this host.' },
      {
        name: 'force-rebuild',
        type: 'flag',
        description: 'Rebuild a read-only volume by force. It may lose data; it asks first.',
      },
      timeout,
    ],
    examples: [
      'vdoctl recover my-vdo',
      'vdoctl recover my-vdo --force-rebuild --dry-run',
      'vdoctl recover --all --yes --json --timeout 1h',
    ],
    json: 'events',
    effect: 'acts',
  },
  {
    name: 'adopt',
    summary: '(dm stack) Remember a volume that vdoctl did not make',
    description: [
      'Nothing remembers the table of a dm-stack volume across a reboot, so vdoctl keeps it in /etc/vdoctl/volumes: ' +
        'from the running table, or, stopped, from what its storage device says of itself.',
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
    summary: 'Write back the first block of a storage that was wiped',
    description: [
      'From the copy that vdoctl keeps of each volume that it has seen well, provided that the super block on the storage ' +
        'has the same nonce. It asks first, and writes nothing but these 4096 bytes.',
      'A volume whose first block is zeros must not be started by any means: newer kernels format it.',
    ],
    positional: oneVolume,
    options: [],
    examples: ['vdoctl repair-geometry my-vdo --dry-run', 'vdoctl repair-geometry vg/pool'],
    json: 'document',
    effect: 'acts',
  },
];
