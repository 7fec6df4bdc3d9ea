import { suggest } from '../../model/nearest.ts';
import { fixedKeys, isTunableKey } from '../../model/tunables.ts';
import { writePolicies } from '../../model/vdoconf.ts';
import { set } from '../../operations/grow-and-set.ts';
import type { Setting } from '../../stacks/drive.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';
import { readTunable } from '../tunable-words.ts';
import { usage } from '../usage.ts';

export const handle: Handler = (context) => {
  const [name = '', ...words] = context.call.words;
  if (words.length === 0) usage('say what to set, as in compression=on');
  const known = (context.call.command.positional?.settings ?? []).map(({ key }) => key);
  const settings = words.map((word) => readSetting(word, known));
  const keys = settings.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) usage(`${twice} is given more than once`);
  return actOnVolumes(context, [name], (session, each) => set(session, each, settings));
};

function readSetting(word: string, known: readonly string[]): Setting {
  const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
  if (key === 'compression' || key === 'deduplication') {
    if (value === 'on' || value === 'off') return { key, value };
    usage(`${key} is on or off, not ${JSON.stringify(value.slice(0, 60))}`);
  }
  if (isTunableKey(key)) return { key, value: readTunable(key, value) };
  if (key !== 'write-policy') refuseKey(word, key, known);
  const policy = writePolicies.find((each) => each === value);
  return policy === undefined
    ? usage(
        `write-policy is one of ${writePolicies.join(', ')}, not ${JSON.stringify(value.slice(0, 60))}${suggest(value, writePolicies)}`,
      )
    : { key, value: policy };
}

/** What cannot be set, and why. */
function refuseKey(word: string, key: string, known: readonly string[]): never {
  const fixed = Object.hasOwn(fixedKeys, key) ? fixedKeys[key] : undefined;
  if (fixed !== undefined)
    usage(`${key} is fixed when a volume is created (vdoctl ${fixed}), and cannot be set afterwards`);
  if (key === 'logical-size' || key === 'physical-size')
    usage(`${key} is nothing to set: vdoctl grow makes a volume larger`);
  usage(
    `what can be set is ${known.join(', ')}, as KEY=VALUE, not ${JSON.stringify(word.slice(0, 60))}${suggest(key, [...known, ...Object.keys(fixedKeys)])}`,
  );
}
