import { parseArgs } from 'node:util';
import { Machine } from './machine.ts';
import { reportProgress } from './host.ts';

/** `npm run lab [-- --bundle dist/vdoctl.js]`: a root shell in a fresh machine, on this terminal. */

const { values } = parseArgs({ options: { bundle: { type: 'string' } } });
reportProgress('booting');
const machine = await Machine.boot(values.bundle === undefined ? {} : { bundle: values.bundle });
reportProgress('disks: /dev/vdb and /dev/vdc, 10 GiB each; the machine is gone when the shell ends');

const size = () => ({ columns: process.stdout.columns ?? 80, rows: process.stdout.rows ?? 24 });
const shell = machine.start(['bash', '-l'], { tty: size(), cwd: '/root' });
shell.onOutput((chunk) => process.stdout.write(chunk));
process.stdin.setRawMode?.(true);
process.stdin.on('data', (chunk: Buffer) => shell.write(chunk));
process.stdin.on('end', () => shell.endInput());
process.stdout.on('resize', () => shell.resize(size()));

const { code } = await shell.wait();
process.stdin.setRawMode?.(false);
process.stdin.pause();
await machine.poweroff();
process.exitCode = code ?? 1;
