import { quoteWord } from '../../model/command.ts';
import type { StateRefusals } from '../../model/refusal.ts';
import { formatBytes } from '../../model/size.ts';
import { describeExpectation } from '../expectations.ts';
import { describeUnseen } from '../missing.ts';
import { describeShortfall } from '../shortfalls.ts';
import type { Sayings } from './said.ts';

export const stateSayings: Sayings<StateRefusals> = {
  suspended: ({ dmName }) => ({
    reason: 'it is suspended',
    next: `dmsetup resume ${quoteWord(dmName)} when its owner is done with it`,
  }),
  starting: ({ starter }, name) => ({
    reason: `it is being started by ${starter}`,
    next: `vdoctl recover ${name} waits for it`,
  }),
  'not-running': ({ state, dmName }, name) => ({
    reason: `it is ${state}; waiting does not change that`,
    next: state === 'stopped' ? `vdoctl recover ${name}` : `dmsetup resume ${quoteWord(dmName)}`,
  }),
  'not-normal': ({ state, mode }, name) => ({
    reason: `only a running volume in normal mode can grow, give space back, be backed up or, as a pool, be renamed: ${state === 'running' ? `its operating mode is ${mode ?? 'unknown'}` : `it is ${state}`}`,
    next: `vdoctl recover ${name}`,
  }),
  'mode-unknown': () => ({ reason: 'its operating mode could not be read from the kernel' }),
  'still-readable': (_facts, name) => ({
    reason: 'it is read-only, and may show all of its data only as long as it runs: --all leaves it running',
    next: `vdoctl salvage ${name} --to PATH, then: vdoctl stop ${name}`,
  }),
  'nothing-counted': ({ state }, name) => ({
    reason:
      state === 'stopped'
        ? 'it is stopped, and the kernel counts only while it runs'
        : 'the kernel has no statistics of it: it was stopped just now, or started',
    next: `vdoctl status ${name}`,
  }),
  'stopped-meanwhile': () => ({ reason: 'it was stopped during the wait' }),
  'rebuild-ordered-while-running': (_facts, name) => ({
    reason: 'it is running, and a forced rebuild has been ordered on its disk',
    next: `vdoctl stop ${name}, then: vdoctl recover ${name} --force-rebuild`,
  }),
  'index-idle': ({ index }, name) => ({
    reason: `its index ${index === 'error' ? 'has failed' : 'is switched off'}; waiting does not change that`,
    next:
      index === 'error'
        ? `vdoctl stop ${name} && vdoctl start ${name}`
        : `vdoctl set ${name} deduplication=on`,
  }),
  'old-journal': ({ line }) => ({
    reason: `a forced rebuild would destroy mappings, since the kernel said: ${line}`,
    next: 'boot the older kernel, stop the volume cleanly there, then come back',
  }),
  'runs-on-another-device': ({ runsOn, expected, configuredIn }) => ({
    reason:
      configuredIn === null
        ? `it runs on ${runsOn}, not on ${expected}`
        : `it runs on ${runsOn}, but ${configuredIn} puts it on ${expected}`,
    next: 'find out which of the two devices is the right one',
  }),
  'name-taken': ({ dmName, device }) => ({
    reason: `the name ${dmName} is taken: ${device} is another device`,
    next: `dmsetup table ${quoteWord(dmName)} shows what it is; rename that device (dmsetup rename), or choose another name`,
  }),
  'volume-exists': ({ stack, state }) => ({
    reason: `a volume of that name already exists (${stack}, ${state})`,
    next: 'choose another name',
  }),
  'of-another-stack': ({ stack }) => ({
    reason: `it belongs to the ${stack} stack, which remembers its own volumes`,
  }),
  'cannot-shrink': ({ nowBytes, askedBytes }) => ({
    reason: `a VDO cannot shrink: its logical size is ${formatBytes(nowBytes)}, and ${formatBytes(askedBytes)} was requested`,
  }),
  'too-few-slabs': ({ threads, slabs }) => ({
    reason: `the kernel divides the slabs among the physical threads: ${String(threads)} would have only ${String(slabs)}`,
    next: `take at most ${String(slabs)}`,
  }),
  'not-in-this-table': ({ version, keys }) => ({
    reason: `its table has the old form ${version}, which has no place for ${keys.join(', ')}`,
    next: 'give it a newer table: stop it, then vdoctl adopt NAME --device DEV',
  }),
  'no-write-policy': () => ({
    reason:
      'the current kernel target has no write policy: it honours flushes, so what an application has synced is safe',
  }),
  'cannot-rename': () => ({
    reason: 'it belongs to the classic manager, which has no command that renames a volume',
  }),
  'no-live-table': () => ({ reason: 'it has no live table' }),
  'being-grown': () => ({
    reason: 'it is being grown: the sizes in its table differ from those that the kernel works with',
  }),
  'sizes-unknown': () => ({
    reason: 'its sizes are unknown: its table, the kernel and its disk do not tell them',
  }),
  'not-as-expected': ({ expected, found }) => ({
    reason: `expected: ${describeExpectation(expected)}; found: ${describeShortfall(found)}`,
  }),
  'not-all-seen': (facts) => ({ reason: describeUnseen(facts) }),
  'programs-missing': ({ programs }) => ({
    reason: `this needs ${programs.join(', ')}, which ${programs.length === 1 ? 'is' : 'are'} not installed`,
    next: `install ${programs.length === 1 ? 'it' : 'them'}, then try again`,
  }),
  'no-vdo-target': ({ module, said }) => ({
    reason: `this kernel has no vdo target, and no module provides one${said.length === 0 ? '' : ` (${said.join('; ')})`}`,
    next: `install the module ${module} for this kernel, or boot a kernel that has it; dmsetup targets lists the targets`,
  }),
  'table-too-new': ({ table, target, device, isNew }, name) => ({
    reason: `its table has version ${table}, but the kernel's vdo target (${target}) takes V2 at most`,
    next: isNew
      ? `create it with the classic manager: vdoctl create ${name} --device ${quoteWord(device)} --stack manager`
      : `vdoctl adopt ${name} --device ${quoteWord(device)}`,
  }),
  'kernel-too-old': ({ target, lacks, device }, name) => ({
    reason: `this kernel's vdo target (${target}) ${lacks === 'growth' ? 'can grow a volume only through the classic manager' : 'does not keep compression in its tables: it would be off after the next start'}`,
    next: `stop it, then hand it to the manager: vdo import --name=${name} --device=${quoteWord(device)}`,
  }),
  'not-enough-memory': ({ neededBytes, availableBytes }) => ({
    reason: `it needs about ${formatBytes(neededBytes)} of memory while it runs, but only ${formatBytes(availableBytes)} is available`,
    next: 'free memory, or take a smaller --index-memory or --block-map-cache',
  }),
  'not-enough-memory-to-start': ({ neededBytes, cacheBytes, indexBytes, availableBytes, swapBytes }) => {
    const parts = `${formatBytes(cacheBytes)} for its block map cache, ${formatBytes(indexBytes)} for its index`;
    const swap = swapBytes === 0 ? '' : `, plus ${formatBytes(swapBytes)} of swap`;
    return {
      reason: `it needs at least ${formatBytes(neededBytes)} of memory to run (${parts}), but only ${formatBytes(availableBytes)} is available${swap}`,
      next: 'stop what uses the memory (free -m), then try again',
    };
  },
};
