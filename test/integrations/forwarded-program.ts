import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import type { Outcome, World } from '../scenarios/world.ts';

/** A program on this machine that forwards its calls to vdoctl of a world, for other programs to start. */
export interface ForwardedProgram {
  readonly path: string;
  close(): Promise<void>;
}

export async function forwardProgram(world: World, directory: string): Promise<ForwardedProgram> {
  const socket = path.join(directory, 'socket');
  const program = path.join(directory, 'vdoctl');
  writeFileSync(program, `#!${process.execPath}\n${forwarder(socket)}\n`);
  chmodSync(program, 0o755);
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    let asked = '';
    connection.setEncoding('utf8').on('data', (text) => (asked += String(text)));
    connection.on('end', () => {
      void answer(world, asked).then((outcome) => connection.end(JSON.stringify(outcome)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return { path: program, close: () => closeServer(server) };
}

async function answer(world: World, asked: string): Promise<Pick<Outcome, 'code' | 'stdout' | 'stderr'>> {
  try {
    return await world.vdoctl(...(JSON.parse(asked) as string[]));
  } catch (error) {
    return { code: 1, stdout: '', stderr: `it could not be run: ${String(error)}` };
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

/** A script that forwards its words, prints what comes back, and exits with its code. */
function forwarder(socket: string): string {
  return [
    `const connection = require('node:net').connect(${JSON.stringify(socket)});`,
    "let text = '';",
    "connection.setEncoding('utf8').on('data', (more) => (text += more)).on('end', () => {",
    '  const { code, stdout, stderr } = JSON.parse(text);',
    '  process.stdout.write(stdout);',
    '  process.stderr.write(stderr);',
    '  process.exitCode = code;',
    '});',
    'connection.end(JSON.stringify(process.argv.slice(2)));',
  ].join('\n');
}
