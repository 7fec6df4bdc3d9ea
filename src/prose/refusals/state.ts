import { quoteWord } from '../../model/command.ts';
import type { StateRefusals } from '../../model/refusal.ts';
import { formatBytes } from '../../model/size.ts';
import { describeExpectation } from '../expectations.ts';
import { describeUnseen } from '../missing.ts';
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
    reason: `it is ${state}, and waiting does not change that`,
    next: state === 'stopped' ? `vdoctl recover ${name}` : `dmsetup resume ${quoteWord(dmName)}`,
  }),
  'not-normal': ({ state, mode }, name) => ({
    reason: `only a running volume in mode normal can grow: ${state === 'running' ? `its operating mode is ${mode ?? 'unknown'}` : `it is ${state}`}`,
    next: `vdoctl recover ${name}`,
  }),
  'mode-unknown': () => ({ reason: 'the kernel could not be asked for its operating mode' }),
  'stopped-meanwhile': () => ({ reason: 'it was stopped meanwhile' }),
  'rebuild-ordered-while-running': (_facts, name) => ({
    reason: 'it runs, and a forced rebuild was ordered on its disk meanwhile',
    next: `vdoctl stop ${name}, then: vdoctl recover ${name} --force-rebuild`,
  }),
  'index-idle': ({ index }, name) => ({
    reason: `its index ${index === 'error' ? 'has failed' : 'is switched off'}, and waiting does not change that`,
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
        : `it runs on ${runsOn}, and ${configuredIn} has it on ${expected}`,
    next: 'find out which of the two is its own',
  }),
  'name-taken': ({ dmName, device }) => ({
    reason: `the name ${dmName} is taken: ${device} is another device`,
    next: `dmsetup table ${quoteWord(dmName)} says what it is; dmsetup rename gives it another name, or choose another`,
  }),
  'volume-exists': ({ stack, state }) => ({
    reason: `there is a volume of that name already (${stack}, ${state})`,
    next: 'choose another name',
  }),
  'of-another-stack': ({ stack }) => ({
    reason: `it belongs to the ${stack} stack, which remembers it by itself`,
  }),
  'cannot-shrink': ({ nowBytes, askedBytes }) => ({
    reason: `a VDO cannot be made smaller: its logical size is ${formatBytes(nowBytes)}, ${formatBytes(askedBytes)} were asked for`,
  }),
  'no-write-policy': () => ({
    reason:
      'the current kernel target has no write policy: it honours flushes, so that what an application synced is safe',
  }),
  'no-live-table': () => ({ reason: 'it has no live table' }),
  'being-grown': () => ({
    reason: 'its table does not have the sizes that the kernel works with: it is being grown',
  }),
  'sizes-unknown': () => ({ reason: 'neither its table, nor the kernel, nor its disk tells its sizes' }),
  'not-as-expected': ({ expected, found }) => ({
    reason: `${describeExpectation(expected)} must be so first, but ${found}`,
  }),
  'not-all-seen': (facts) => ({ reason: describeUnseen(facts) }),
  'programs-missing': ({ programs }) => ({
    reason: `${programs.join(', ')} ${programs.length === 1 ? 'is' : 'are'} not installed, and needed for it`,
    next: `install ${programs.length === 1 ? 'that' : 'those'}, then the same call again`,
  }),
  'no-vdo-target': ({ module, said }) => ({
    reason: `this kernel has no vdo target, and no module that has it${said.length === 0 ? '' : ` (${said.join('; ')})`}`,
    next: `install the module ${module} for this kernel, or boot a kernel that has it; dmsetup targets shows what is there`,
  }),
  'table-too-new': ({ table, target, device, isNew }, name) => ({
    reason: `its table is of version ${table}, and the kernel's vdo target (${target}) takes V2 at the most`,
    next: isNew
      ? `let the classic manager make it: vdoctl create ${name} --device ${quoteWord(device)} --stack manager`
      : `vdoctl adopt ${name} --device ${quoteWord(device)}`,
  }),
  'kernel-too-old': ({ target, lacks, device }, name) => ({
    reason: `this kernel's vdo target (${target}) ${lacks === 'growth' ? 'grows by messages of its own, which go with the classic manager' : 'keeps no compression in its tables: it would be off after the next start'}`,
    next: `stop it, and hand it to the manager: vdo import --name=${name} --device=${quoteWord(device)}`,
  }),
  'not-enough-memory': ({ neededBytes, availableBytes }) => ({
    reason: `it needs about ${formatBytes(neededBytes)} of memory while it runs, and ${formatBytes(availableBytes)} are available`,
    next: 'free memory, or take a smaller --index-memory',
  }),
  'not-enough-memory-to-start': ({ neededBytes, cacheBytes, indexBytes, availableBytes, swapBytes }) => {
    const parts = `${formatBytes(cacheBytes)} for its block map cache, ${formatBytes(indexBytes)} for its index`;
    const swap = swapBytes === 0 ? '' : `, with ${formatBytes(swapBytes)} of swap`;
    return {
      reason: `to run it needs ${formatBytes(neededBytes)} of memory at the least (${parts}), and ${formatBytes(availableBytes)} are available${swap}`,
      next: 'stop what uses the memory (free -m), then try again',
    };
  },
};
