import type { Machine } from './machine.ts';

/** Makes the sectors `$2` and those behind it of the linear device `$1`, as many as `$3`, fail like those of a bad disk. */
const breakSectors = `
  set -- "$1" "$2" "$3" $(dmsetup table "$1")
  size=$5 below=$7 at=$8 end=$(($2 + $3))
  {
    echo "0 $2 linear $below $at"
    echo "$2 $3 error"
    echo "$end $((size - end)) linear $below $((at + end))"
  } | dmsetup load "$1"
  dmsetup suspend --noflush --nolockfs "$1"
  dmsetup resume --noudevsync "$1"`;

export interface BadSectors {
  readonly first: number;
  readonly count: number;
}

/** Makes sectors of a device, which has one linear table, fail from now on. */
export async function breakAt(machine: Machine, device: string, { first, count }: BadSectors): Promise<void> {
  const words = [device, first, count].map(String);
  await machine.run(['bash', '-euc', breakSectors, 'break', ...words]);
}

/** Looks through a device, from a sector on, for where it keeps the blocks of a file. */
const findBlocks = `
  const fs = require('fs');
  const [path, device, from] = process.argv.slice(1);
  const bytes = fs.readFileSync(path);
  const wanted = new Map();
  for (let at = 0; at + 4096 <= bytes.length; at += 4096) wanted.set(bytes.toString('hex', at, at + 16), at);
  const source = fs.openSync(device, 'r');
  const piece = Buffer.alloc(4 << 20);
  for (let at = Number(from) * 512; ; at += piece.length) {
    const read = fs.readSync(source, piece, 0, piece.length, at);
    if (read === 0) throw new Error('no block of ' + path + ' lies on ' + device);
    for (let in_ = 0; in_ + 4096 <= read; in_ += 4096) {
      const own = wanted.get(piece.toString('hex', in_, in_ + 16));
      if (own === undefined || own < bytes.length / 3) continue;
      console.log((at + in_) / 512);
      process.exit(0);
    }
  }`;

/** The first sector of a block of the last two thirds of a file, of data that neither deduplicates nor compresses. */
export async function findFileOnDevice(
  machine: Machine,
  {
    path,
    device,
    fromSector,
  }: { readonly path: string; readonly device: string; readonly fromSector: number },
): Promise<number> {
  const words = ['node', '-e', findBlocks, path, device, String(fromSector)];
  return Number(await machine.run(words, { timeoutMs: 600_000 }));
}
