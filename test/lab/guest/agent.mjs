// Runs commands in the guest for the host: one JSON object a line over a virtio port, both ways. Each process ends by
// its own event: a process in state D holds up no other.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers';

const PORT_NAME = 'vdoctl.agent';
const BASE_ENV = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  USER: 'root',
  SHELL: '/bin/bash',
};

/** Children that have not been reported as ended, by the id that the host gave. */
const running = new Map();

function findPort() {
  const ports = '/sys/class/virtio-ports';
  const name = readdirSync(ports).find(
    (port) => readFileSync(`${ports}/${port}/name`, 'utf8').trim() === PORT_NAME,
  );
  return `/dev/${name}`;
}

const descriptor = openSync(findPort(), 'r+');
const output = createWriteStream('', { fd: descriptor, autoClose: false });

/**
 * Returns false if the host reads too slowly: the producer must pause until `drain`. The leading line break ends a line
 * that was cut short by a power cut or by a return to a checkpoint.
 */
function send(message) {
  return output.write(`\n${JSON.stringify(message)}\n`);
}

function forward(id, name, stream) {
  stream?.on('data', (chunk) => {
    if (send({ id, stream: name, data: chunk.toString('base64') })) return;
    stream.pause();
    output.once('drain', () => stream.resume());
  });
}

function wrapInTerminal(request, pidFile) {
  // `script` gives its child a session of its own: signals need the child's pid.
  const { columns, rows } = request.tty;
  const inner = 'echo $$ > "$LAB_PID_FILE"; unset LAB_PID_FILE; stty cols "$1" rows "$2"; shift 2; exec "$@"';
  const words = ['sh', '-c', inner, 'tty', String(columns), String(rows), ...request.argv];
  const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return {
    argv: ['script', '-qe', '-E', 'always', '-c', `exec ${command}`, '/dev/null'],
    env: { LAB_PID_FILE: pidFile, TERM: 'xterm-256color' },
  };
}

function start(request) {
  const { id } = request;
  const pidFile = request.tty ? `/run/lab-tty-${process.pid}-${id}` : undefined;
  const { argv, env } = request.tty ? wrapInTerminal(request, pidFile) : { argv: request.argv, env: {} };
  const began = performance.now();
  const child = spawn(argv[0], argv.slice(1), {
    detached: true,
    cwd: request.cwd ?? '/root',
    env: { ...BASE_ENV, ...env, ...request.env },
    stdio: [request.stdin || request.tty ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  const entry = { child, pidFile };
  running.set(id, entry);
  let ended;
  const report = () => {
    if (!running.delete(id)) return;
    send({ id, exit: ended });
  };
  child.once('spawn', () => send({ id, pid: child.pid }));
  child.once('error', (error) => {
    if (!running.delete(id)) return;
    send({ id, error: `${error.code}: ${error.message}` });
  });
  child.once('exit', (code, signal) => {
    ended = { code, signal, ms: Math.round(performance.now() - began) };
    // A background child that is left behind may keep the pipes open for ever.
    setTimeout(report, 500);
  });
  child.once('close', () => ended && report());
  child.stdin?.on('error', () => {});
  forward(id, 'stdout', child.stdout);
  forward(id, 'stderr', child.stderr);
}

function findTarget({ child, pidFile }) {
  if (pidFile === undefined) return child.pid;
  return existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : child.pid;
}

function signal(entry, name) {
  try {
    process.kill(-findTarget(entry), name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function resize(entry, { columns, rows }) {
  const path = `/proc/${findTarget(entry)}/fd/0`;
  spawn('stty', ['-F', path, 'cols', String(columns), 'rows', String(rows)], { stdio: 'ignore' }).on(
    'error',
    () => {},
  );
}

function handle(message) {
  if (message.op === 'start') return start(message);
  const entry = running.get(message.id);
  if (entry === undefined) return undefined;
  if (message.op === 'write') return entry.child.stdin?.write(Buffer.from(message.data, 'base64'));
  if (message.op === 'end') return entry.child.stdin?.end();
  if (message.op === 'kill') return signal(entry, message.signal);
  if (message.op === 'resize') return resize(entry, message);
  throw new Error(`the agent does not know the operation ${message.op}`);
}

function handleLine(line) {
  if (line === '') return;
  let message;
  try {
    message = JSON.parse(line);
    handle(message);
  } catch (error) {
    // The first line after a power cut may be the second half of a line: the agent before read the first.
    send({ id: message?.id, error: String(error) });
  }
}

function greetWhenReady() {
  if (!existsSync('/run/lab-ready')) {
    setTimeout(greetWhenReady, 50);
    return;
  }
  send({ hello: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() });
}

writeFileSync('/proc/self/oom_score_adj', '-1000');
const input = createReadStream('', { fd: descriptor, autoClose: false });
input.on('error', (error) => {
  process.stderr.write(`lab agent: ${error}\n`);
  closeSync(descriptor);
  process.exit(1);
});
createInterface({ input, crlfDelay: Infinity }).on('line', handleLine);
greetWhenReady();
