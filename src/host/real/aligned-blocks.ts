/** Node has it, but its type is in the browser's library, which this program does not include. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
};

const webAssemblyPageBytes = 65536;

/**
 * O_DIRECT needs page-aligned memory, and Node can provide it only as WebAssembly memory. One memory serves all blocks,
 * since each takes gigabytes of address space.
 *
 * @param bytes of one block: a multiple of 4096.
 */
export function makeAlignedBlocks(count: number, bytes: number): (at: number) => Uint8Array {
  const pages = Math.ceil((count * bytes) / webAssemblyPageBytes);
  const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages });
  return (at) => new Uint8Array(buffer, at * bytes, bytes);
}
