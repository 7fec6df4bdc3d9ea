import type { World } from './world.ts';

const longestLog = 1000;

/** Adds a line to the kernel log, at the time it is; the oldest lines go. */
export function logToKernel(world: World, text: string): void {
  world.kernelLog.push({ at: world.now, text });
  if (world.kernelLog.length > longestLog) world.kernelLog.shift();
}
