import { chooseLogicalBlocks, countBlockMapPages } from '../../model/layout.ts';
import { generationOf } from './generation.ts';
import type { VdoImage, World } from './world.ts';

/** The parameters of a new volume, in blocks of 4096 bytes. */
export interface ImageParameters extends Partial<Omit<VdoImage, 'recovery'>> {
  readonly physicalBlocks: number;
  readonly recovery?: Partial<VdoImage['recovery']>;
  /** Determines the UUID and the nonce's last digits, so that a world is the same each time it is made. */
  readonly seed: string;
  /** When it is formatted, in milliseconds since the epoch: the nonce is that time in microseconds. */
  readonly formattedAt: number;
}

const usualRecovery: VdoImage['recovery'] = {
  replayMs: 2000,
  scrubMs: 8000,
  fromPercent: 20,
  rebuildMs: 6000,
};
const usualSlabBlocks = 8192;

/** A freshly formatted volume, unless the parameters say otherwise. */
export function createImage({ seed, formattedAt, recovery, ...parameters }: ImageParameters): VdoImage {
  const slabBlocks = parameters.slabBlocks ?? usualSlabBlocks;
  const logicalUsedBlocks = parameters.logicalUsedBlocks ?? parameters.dataBlocks ?? 0;
  return {
    uuid: makeUuid(seed),
    nonce: String(formattedAt * 1000 + (Number.parseInt(makeHex(`nonce ${seed}`, 6), 16) % 1000)),
    state: 'new',
    completedRecoveries: 0,
    readOnlyRecoveries: 0,
    logicalBlocks: chooseLogicalBlocks({ ...parameters, slabBlocks }),
    slabBlocks,
    dataBlocks: 0,
    logicalUsedBlocks,
    blockMapBlocks: countBlockMapPages(logicalUsedBlocks),
    loadMs: 300,
    indexOpensAfterMs: 1000,
    files: [],
    ...parameters,
    recovery: { ...usualRecovery, ...recovery },
  };
}

/** The versions that the host's `vdoformat` writes; empty for the usual ones. */
export function describeFormat(world: World): Pick<VdoImage, 'geometryMajor' | 'releaseVersion'> {
  const { geometryMajor, releaseVersion } = generationOf(world).format;
  return geometryMajor === 5 ? {} : { geometryMajor, releaseVersion };
}

/** Hexadecimal digits that look random and are always the same for a seed (FNV-1a, stretched). */
function makeHex(seed: string, digits: number): string {
  let hash = 0x811c9dc5;
  let text = '';
  for (let round = 0; text.length < digits; round += 1) {
    for (const character of `${seed}#${String(round)}`) {
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    }
    text += hash.toString(16).padStart(8, '0');
  }
  return text.slice(0, digits);
}

export function makeUuid(seed: string): string {
  const hex = makeHex(`uuid ${seed}`, 30);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(12, 15)}`,
    `a${hex.slice(15, 18)}`,
    hex.slice(18, 30),
  ].join('-');
}

/** LVM's own form: 6-4-4-4-4-4-6 letters and digits. */
export function makeLvmUuid(seed: string): string {
  const hex = makeHex(`lvm ${seed}`, 32);
  const ends = [6, 10, 14, 18, 22, 26, 32];
  return ends.map((end, index) => hex.slice(ends[index - 1] ?? 0, end)).join('-');
}
