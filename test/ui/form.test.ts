import { describe, expect, test } from 'vitest';

import {
  chooseNext,
  complain,
  createForm,
  fillIn,
  firstComplaint,
  growForm,
  moveField,
  object,
  requestOf,
  type Form,
} from '../../ui/state/form.ts';

const emptyForm = createForm('dm');

/** Fills in these fields as if they were typed. */
function fill(form: Form, values: Readonly<Record<string, string>>): Form {
  return Object.entries(values).reduce((filled, [key, value]) => {
    const at = filled.fields.findIndex((field) => field.key === key);
    if (at < 0) throw new Error(`no field ${key}`);
    return fillIn({ ...filled, at }, value);
  }, form);
}

function complaintAbout(form: Form, key: string): string | undefined {
  const field = form.fields.find((each) => each.key === key);
  if (field === undefined) throw new Error(`no field ${key}`);
  return complain(form, field);
}

const good = { name: 'my-vdo', device: '/dev/vdb' };

describe('what is wrong is said as it is typed', () => {
  test.each<[string, string, RegExp | undefined]>([
    ['name', '', /a name is needed/],
    ['name', 'my-vdo', undefined],
    ['name', 'my vdo', /not a volume name/],
    ['name', '-x', /not a volume name/],
    ['name', '名前', /not a volume name/],
    ['device', '', /path of a device/],
    ['device', 'vdb', /path of a device/],
    ['device', '/dev/', /path of a device/],
    ['device', '/dev/vdb', undefined],
    ['logical', '', undefined],
    ['logical', '10', /it has no unit: a size is 10G, 1.5T, 512MiB/],
    ['logical', '1.5T', undefined],
    ['logical', '+1T', /a plus is only for growing/],
    ['logical', '20T', undefined],
    ['logical', '5000T', /at most 4096T/],
    ['logical', '4097B', /multiple of 4096B/],
    ['slab', '', undefined],
    ['slab', '2G', undefined],
    ['slab', '3G', /power of two/],
    ['slab', '64G', /power of two/],
    ['lv', 'lvol0', undefined],
    ['lv', '', /takes the name of a logical volume/],
    ['lv', 'a/b', /takes the name of a logical volume, not "a\/b"/],
    ['index', '', undefined],
    ['index', '512M', undefined],
    ['index', '3G', undefined],
    ['index', '300M', /takes 256M, 512M, 768M, or whole gibibytes/],
    ['index', 'much', /not a number with a unit/],
  ])('%s: %j', (key, value, expected) => {
    const complaint = complaintAbout(fill(emptyForm, { [key]: value }), key);
    if (expected === undefined) expect(complaint).toBeUndefined();
    else expect(complaint).toMatch(expected);
  });

  test.each<[string, string, RegExp | undefined]>([
    ['dm', 'vg/pool', /plain name/],
    ['dm', '/dev/mapper/x', /plain name/],
    ['manager', 'vg/pool', /plain name/],
    ['manager', 'my-vdo', undefined],
    ['lvm', 'pool', /VG\/POOL/],
    ['lvm', 'vg/pool', undefined],
  ])('the stack %s and the name %s', (stack, name, expected) => {
    const complaint = complaintAbout(fill(emptyForm, { stack, name }), 'name');
    if (expected === undefined) expect(complaint).toBeUndefined();
    else expect(complaint).toMatch(expected);
  });

  test('what the host says against a device counts for that very device', () => {
    const form = object(fill(emptyForm, good), '/dev/vdb', 'no such device');
    expect(complaintAbout(form, 'device')).toBe('no such device');
    expect(complaintAbout(object(form, '/dev/vdc', 'another'), 'device')).toBe('no such device');
    expect(complaintAbout(fill(form, { device: '/dev/vdb1' }), 'device')).toBeUndefined();
    expect(complaintAbout(object(form, '/dev/vdb', undefined), 'device')).toBeUndefined();
  });

  test('a form for growing needs a size', () => {
    const form = growForm('my-vdo', '10 GiB');
    expect(firstComplaint(form)).toMatch(/a size is needed/);
    expect(firstComplaint(fill(form, { logical: '20T' }))).toBeUndefined();
  });
});

