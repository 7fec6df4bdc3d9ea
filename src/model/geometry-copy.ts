import type { StackName } from './volume.ts';

/**
 * The metadata that vdoctl keeps of a volume that it has seen in good order, to write the first block back after a
 * wipe: `/var/lib/vdoctl/geometry/UUID.json`. Formatting fixes all of it.
 */
export interface GeometryCopy {
  readonly schemaVersion: 1;
  readonly kind: 'geometry-copy';
  /** UUID of the geometry block. */
  readonly uuid: string;
  /** The geometry block of 4096 bytes in hexadecimal, without its trailing zeros. */
  readonly geometry: string;
  readonly superBlock: KeptSuperBlock;
  /** The volume that it belonged to when this copy was last written. */
  readonly volume: KeptVolume;
}

/** What never changes in a super block. */
export interface KeptSuperBlock {
  /** Where it lies on the storage, in blocks of 4096 bytes. */
  readonly block: number;
  /** Decimal: JSON has no 64-bit integers. */
  readonly nonce: string;
  readonly slabBytes: number;
}

export interface KeptVolume {
  readonly name: string;
  readonly stack: StackName;
  readonly storage: string;
  /** (lvm) LVM's own UUID of the pool; null in the other stacks. */
  readonly poolUuid: string | null;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Reads a copy; undefined where it is not understood. Checked by hand, so that a look loads no schemas for it. */
export function parseGeometryCopy(text: string): GeometryCopy | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(data) || data['schemaVersion'] !== 1 || data['kind'] !== 'geometry-copy') return undefined;
  const { uuid, geometry, superBlock, volume } = data;
  const isKept =
    isText(uuid) &&
    isText(geometry) &&
    /^([\da-f]{2}){1,4096}$/.test(geometry) &&
    isRecord(superBlock) &&
    Number.isSafeInteger(superBlock['block']) &&
    isText(superBlock['nonce']) &&
    /^\d+$/.test(superBlock['nonce']) &&
    Number.isSafeInteger(superBlock['slabBytes']) &&
    isRecord(volume) &&
    isText(volume['name']) &&
    isText(volume['storage']) &&
    isText(volume['stack']) &&
    (volume['poolUuid'] === null || isText(volume['poolUuid']));
  return isKept ? (data as unknown as GeometryCopy) : undefined;
}
