import { generationOf, type Generation } from './generation.ts';
import type { World } from './world.ts';

const longestLog = 1000;

/** Adds a line to the kernel log, with the time of the world. The oldest lines go. */
export function logToKernel(world: World, text: string): void {
  world.kernelLog.push({ at: world.now, text });
  if (world.kernelLog.length > longestLog) world.kernelLog.shift();
}

type Speaker = 'dmsetup' | keyof Generation['log']['threads'];

/** Logs a line about a running or starting volume, from the process that called the kernel or a volume's thread. */
export function logOfVdo(world: World, instance: number, speaker: Speaker, text: string): void {
  const { beginnings, threads } = generationOf(world).log;
  const thread = speaker === 'dmsetup' ? speaker : threads[speaker];
  const beginning = thread === 'dmsetup' ? beginnings.ofProcess : beginnings.ofThread;
  logToKernel(world, `${beginning}${String(instance)}:${thread}: ${text}`);
}
