import * as z from 'zod/mini';
import { diskStates } from './disk.ts';
import { indexStates, operatingModes } from './kernel.ts';
import type { DeepReadonly } from './readonly.ts';
import { rememberedSchema } from './remembered.ts';

const count = z.int().check(z.nonnegative());
const bytes = z.nullable(count);
const words = z.array(z.string());
const ifRunning = z.exactOptional(z.literal(true));
const dmName = z.string();
const device = z.string();
const values = z.record(z.string(), count);
const lvmThing = { what: z.enum(['lv', 'vg', 'pv']), name: z.string() };

/** A fact about the kernel or the disk that the executor can check. Its words: `src/prose/expectations.ts`. */
export const expectationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('dm-absent'), dmName }),
  z.strictObject({ kind: z.literal('dm-present'), dmName }),
  /** There is no such device, or LVM put it up: a device that a person puts up has no UUID. */
  z.strictObject({ kind: z.literal('not-by-hand'), dmName }),
  /** The device's table is exactly this (as `dmsetup table NAME` prints it, lines joined by newlines). */
  z.strictObject({ kind: z.literal('dm-table'), dmName, table: z.string() }),
  /** The kernel lets the device be written to. */
  z.strictObject({ kind: z.literal('writable'), dmName }),
  /** Nothing is on top of the device, and nobody has it mounted or open. `ifThere`: a missing device is unused. */
  z.strictObject({ kind: z.literal('unused'), device, ifThere: z.exactOptional(z.literal(true)) }),
  /** The device holds a VDO; where a UUID is given, the VDO with that UUID. */
  z.strictObject({
    kind: z.literal('holds-vdo'),
    device,
    uuid: z.nullable(z.string()),
    /** Nonce of its geometry block, in decimal: a new format changes the nonce, whatever the UUID. */
    nonce: z.exactOptional(z.string()),
    /** It was formatted no earlier than this (milliseconds since the epoch): the nonce tells the format time. */
    formattedSinceMs: z.exactOptional(count),
  }),
  /** No other device that runs, or is being started, is this VDO. `nonce`: of its geometry block, in decimal. */
  z.strictObject({ kind: z.literal('no-twin-runs'), dmName, uuid: z.string(), nonce: z.string() }),
  /** A device of that name, if there is one, is a target on this storage. */
  z.strictObject({ kind: z.literal('only-on'), dmName, device }),
  /** (lvm) The data LV is down, or up because its pool is. */
  z.strictObject({ kind: z.literal('data-not-lent'), dataDmName: dmName, poolDmName: dmName }),
  /** By its super block, the volume on this device was left in one of these states; a given UUID must be its own. */
  z.strictObject({
    kind: z.literal('disk-state'),
    device,
    oneOf: z.array(z.enum(diskStates)),
    uuid: z.exactOptional(z.string()),
  }),
  z.strictObject({ kind: z.literal('mode'), dmName, oneOf: z.array(z.enum(operatingModes)) }),
  /**
   * The kernel tells the count while the volume runs, else the disk, where a device is given. `orUnknown`: an unknown
   * count is enough, because another expectation beside this one shows the same.
   */
  z.strictObject({
    kind: z.literal('read-only-recoveries'),
    dmName,
    atLeast: count,
    device: z.exactOptional(device),
    orUnknown: z.exactOptional(z.literal(true)),
  }),
  /** The first block is not all zeros: at a start dm-vdo since 9.2 formats a device that begins with zeros. */
  z.strictObject({ kind: z.literal('not-wiped'), device }),
  /** The block of 4096 bytes at this offset has these bytes: in hexadecimal, without its trailing zeros. */
  z.strictObject({ kind: z.literal('block-is'), device, atBytes: count, bytes: z.string() }),
  /** (lvm) The data LV with the path `data` begins at this offset of the physical volume `device`. */
  z.strictObject({ kind: z.literal('data-lies-at'), data: device, device, atBytes: count }),
  /** The device holds no VDO (any more). */
  z.strictObject({ kind: z.literal('no-vdo'), device }),
  /**
   * Nobody can have written data to the volume: it runs and no block is used, or its disk (or LVM) says that it never
   * ran. Where that cannot be known, the expectation fails.
   */
  z.strictObject({
    kind: z.literal('unwritten'),
    dmName,
    device: z.nullable(device),
    lv: z.nullable(z.string()),
    /** (manager) The volume's name: a volume that the manager calls finished may have been used. */
    managed: z.exactOptional(z.string()),
  }),
  /** The device, or one beneath it, is not suspended: a command that reads it does not hang. */
  z.strictObject({ kind: z.literal('answers'), device }),
  /** The device is mounted at this path. `not-mounted`: nothing is. */
  z.strictObject({ kind: z.literal('mounted'), path: z.string(), device }),
  z.strictObject({ kind: z.literal('not-mounted'), path: z.string() }),
  /** The running volume has this much physical space left, by the kernel. */
  z.strictObject({ kind: z.literal('has-room'), dmName, atLeastBytes: count }),
  /** There is a directory at this path. `no-directory`: there is nothing. */
  z.strictObject({ kind: z.literal('directory'), path: z.string() }),
  z.strictObject({ kind: z.literal('no-directory'), path: z.string() }),
  z.strictObject({ kind: z.literal('no-file'), path: z.string() }),
  /** The loop device has no file. `loop-of`: it has this one; `not-loop-of`: it does not have this one. */
  z.strictObject({ kind: z.literal('loop-free'), device }),
  z.strictObject({ kind: z.literal('loop-of'), device, path: z.string() }),
  z.strictObject({ kind: z.literal('not-loop-of'), device, path: z.string() }),
  /** (dm-snapshot) All changes had room. */
  z.strictObject({ kind: z.literal('overlay-whole'), dmName }),
  /** These blocks of 4096 bytes are as they were: the CRC-32 of each, in hexadecimal, by its number. */
  z.strictObject({ kind: z.literal('unchanged'), device, blocks: z.record(z.string(), z.string()) }),
  /** The device holds a filesystem of one of these types. */
  z.strictObject({ kind: z.literal('filesystem'), device, oneOf: words }),
  /** The first 4096 bytes of the device are zeros. */
  z.strictObject({ kind: z.literal('begins-with-zeros'), device }),
  /** There is no such device, or it is not suspended and no table waits to be swapped in. */
  z.strictObject({ kind: z.literal('settled-table'), dmName }),
  /** The volume has at least these sizes, by the kernel while it runs, else by its super block. In bytes. */
  z.strictObject({
    kind: z.literal('sizes'),
    dmName,
    device: z.nullable(device),
    logicalBytes: bytes,
    physicalBytes: bytes,
  }),
  z.strictObject({ kind: z.literal('remembered'), remembered: rememberedSchema }),
  z.strictObject({ kind: z.literal('forgotten'), name: z.string() }),
  /** LVM knows the LV (`vg/lv`), the group or the physical volume; `lvm-lacks`: it does not. */
  z.strictObject({ kind: z.literal('lvm-has'), ...lvmThing }),
  z.strictObject({ kind: z.literal('lvm-lacks'), ...lvmThing }),
  /** LVM's pool of that name has this UUID, and holds no other LVs than these. */
  z.strictObject({ kind: z.literal('lvm-pool'), name: z.string(), uuid: z.string(), lvUuids: words }),
  /** LVM has the LV at this size at least. */
  z.strictObject({ kind: z.literal('lv-size'), name: z.string(), atLeastBytes: count }),
  /** The LV is as large in the kernel as in LVM's metadata, or not active. */
  z.strictObject({ kind: z.literal('lv-in-step'), name: z.string() }),
  /** LVM, or the manager, has these values recorded for the volume's next start: bytes and counts, by TunableKey. */
  z.strictObject({
    kind: z.literal('configured'),
    stack: z.enum(['lvm', 'manager']),
    name: z.string(),
    values,
  }),
  /** The volume runs with these values; `logical-block-size` is one of them. */
  z.strictObject({ kind: z.literal('runs-with'), dmName, values }),
  /** (manager) The configuration has the volume in one of these states; with an empty list, it lacks the volume. */
  z.strictObject({ kind: z.literal('manager-state'), name: z.string(), oneOf: words }),
  /** (manager) A removal has begun: the manager has forgotten the volume, or its device holds no VDO any more. */
  z.strictObject({ kind: z.literal('removal-begun'), name: z.string(), device }),
  /** `ifRunning`: a stopped volume always meets it, because its next start tells the kernel anew. */
  z.strictObject({ kind: z.literal('compression'), dmName, state: z.enum(['online', 'offline']), ifRunning }),
  z.strictObject({ kind: z.literal('index'), dmName, oneOf: z.array(z.enum(indexStates)), ifRunning }),
]);

export type Expectation = DeepReadonly<z.infer<typeof expectationSchema>>;
