import { parseArgs } from 'node:util';
import { findBundle } from './bundle.ts';
import type { TerminalSize } from './guest-process.ts';
import { buildImage } from './image.ts';
import { findKernelName, takeKernel } from './kernels.ts';
import { Machine } from './machine.ts';
import { reportProgress } from './host.ts';

/**
 * `npm run lab [-- --kernel stable|newest|VERSION] [--bundle FILE]`: opens a root shell in a fresh machine, on this
 * terminal, with the built vdoctl.
 */

const { values } = parseArgs({
  options: { bundle: { type: 'string' }, kernel: { type: 'string', default: 'stable' } },
});
const bundle = values.bundle ?? (await findBundle());
const { kernels } = await buildImage();
const kernel = findKernelName(kernels, values.kernel);
reportProgress(`booting Linux ${takeKernel(kernels, kernel).release}`);
const machine = await Machine.boot({ bundle, kernel });
reportProgress(
  'vdoctl is installed; disks: /dev/vdb and /dev/vdc, 10 GiB each; the machine is gone when the shell ends',
);

/** If stdout is no terminal (a pipe, say), it has no size, whatever its type claims. */
function measureTerminal(): TerminalSize {
  const [columns, rows] = process.stdout.isTTY ? process.stdout.getWindowSize() : [80, 24];
  return { columns, rows };
}

function setRawMode(mode: 'raw' | 'cooked'): void {
  if (process.stdin.isTTY) process.stdin.setRawMode(mode === 'raw');
}

const shell = machine.start(['bash', '-l'], { tty: measureTerminal(), cwd: '/root' });
shell.onOutput((chunk) => process.stdout.write(chunk));
setRawMode('raw');
process.stdin.on('data', (chunk: Buffer) => {
  shell.write(chunk);
});
process.stdin.on('end', () => {
  shell.endInput();
});
process.stdout.on('resize', () => {
  shell.resize(measureTerminal());
});

const { code } = await shell.wait();
setRawMode('cooked');
process.stdin.pause();
await machine.poweroff();
process.exitCode = code ?? 1;
