import { complainAboutCopyPath } from '../../src/model/copy-path.ts';
import { complainAboutKept, usuallyKept } from '../../src/model/backup-names.ts';
import { parseSize, readSize } from '../../src/model/size.ts';
import { stackNames } from '../../src/model/stack-names.ts';
import {
  complainAboutLogicalSize,
  complainAboutVolume,
  readVolumeSpec,
  type AskedVolume,
  type SpecField,
} from '../../src/model/volume-spec.ts';
import { chooseStack, type UsualStack } from '../../src/operations/choose-stack.ts';
import type { Origin } from '../../src/operations/salvage/types.ts';
import type { Request } from './request.ts';

/** Fields to fill in: the properties of a new volume, the new size of an existing one, or where to copy its data. */
export interface Form {
  readonly kind: 'create' | 'grow' | 'salvage' | 'backup';
  /** (grow, salvage, backup) NAME of the volume. */
  readonly subject: string;
  /** (salvage) What is copied. */
  readonly origin?: Origin;
  /** (create) The stack for a plain name, where nobody chooses one. */
  readonly usualStack: UsualStack;
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
  /** What the host has against the value, once it has been asked. */
  readonly objection?: string | undefined;
}

/** What is wrong with a value, checked as it is typed; undefined where nothing is. */
export function complain(form: Form, field: Field): string | undefined {
  const { key, value, objection } = field;
  if (key === 'device') return /^\/dev\/./.test(value) ? objection : 'the path of a device: /dev/…';
  if (form.kind === 'salvage') return key === 'to' ? complainAboutCopyPath(value) : undefined;
  if (form.kind === 'backup') return key === 'to' ? complainAboutCopyPath(value) : complainAboutKept(value);
  if (value === '' && key === 'name') return 'a name is needed';
  if (value === '' && form.kind === 'grow') return 'a size is needed: 20T, +512GiB';
  if (form.kind === 'grow') return complainAboutTypedSize(value, 'may-add');
  if (sizes.includes(key) && value !== '') {
    const complaint = complainAboutTypedSize(value, 'by-itself');
    if (complaint !== undefined) return complaint;
  }
  const about = specFields[key];
  return about === undefined ? undefined : complainAboutVolume(readAsked(form)).get(about);
}

function complainAboutTypedSize(value: string, how: 'by-itself' | 'may-add'): string | undefined {
  const size = readSize(value);
  if (size.kind === 'wrong') return `${size.why}: a size is 10G, 1.5T, 512MiB`;
  if (how === 'may-add') return complainAboutLogicalSize(size.bytes);
  return size.isMore ? 'a plus is only for growing' : undefined;
}

const sizes: readonly string[] = ['logical', 'slab', 'index'];

/** The fields that the rules for a new volume check. */
const specFields: Readonly<Record<string, SpecField>> = {
  name: 'name',
  logical: 'logicalBytes',
  slab: 'slabBytes',
  index: 'indexMemoryBytes',
  lv: 'lv',
};

function valueOf({ fields }: Form, key: string): string {
  return fields.find((field) => field.key === key)?.value ?? '';
}

/** The new volume as filled in so far. */
function readAsked(form: Form): AskedVolume {
  const value = (key: string): string => valueOf(form, key);
  const readSwitch = (key: string): 'on' | 'off' => (value(key) === 'off' ? 'off' : 'on');
  const stack = stackNames.find((each) => each === value('stack'));
  return {
    name: value('name'),
    stack: stack ?? chooseStack(value('name'), form.usualStack),
    device: value('device'),
    logicalBytes: parseSize(value('logical')),
    slabBytes: parseSize(value('slab')),
    indexMemoryBytes: parseSize(value('index')),
    hasSparseIndex: value('sparse') === 'yes',
    compression: readSwitch('compression'),
    deduplication: readSwitch('deduplication'),
    tunables: {},
    logicalBlockBytes: 4096,
    writePolicy: undefined,
    lv: value('lv'),
    wipe: value('wipe') === 'yes' ? 'asked' : 'not-asked',
  };
}

/** The first complaint about any field. */
export function firstComplaint(form: Form): string | undefined {
  return form.fields.map((field) => complain(form, field)).find((complaint) => complaint !== undefined);
}

const onOff = ['on', 'off'];

const noYes = ['no', 'yes'];

