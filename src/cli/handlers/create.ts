import { Failure } from '../../model/problem.ts';
import { stackNames } from '../../model/stack-names.ts';
import { tunableKeys, type TunableKey } from '../../model/tunables.ts';
import { writePolicies } from '../../model/vdoconf.ts';
import {
  complainAboutVolume,
  readVolumeSpec,
  type AskedVolume,
  type SpecField,
} from '../../model/volume-spec.ts';
import { chooseStack, findUsualStack } from '../../operations/choose-stack.ts';
import { create } from '../../operations/create.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import type { Context, Handler } from '../context.ts';
import { readTunables } from '../tunable-words.ts';

export const handle: Handler = (context) => {
  const asked = readAsked(context);
  const [complaint] = complainAboutVolume(asked);
  if (complaint !== undefined) {
    const [field, words] = complaint;
    throw new Failure({ kind: 'usage', message: `${options[field]}${words}` });
  }
  const spec = readVolumeSpec(asked);
  return actOnVolumes(context, [spec.name], (session) => create(session, spec));
};

/** What precedes the complaint about each field. */
const options: Readonly<Record<SpecField, string>> = {
  name: '',
  logicalBytes: '--logical-size ',
  slabBytes: '--slab-size ',
  indexMemoryBytes: '--index-memory ',
  lv: '--lv ',
  writePolicy: '--write-policy ',
  together: '',
  ...(Object.fromEntries(tunableKeys.map((key) => [key, `--${key} `])) as Record<TunableKey, string>),
};

function readAsked({ call, host }: Context): AskedVolume {
  const { words, texts, sizes, flags } = call;
  const [name = ''] = words;
  const stack = stackNames.find((each) => each === texts.get('stack'));
  const readSwitch = (option: string): 'on' | 'off' => (texts.get(option) === 'off' ? 'off' : 'on');
  return {
    name,
    stack: stack ?? chooseStack(name, findUsualStack(host)),
    device: texts.get('device') ?? '',
    logicalBytes: sizes.get('logical-size')?.bytes,
    slabBytes: sizes.get('slab-size')?.bytes,
    indexMemoryBytes: sizes.get('index-memory')?.bytes,
    hasSparseIndex: flags.has('sparse-index'),
    compression: readSwitch('compression'),
    deduplication: readSwitch('deduplication'),
    tunables: readTunables(call),
    logicalBlockBytes: flags.has('emulate512') ? 512 : 4096,
    writePolicy: writePolicies.find((each) => each === texts.get('write-policy')),
    lv: texts.get('lv') ?? '',
    wipe: flags.has('wipe') ? 'asked' : 'not-asked',
  };
}