describe('what is asked for', () => {
  test('nothing while anything is wrong', () => {
    expect(requestOf(emptyForm)).toBeUndefined();
    expect(requestOf(fill(emptyForm, { ...good, slab: '3G' }))).toBeUndefined();
    expect(requestOf(object(fill(emptyForm, good), '/dev/vdb', 'no'))).toBeUndefined();
    expect(requestOf(growForm('my-vdo', 'unknown'))).toBeUndefined();
  });

  test('a volume, by what is filled in, and by what is not', () => {
    expect(requestOf(fill(emptyForm, good))).toEqual({
      kind: 'create',
      name: 'my-vdo',
      spec: {
        name: 'my-vdo',
        stack: 'dm',
        device: '/dev/vdb',
        logicalBytes: undefined,
        slabBytes: undefined,
        index: undefined,
        compression: 'on',
        deduplication: 'on',
        tunables: {},
        logicalBlockBytes: 4096,
        writePolicy: undefined,
        lv: 'lvol0',
        wipe: 'not-asked',
      },
    });
    const all = {
      logical: '20T',
      slab: '32G',
      compression: 'off',
      deduplication: 'off',
      wipe: 'yes',
      lv: 'home',
    };
    const request = requestOf(fill(emptyForm, { name: 'vg/pool', device: '/dev/vdb', stack: 'lvm', ...all }));
    expect(request).toMatchObject({
      name: 'vg/pool',
      spec: {
        stack: 'lvm',
        logicalBytes: 20 * 1024 ** 4,
        slabBytes: 32 * 1024 ** 3,
        compression: 'off',
        deduplication: 'off',
        lv: 'home',
        wipe: 'asked',
      },
    });
  });

  test.each([
    ['dm', 'my-vdo', 'dm'],
    ['manager', 'my-vdo', 'manager'],
    ['dm', 'vg/pool', 'lvm'],
    ['manager', 'vg/pool', 'lvm'],
  ] as const)('on a host of %s %s is of the stack %s, where none is chosen', (usual, name, stack) => {
    const form = fill(createForm(usual), { ...good, name });
    expect(requestOf(form)).toMatchObject({ spec: { name, stack } });
    const chosen = fill(form, { name: 'my-vdo', stack: 'dm' });
    expect(requestOf(chosen)).toMatchObject({ spec: { stack: 'dm' } });
  });

  test('an index, by its memory and whether it is sparse', () => {
    const indexOf = (values: Readonly<Record<string, string>>): unknown =>
      requestOf(fill(emptyForm, { ...good, ...values }));
    expect(indexOf({ index: '512M' })).toMatchObject({
      spec: { index: { memoryGibibytes: 0.5, isSparse: false } },
    });
    expect(indexOf({ index: '2G', sparse: 'yes' })).toMatchObject({
      spec: { index: { memoryGibibytes: 2, isSparse: true } },
    });
    expect(indexOf({ sparse: 'yes' })).toMatchObject({
      spec: { index: { memoryGibibytes: 0.25, isSparse: true } },
    });
  });

  test('growing, in bytes', () => {
    const form = fill(growForm('my-vdo', '10 GiB'), { logical: '512GiB' });
    expect(requestOf(form)).toEqual({
      kind: 'grow-logical',
      name: 'my-vdo',
      size: { bytes: 512 * 1024 ** 3, isMore: false },
    });
  });
});

describe('going about', () => {
  test('from field to field, round and round', () => {
    const last = emptyForm.fields.length - 1;
    expect(moveField(emptyForm, -1).at).toBe(last);
    expect(moveField(moveField(emptyForm, -1), 1).at).toBe(0);
    expect(moveField(emptyForm, 1).at).toBe(1);
  });

  test('through the words of a field, both ways; a field of text stays as it is', () => {
    const at = emptyForm.fields.findIndex(({ key }) => key === 'stack');
    const stack = { ...emptyForm, at };
    const valueOf = (form: Form): string | undefined => form.fields[form.at]?.value;
    const times = [1, 2, 3, 4];
    expect(times.map((each) => valueOf(choose(stack, 1, each)))).toEqual(['dm', 'lvm', 'manager', 'auto']);
    expect(times.map((each) => valueOf(choose(stack, -1, each)))).toEqual(['manager', 'lvm', 'dm', 'auto']);
    expect(chooseNext(emptyForm, 1)).toEqual(emptyForm);
  });
});

function choose(form: Form, by: number, times: number): Form {
  return times === 0 ? form : choose(chooseNext(form, by), by, times - 1);
}
