import type { Host } from '../../host/host.ts';
import { looking, quoteWord } from '../../model/command.ts';
import type { FindingOf } from '../../model/finding.ts';
import { Failure } from '../../model/problem.ts';
import { formatBytes } from '../../model/size.ts';
import {
  autoextendSettings,
  extendableColumns,
  parseAutoextend,
  parseExtendable,
  type Autoextend,
  type ExtendablePool,
} from '../../parse/lvm-autoextend.ts';
import { describeProblem } from '../../prose/problems.ts';
import type { Seen } from '../../stacks/host-look.ts';
import { outputOf } from '../../stacks/tool-result.ts';
import { nothingFound, type Examiner } from './examiner.ts';

/** LVM reads every device. */
const timeLimitMs = 20_000;

/** Whether LVM extends a pool before it is full, and whether it could. */
export const examineAutoextend: Examiner = async ({ host, chosen }) => {
  // Where LVM could not be asked by the look, it hangs; a stopped pool is monitored by nobody.
  const pools = chosen.filter(({ found, volume }) => found.pool !== undefined && volume.state === 'running');
  if (pools.length === 0) return nothingFound;
  try {
    return { findings: await examinePools(host, pools), missing: [] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const what = 'whether LVM extends a pool that fills up';
    const why = describeProblem(error.problem).what;
    return { findings: [], missing: [{ source: 'lvm', what, why, volume: null, failed: true }] };
  }
};

async function examinePools(host: Host, pools: readonly Seen[]): Promise<FindingOf[]> {
  const names = pools.map(({ volume }) => volume.name);
  const columns = ['--reportformat', 'json', '--units', 'b', '--nosuffix', '-o', extendableColumns];
  const told = parseExtendable(
    outputOf(await host.run(looking('lvm', ['lvs', ...columns, ...names], timeLimitMs))),
  );
  const profiles = [...new Set(told.map(({ profile }) => profile))];
  const settings = new Map(
    await Promise.all(profiles.map(async (profile) => [profile, await askSettings(host, profile)] as const)),
  );
  return pools.flatMap((seen) => {
    const pool = told.find(({ name }) => name === seen.volume.name);
    const own = settings.get(pool?.profile);
    return pool === undefined || own === undefined ? [] : judgePool(seen, pool, own);
  });
}

async function askSettings(host: Host, profile: string | undefined): Promise<Autoextend> {
  const of = profile === undefined ? [] : ['--metadataprofile', profile];
  const words = ['lvmconfig', '--typeconfig', 'full', ...of, ...autoextendSettings];
  return parseAutoextend(outputOf(await host.run(looking('lvm', words, timeLimitMs))));
}

/** The profile that the advice makes, where the pool has none. */
const suggested = 'vdo-extend';

function judgePool(seen: Seen, pool: ExtendablePool, settings: Autoextend): FindingOf[] {
  const { name: volume } = pool;
  const { threshold, percent, monitors } = settings;
  if (threshold >= 100 || percent === 0) {
    const why = percent === 0 ? 'vdo_pool_autoextend_percent is 0' : 'vdo_pool_autoextend_threshold is 100';
    const path = `/etc/lvm/profile/${suggested}.profile`;
    const text = 'activation { vdo_pool_autoextend_threshold=80 vdo_pool_autoextend_percent=20 }';
    return [
      {
        volume,
        code: 'autoextend-off',
        severity: 'info',
        message: `LVM does not extend it when it fills up: ${why}`,
        next: `echo ${quoteWord(text)} > ${path} && lvchange --metadataprofile ${suggested} ${volume}`,
      },
    ];
  }
  const lack = describeLack(seen, pool, settings);
  return [
    ...(monitors && pool.monitor === 'monitored' ? [] : [describeUnmonitored(pool, settings)]),
    ...(lack === undefined
      ? []
      : [{ volume, code: 'autoextend-no-room', severity: 'warning', ...lack } as const]),
  ];
}

function describeUnmonitored({ name, monitor }: ExtendablePool, settings: Autoextend): FindingOf {
  const watch = `lvchange --monitor y ${name}`;
  return {
    volume: name,
    code: 'autoextend-not-monitored',
    severity: 'warning',
    message: `LVM is to extend it at ${String(settings.threshold)} %, but dmeventd does not watch it (${settings.monitors ? monitor : 'activation/monitoring is 0'})`,
    next: settings.monitors ? watch : `set activation/monitoring = 1 in /etc/lvm/lvm.conf, then: ${watch}`,
  };
}

/** Why the extension would fail when its time comes; undefined if nothing is seen that stands against it. */
function describeLack(
  { metadata }: Seen,
  { name, sizeBytes, groupFreeBytes }: ExtendablePool,
  { threshold, percent }: Autoextend,
): Pick<FindingOf, 'message' | 'next'> | undefined {
  const [group = ''] = name.split('/');
  const wantedBytes = Math.ceil((sizeBytes * percent) / 100);
  const step = `at ${String(threshold)} % LVM is to extend it by ${String(percent)} %, which is ${formatBytes(wantedBytes)}`;
  if (groupFreeBytes < wantedBytes)
    return {
      message: `${step}, but ${group} has only ${formatBytes(groupFreeBytes)} left`,
      next: `vgextend ${group} DEVICE`,
    };
  const slabBytes = metadata?.kind === 'read' ? metadata.superBlock.slabBytes : 0;
  if (wantedBytes >= slabBytes) return undefined;
  return {
    message: `${step}, but a VDO grows by whole slabs, and its slabs are of ${formatBytes(slabBytes)}`,
    next: `raise vdo_pool_autoextend_percent to at least ${String(Math.ceil((slabBytes * 100) / sizeBytes))}: lvm.conf(5)`,
  };
}
