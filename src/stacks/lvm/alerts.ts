import type { AlertRule } from '../alerts/rule.ts';

/** What can be wrong beneath a pool, or beneath any volume on a RAID. */
export const lvmRules: readonly AlertRule[] = [
  {
    code: 'storage-degraded',
    severity: 'warning',
    message: ({ volume, found: { lack, degraded = [] } }) => {
      if (degraded.length > 0) return degraded.join('; ');
      const [group = ''] = volume.name.split('/');
      return lack === 'degraded'
        ? `a physical volume of ${group} is missing, and with it a leg of the RAID beneath`
        : undefined;
    },
    next: ({ volume: { name, stack } }) => {
      if (stack !== 'lvm') return 'replace the disk before another one fails';
      const [group = ''] = name.split('/');
      return `lvs -a -o +devices ${group} shows it; if it is back: vgextend --restoremissing ${group} PV (if pvs still shows it as missing), then lvchange --refresh ${name}_vdata; if it is gone for good: lvconvert --repair ${name}_vdata`;
    },
  },
];
