import { parseSize } from '../../src/model/size.ts';
import type { StackName } from '../../src/model/volume.ts';
import {
  complainAboutLogicalSize,
  complainAboutName,
  complainAboutSlabSize,
  isLvName,
} from '../../src/model/volume-spec.ts';
import type { Request } from './request.ts';

/** Fields to fill in: what a volume to be made shall be, or the size that one shall have. */
export interface Form {
  readonly kind: 'create' | 'grow';
  /** (grow) NAME of the volume. */
  readonly subject: string;
  readonly fields: readonly Field[];
  /** Index of the field that is typed into. */
  readonly at: number;
}

export interface Field {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly help: string;
  /** Words to choose from; the left and right arrows go through them. */
  readonly choices?: readonly string[];
  /** What the host says against the value, when it has been asked. */
  readonly objection?: string | undefined;
}

/** What is wrong with a value, or undefined. It is checked as it is typed. */
export function complain(form: Form, { key, value, objection }: Field): string | undefined {
  switch (key) {
    case 'name':
      return value === '' ? 'a name is needed' : complainAboutName({ name: value, stack: stackOf(form) });
    case 'device':
      return /^\/dev\/./.test(value) ? objection : 'the path of a device: /dev/…';
    case 'logical':
      if (value === '') return form.kind === 'grow' ? 'a size is needed: 20T, 512GiB' : undefined;
      return checkSize(value, complainAboutLogicalSize);
    case 'slab':
      return value === ''
        ? undefined
        : checkSize(value, (bytes) => complainAboutSlabSize(bytes, stackOf(form)));
    case 'lv':
      return isLvName(value) ? undefined : 'not the name of a logical volume';
    default:
      return undefined;
  }
}

function valueOf({ fields }: Form, key: string): string {
  return fields.find((field) => field.key === key)?.value ?? '';
}

function stackOf(form: Form): StackName {
  const stack = valueOf(form, 'stack');
  return stack === 'lvm' || stack === 'manager' ? stack : 'dm';
}

function checkSize(value: string, complainAbout: (bytes: number) => string | undefined): string | undefined {
  const bytes = parseSize(value);
  return bytes === undefined
    ? 'a whole number with a unit, in powers of 1024: 10G, 512MiB'
    : complainAbout(bytes);
}

/** The first complaint about any field. */
export function firstComplaint(form: Form): string | undefined {
  return form.fields.map((field) => complain(form, field)).find((complaint) => complaint !== undefined);
}

const onOff = ['on', 'off'];

export const createForm: Form = {
  kind: 'create',
  subject: '',
  at: 0,
  fields: [
    { key: 'name', label: 'Name', value: '', help: 'my-vdo; for the stack lvm VG/POOL' },
    { key: 'device', label: 'Storage device', value: '', help: 'the volume takes all of it' },
    {
      key: 'stack',
      label: 'Stack',
      value: 'dm',
      help: 'the stack that makes it',
      choices: ['dm', 'lvm', 'manager'],
    },
    {
      key: 'logical',
      label: 'Logical size',
      value: '',
      help: 'what it offers; empty: what fits without saving',
    },
    { key: 'slab', label: 'Slab size', value: '', help: '32M (128M) to 32G; empty: what the device needs' },
    { key: 'lv', label: 'Logical volume', value: 'lvol0', help: '(lvm) its name in the pool' },
    { key: 'compression', label: 'Compression', value: 'on', help: '', choices: onOff },
    { key: 'deduplication', label: 'Deduplication', value: 'on', help: '', choices: onOff },
    {
      key: 'wipe',
      label: 'Erase the device',
      value: 'no',
      help: 'needed only if it holds something',
      choices: ['no', 'yes'],
    },
  ],
};

/** The form for a new logical size. */
export function growForm(subject: string, now: string): Form {
  const help = `more than now (${now})`;
  return {
    kind: 'grow',
    subject,
    at: 0,
    fields: [{ key: 'logical', label: 'Logical size', value: '', help }],
  };
}

/** What the form asks for once it is filled in; undefined while something in it is wrong. */
export function requestOf(form: Form): Request | undefined {
  if (firstComplaint(form) !== undefined) return undefined;
  const value = (key: string): string => valueOf(form, key);
  const bytes = parseSize(value('logical'));
  if (form.kind === 'grow')
    return bytes === undefined ? undefined : { kind: 'grow-logical', name: form.subject, bytes };
  return {
    kind: 'create',
    name: value('name'),
    spec: {
      name: value('name'),
      stack: stackOf(form),
      device: value('device'),
      logicalBytes: bytes,
      slabBytes: parseSize(value('slab')),
      index: undefined,
      compression: value('compression') === 'off' ? 'off' : 'on',
      deduplication: value('deduplication') === 'off' ? 'off' : 'on',
      lv: value('lv'),
      wipe: value('wipe') === 'yes' ? 'asked' : 'not-asked',
    },
  };
}

/** Another field, round and round. */
export function moveField(form: Form, by: number): Form {
  const { length } = form.fields;
  return { ...form, at: (form.at + by + length) % length };
}

export function fillIn(form: Form, value: string): Form {
  const fields = form.fields.map((field, index) =>
    index === form.at ? { ...field, value, objection: undefined } : field,
  );
  return { ...form, fields };
}

/** The next of the words that the field is chosen from. */
export function chooseNext(form: Form, by: number): Form {
  const field = form.fields[form.at];
  if (field?.choices === undefined) return form;
  const { choices, value } = field;
  return fillIn(form, choices[(choices.indexOf(value) + by + choices.length) % choices.length] ?? value);
}

/** What the host says against the device that is typed; undefined: nothing. */
export function object(form: Form, device: string, objection: string | undefined): Form {
  const fields = form.fields.map((field) =>
    field.key === 'device' && field.value === device ? { ...field, objection } : field,
  );
  return { ...form, fields };
}
