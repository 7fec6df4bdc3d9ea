import type { Expectation } from '../model/plan.ts';
import { formatBytes } from '../model/size.ts';

function listValues(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ');
}

type Words = { readonly [K in Expectation['kind']]: (each: Extract<Expectation, { kind: K }>) => string };

const words: Words = {
  'dm-absent': ({ dmName }) => `the device ${dmName} is gone`,
  'dm-present': ({ dmName }) => `the device ${dmName} exists`,
  'not-by-hand': ({ dmName }) => `${dmName} was not created by hand`,
  'dm-table': ({ dmName, table }) => `the table of ${dmName} is "${table}"`,
  writable: ({ dmName }) => `${dmName} can be written to`,
  unused: ({ device }) => `${device} is not in use`,
  'disk-state': ({ device, oneOf, uuid }) => {
    const whose = uuid === undefined ? '' : ` of the VDO with UUID ${uuid}`;
    return `the super block${whose} on ${device} says ${oneOf.join(' or ')}`;
  },
  'block-is': ({ device, atBytes, bytes }) =>
    `the block at byte ${String(atBytes)} of ${device} is ${bytes === '' ? 'all zeros' : 'unchanged'}`,
  'data-lies-at': ({ data, device, atBytes }) => `${data} begins at byte ${String(atBytes)} of ${device}`,
  'not-wiped': ({ device }) => `the first block of ${device} is not wiped`,
  'no-vdo': ({ device }) => `${device} holds no VDO`,
  mode: ({ dmName, oneOf }) => `${dmName} is ${oneOf.join(' or ')}`,
  'read-only-recoveries': ({ dmName, atLeast }) =>
    `${dmName} has counted ${String(atLeast)} read-only recoveries`,
  'holds-vdo': ({ device, uuid }) =>
    uuid === null ? `${device} holds a VDO` : `${device} holds the VDO with UUID ${uuid}`,
  'no-twin-runs': ({ dmName, uuid }) => `no other device than ${dmName} runs the VDO with UUID ${uuid}`,
  unwritten: ({ dmName }) => `no data has been written to ${dmName}`,
  'only-on': ({ dmName, device }) => `${dmName} lies on ${device}`,
  'data-not-lent': ({ dataDmName }) => `${dataDmName} is not active without its pool`,
  answers: ({ device }) => `neither ${device} nor a device beneath it is suspended`,
  mounted: ({ path, device }) => `${device} is mounted on ${path}`,
  'not-mounted': ({ path }) => `nothing is mounted on ${path}`,
  'has-room': ({ dmName, atLeastBytes }) =>
    `${dmName} has ${formatBytes(atLeastBytes)} of physical space left`,
  directory: ({ path }) => `${path} is a directory`,
  'no-directory': ({ path }) => `there is no ${path}`,
  'no-file': ({ path }) => `there is no ${path}`,
  'loop-free': ({ device }) => `${device} has no file`,
  'loop-of': ({ device, path }) => `${device} has the file ${path}`,
  'not-loop-of': ({ device, path }) => `${device} does not have the file ${path}`,
  'overlay-whole': ({ dmName }) => `${dmName} has room for all changes`,
  unchanged: ({ device, blocks }) =>
    `${String(Object.keys(blocks).length)} blocks of metadata on ${device} are as they were`,
  filesystem: ({ device, oneOf }) => `${device} holds ${oneOf.join(' or ')}`,
  'begins-with-zeros': ({ device }) => `the first 4096 bytes of ${device} are zeros`,
  'settled-table': ({ dmName }) => `${dmName} has no inactive table, and is not suspended`,
  sizes: ({ dmName, logicalBytes, physicalBytes }) => {
    const parts = [
      ...(logicalBytes === null ? [] : [`a logical size of ${String(logicalBytes)} bytes`]),
      ...(physicalBytes === null ? [] : [`a physical size of ${String(physicalBytes)} bytes`]),
    ];
    return `${dmName} has ${parts.join(' and ')}`;
  },
  remembered: ({ remembered }) => `the table of ${remembered.name} is remembered`,
  forgotten: ({ name }) => `${name} is not remembered`,
  'lvm-has': ({ name }) => `LVM has ${name}`,
  'lvm-lacks': ({ name }) => `LVM has no ${name}`,
  'lvm-pool': ({ name, uuid }) => `${name} is the pool with UUID ${uuid}, and has the same LVs as now`,
  'lv-size': ({ name, atLeastBytes }) => `${name} has at least ${String(atLeastBytes)} bytes`,
  'lv-in-step': ({ name }) => `${name} has the same size in the kernel and in LVM`,
  configured: ({ stack, name, values }) =>
    `${stack === 'lvm' ? 'LVM' : 'the manager'} has for ${name}: ${listValues(values)}`,
  'runs-with': ({ dmName, values }) => `${dmName} runs with ${listValues(values)}`,
  'manager-state': ({ name, oneOf }) =>
    oneOf.length === 0
      ? `the manager has no ${name}`
      : `the manager's operation state of ${name} is ${oneOf.join(' or ')}`,
  'removal-begun': ({ name, device }) => `the manager has no ${name}, or ${device} holds no VDO`,
  compression: ({ dmName, state }) => `compression of ${dmName} is ${state}`,
  index: ({ dmName, oneOf }) => `the index of ${dmName} is ${oneOf.join(' or ')}`,
};

/** An expectation in words: what must hold. */
export function describeExpectation(expectation: Expectation): string {
  return (words[expectation.kind] as (each: Expectation) => string)(expectation);
}
