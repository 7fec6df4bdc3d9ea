import type { IndexSize } from '../../model/index-size.ts';
import { indexMemories } from '../../model/layout.ts';
import { Failure } from '../../model/problem.ts';
import type { StackName } from '../../model/volume.ts';
import { complainAboutLogicalSize, complainAboutSlabSize, isLvName } from '../../model/volume-spec.ts';
import { create } from '../../operations/create.ts';
import { hasManager } from '../../stacks/manager/config.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import type { Call } from '../arguments.ts';
import type { Context, Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const { call } = context;
  const [name = ''] = call.words;
  const stack = chooseStack(context, name);
  const spec = {
    name,
    stack,
    device: call.texts.get('device') ?? '',
    logicalBytes: readLogicalSize(call),
    slabBytes: readSlabSize(call, stack),
    index: readIndex(call),
    compression: readSwitch(call, 'compression'),
    deduplication: readSwitch(call, 'deduplication'),
    lv: readLv(call),
    wipe: call.flags.has('wipe') ? 'asked' : 'not-asked',
  } as const;
  return actOnVolumes(context, [name], (session) => create(session, spec));
};

function chooseStack({ call, host }: Context, name: string): StackName {
  const asked = call.texts.get('stack');
  if (asked !== undefined) return asked as StackName;
  if (/^[^/]+\/[^/]+$/.test(name)) return 'lvm';
  return hasManager(host) ? 'manager' : 'dm';
}

function readLogicalSize({ sizes }: Call): number | undefined {
  const bytes = sizes.get('logical-size');
  if (bytes !== undefined) requireLogicalSize('logical-size', bytes);
  return bytes;
}

/** Throws unless a VDO can have that logical size. */
export function requireLogicalSize(option: string, bytes: number): void {
  const complaint = complainAboutLogicalSize(bytes);
  if (complaint !== undefined) usage(`--${option} ${complaint}`);
}

function readSlabSize({ sizes }: Call, stack: StackName): number | undefined {
  const bytes = sizes.get('slab-size');
  if (bytes === undefined) return undefined;
  const complaint = complainAboutSlabSize(bytes, stack);
  if (complaint !== undefined) usage(`--slab-size ${complaint}`);
  return bytes;
}

function readIndex({ sizes, flags }: Call): IndexSize | undefined {
  const bytes = sizes.get('index-memory');
  const isSparse = flags.has('sparse-index');
  if (bytes === undefined) return isSparse ? { memoryGibibytes: 0.25, isSparse } : undefined;
  const memoryGibibytes = bytes / 1024 ** 3;
  const isFitting =
    indexMemories.includes(memoryGibibytes) || (Number.isInteger(memoryGibibytes) && memoryGibibytes <= 1024);
  if (!isFitting) usage('--index-memory takes 256M, 512M, 768M, or whole gibibytes up to 1024G');
  return { memoryGibibytes, isSparse };
}

function readSwitch({ texts }: Call, name: string): 'on' | 'off' {
  return texts.get(name) === 'off' ? 'off' : 'on';
}

function readLv({ texts }: Call): string {
  const lv = texts.get('lv') ?? '';
  if (!isLvName(lv)) usage(`--lv takes the name of a logical volume, not ${JSON.stringify(lv.slice(0, 60))}`);
  return lv;
}

function usage(message: string): never {
  throw new Failure({ kind: 'usage', message });
}