/** The fields whose help is the same on every host. */
const sizesAndSwitches: readonly Field[] = [
  {
    key: 'logical',
    label: 'Logical size',
    value: '',
    help: 'what it offers; empty: what fits without saving',
  },
  {
    key: 'slab',
    label: 'Slab size',
    value: '',
    help: '32M (128M) to 32G; empty: what the device needs',
  },
  {
    key: 'index',
    label: 'Index memory',
    value: '',
    help: '256M, 512M, 768M or whole gibibytes; empty: what the stack takes',
  },
  {
    key: 'sparse',
    label: 'Sparse index',
    value: 'no',
    help: 'ten times the index for the same memory, on more storage',
    choices: noYes,
  },
  { key: 'lv', label: 'Logical volume', value: 'lvol0', help: '(lvm) its name in the pool' },
  { key: 'compression', label: 'Compression', value: 'on', help: '', choices: onOff },
  { key: 'deduplication', label: 'Deduplication', value: 'on', help: '', choices: onOff },
  {
    key: 'wipe',
    label: 'Erase the device',
    value: 'no',
    help: 'needed only if it holds something',
    choices: noYes,
  },
];

/** The form for a new volume. @param usualStack the stack for a plain name, where nobody chooses one. */
export function createForm(usualStack: UsualStack): Form {
  return {
    kind: 'create',
    subject: '',
    usualStack,
    at: 0,
    fields: [
      { key: 'name', label: 'Name', value: '', help: 'my-vdo; for the stack lvm VG/POOL' },
      { key: 'device', label: 'Storage device', value: '', help: 'the volume takes all of it' },
      {
        key: 'stack',
        label: 'Stack',
        value: 'auto',
        help: `the stack that makes it; auto: lvm for VG/POOL, else ${usualStack}`,
        choices: ['auto', ...stackNames],
      },
      ...sizesAndSwitches,
    ],
  };
}

/** The form for a new logical size. */
export function growForm(subject: string, now: string): Form {
  const help = `more than now (${now}), or +100G`;
  return {
    kind: 'grow',
    subject,
    usualStack: 'dm',
    at: 0,
    fields: [{ key: 'logical', label: 'Logical size', value: '', help }],
  };
}

/** The form for a copy of the data. */
export function salvageForm(subject: string, origin: Origin): Form {
  return {
    kind: 'salvage',
    subject,
    origin,
    usualStack: 'dm',
    at: 0,
    fields: [
      {
        key: 'to',
        label: 'Copy to',
        value: '',
        help: 'a directory; or a block device, or a file that ends in .img or .raw, for an image',
      },
      { key: 'image', label: 'As an image', value: 'no', help: 'whatever its name', choices: noYes },
    ],
  };
}

/** The form for a new generation of a backup. */
export function backupForm(subject: string): Form {
  return {
    kind: 'backup',
    subject,
    usualStack: 'dm',
    at: 0,
    fields: [
      {
        key: 'to',
        label: 'Back up to',
        value: '',
        help: 'a directory on other storage, for the generations of all volumes',
      },
      { key: 'keep', label: 'Generations', value: String(usuallyKept), help: 'how many stay' },
    ],
  };
}

/** The request of a form that is filled in; undefined while something in it is wrong. */
export function requestOf(form: Form): Request | undefined {
  if (firstComplaint(form) !== undefined) return undefined;
  if (form.kind === 'grow') {
    const read = readSize(valueOf(form, 'logical'));
    if (read.kind === 'wrong') return undefined;
    const { bytes, isMore } = read;
    return { kind: 'grow-logical', name: form.subject, size: { bytes, isMore } };
  }
  if (form.kind === 'salvage') {
    const as = valueOf(form, 'image') === 'yes' ? 'image' : 'by-its-name';
    const origin = form.origin ?? 'volume';
    return { kind: 'salvage', name: form.subject, to: valueOf(form, 'to'), as, origin };
  }
  if (form.kind === 'backup')
    return {
      kind: 'backup',
      name: form.subject,
      to: valueOf(form, 'to'),
      keep: Number(valueOf(form, 'keep')),
    };
  const spec = readVolumeSpec(readAsked(form));
  return { kind: 'create', name: spec.name, spec };
}

/** Moves to another field; after the last comes the first. */
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

/** Takes the next of the field's choices; after the last comes the first. */
export function chooseNext(form: Form, by: number): Form {
  const field = form.fields[form.at];
  if (field?.choices === undefined) return form;
  const { choices, value } = field;
  return fillIn(form, choices[(choices.indexOf(value) + by + choices.length) % choices.length] ?? value);
}

/** Notes what the host has against the typed device; undefined: nothing. */
export function object(form: Form, device: string, objection: string | undefined): Form {
  const fields = form.fields.map((field) =>
    field.key === 'device' && field.value === device ? { ...field, objection } : field,
  );
  return { ...form, fields };
}
