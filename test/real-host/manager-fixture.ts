import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { bundle } from '../../esbuild.config.ts';
import { formatCommand } from '../../src/model/command.ts';
import { blockBytes, type DiskState } from '../../src/model/disk.ts';
import { formatGeometry, formatSuperBlock } from '../../src/parse/disk-encode.ts';
import { settle } from '../../src/stacks/steps.ts';
import { recorded } from '../parse/recordings.ts';

/**
 * A host of the classic manager made of files: `vdo`, `dmsetup` and `vdostats` are executables that answer as they were
 * recorded, and a root directory with /sys, /dev, /proc and /etc stands for the machine. What a `vdo` changes is a
 * change of the state: each state has a directory and answers of its own. Only what a state answers may be asked.
 */
export interface ManagerFixture {
  /** Runs the built program to its end. */
  readonly vdoctl: (...args: string[]) => Promise<{ readonly code: number | null; readonly text: string }>;
  /** Every `vdo` command since the last call of this. */
  readonly takeVdoCalls: () => string[];
  /** Commands that the state does not answer. */
  readonly readUnexpected: () => string[];
  readonly close: () => void;
}

export interface State {
  /** Whether the target is up: its line of `dmsetup status`, without the name. */
  readonly status?: string;
  readonly config?: string;
  readonly disk: DiskState | 'blank';
  /** Lines of mountinfo besides the usual ones. */
  readonly mounts?: string;
  /** What `vdo` answers: the recording, and the state from then on. */
  readonly vdo?: Readonly<Record<string, Answer>>;
}

export interface Answer {
  /** The beginning of its name: `manager/15`. */
  readonly recording: string;
  readonly becomes?: string;
}

export const uuid = '2c9aff93-832f-4c59-9f10-2552c019e476';
const sectorsOf = { vdb: 20_971_520, 'dm-0': 41_943_040 };

/** The real program, but for its host. */
export async function buildManagerProgram(directory: string): Promise<string> {
  const program = path.join(directory, 'vdoctl.cjs');
  await bundle('src/main.ts', program, {
    'host/real/real-host.ts': path.join(import.meta.dirname, 'stand-in-host.ts'),
  });
  return program;
}

/** @param states by name; the first one is that of the beginning. */
export function makeManagerFixture(
  directory: string,
  program: string,
  states: Readonly<Record<string, State>>,
): ManagerFixture {
  fs.mkdirSync(directory, { recursive: true });
  fs.copyFileSync(program, path.join(directory, 'vdoctl.cjs'));
  for (const [name, state] of Object.entries(states)) writeState(path.join(directory, 'states', name), state);
  const answers = Object.entries(states).map(([name, state]) => [name, listAnswers(state)]);
  write(path.join(directory, 'answers.json'), JSON.stringify(Object.fromEntries(answers)));
  write(path.join(directory, 'calls'), '');
  write(path.join(directory, 'tool.cjs'), toolScript);
  for (const tool of ['vdo', 'dmsetup', 'vdostats', 'udevadm', 'dmesg'])
    write(
      path.join(directory, 'bin', tool),
      `#!/bin/sh\nexec '${process.execPath}' '${directory}/tool.cjs' ${tool} "$@"\n`,
      0o755,
    );
  write(path.join(directory, 'bin/flock'), '#!/bin/sh\nPATH=/usr/bin:/bin exec flock "$@"\n', 0o755);
  const [first = ''] = Object.keys(states);
  write(path.join(directory, 'state'), first);
  fs.cpSync(path.join(directory, 'states', first), path.join(directory, 'root'), copying);
  const calls = (): string[] =>
    fs.readFileSync(path.join(directory, 'calls'), 'utf8').split('\n').slice(0, -1);
  return {
    vdoctl: (...args) => runToEnd(path.join(directory, 'vdoctl.cjs'), args),
    takeVdoCalls() {
      const taken = calls().filter((line) => line.startsWith('vdo '));
      fs.truncateSync(path.join(directory, 'calls'));
      return taken;
    },
    readUnexpected: () => calls().filter((line) => line.startsWith('unexpected: ')),
    close: () => {
      fs.rmSync(directory, { recursive: true });
    },
  };
}

const copying = { recursive: true, verbatimSymlinks: true };

/** Answers by the state and the whole command line; what has no answer is noted, and fails. */
const toolScript = `
const fs = require('node:fs');
const path = require('node:path');
const here = __dirname;
const state = fs.readFileSync(path.join(here, 'state'), 'utf8');
const line = process.argv.slice(2).join(' ');
const answer = JSON.parse(fs.readFileSync(path.join(here, 'answers.json'), 'utf8'))[state][line];
fs.appendFileSync(path.join(here, 'calls'), (answer === undefined ? 'unexpected: ' : '') + line + '\\n');
if (answer === undefined) process.exit(97);
if (answer.becomes !== undefined) {
  fs.writeFileSync(path.join(here, 'state'), answer.becomes);
  for (const part of ['sys', 'dev', 'etc/vdoconf.yml']) {
    const from = path.join(here, 'states', answer.becomes, part);
    const to = path.join(here, 'root', part);
    fs.rmSync(to, { recursive: true, force: true });
    if (fs.existsSync(from)) fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  }
}
fs.writeSync(1, answer.stdout);
fs.writeSync(2, answer.stderr);
process.exit(answer.code);
`;

type Said = Pick<ReturnType<typeof recorded>, 'code' | 'stdout' | 'stderr'>;

function listAnswers({ status, vdo = {} }: State): Record<string, Said & { becomes?: string }> {
  const say = (stdout: string): Said => ({ code: 0, stdout, stderr: '' });
  const up = status === undefined ? [] : [`my-vdo: ${status}\n`];
  const [, ...statistics] = recorded('lvm/09').stdout.split('\n');
  const answers: Record<string, Said & { becomes?: string }> = {
    'dmsetup status --target vdo': say(up.join('')),
    'dmsetup status my-vdo': status === undefined ? recorded('dm/24') : say(`${status}\n`),
    'vdostats --verbose':
      status === undefined ? recorded('dm/07') : say(`my-vdo : \n${statistics.join('\n')}`),
    [recorded('dm/19').argv.join(' ')]:
      status === undefined
        ? recorded('dm/24')
        : say(
            recorded('dm/19').stdout.replace('my-vdo,,', `my-vdo,VDO-${uuid},`).replace(',253,1', ',253,0'),
          ),
    [formatCommand(settle)]: say(''),
    dmesg: say(''),
  };
  for (const [line, { recording, becomes }] of Object.entries(vdo)) {
    const { code, stdout, stderr } = recorded(recording);
    answers[`vdo ${line}`] = { code, stdout, stderr, ...(becomes === undefined ? {} : { becomes }) };
  }
  return answers;
}

/** The recording's without the volume that was mounted there. */
const usualMounts = recorded('dm/59').stdout.replace(/^.* \/dev\/mapper\/my-vdo .*\n/m, '');

function writeState(root: string, { status, config, disk, mounts = '' }: State): void {
  const isUp = status !== undefined;
  const block = path.join(root, 'sys/class/block');
  writeDevice(path.join(block, 'vdb'), '254:16', sectorsOf.vdb);
  fs.mkdirSync(path.join(root, 'dev/mapper'), { recursive: true });
  if (isUp) {
    writeDevice(path.join(block, 'dm-0'), '253:0', sectorsOf['dm-0']);
    for (const [name, text] of Object.entries({ name: 'my-vdo', uuid: `VDO-${uuid}`, suspended: '0' }))
      write(path.join(block, 'dm-0/dm', name), `${text}\n`);
    fs.symlinkSync('../../vdb', path.join(block, 'dm-0/slaves/vdb'));
    fs.symlinkSync('../../dm-0', path.join(block, 'vdb/holders/dm-0'));
    write(path.join(root, 'dev/dm-0'), '');
    fs.symlinkSync('../dm-0', path.join(root, 'dev/mapper/my-vdo'));
  }
  writeMetadata(path.join(root, 'dev/vdb'), disk);
  if (config !== undefined) write(path.join(root, 'etc/vdoconf.yml'), config);
  write(path.join(root, 'proc/self/mountinfo'), usualMounts + mounts);
}

function writeDevice(directory: string, number: string, sectors: number): void {
  for (const name of ['holders', 'slaves']) fs.mkdirSync(path.join(directory, name), { recursive: true });
  write(path.join(directory, 'dev'), `${number}\n`);
  write(path.join(directory, 'size'), `${String(sectors)}\n`);
}

function writeMetadata(file: string, state: State['disk']): void {
  const [nonce, superBlockAt] = [0x1234_5678_9abcn, 10];
  const counts = { completedRecoveries: 0, readOnlyRecoveries: 0, slabBytes: 2 ** 27 };
  const sizes = { logicalBytes: sectorsOf['dm-0'] * 512, physicalBytes: sectorsOf.vdb * 512 };
  const bytes = Buffer.alloc((superBlockAt + 1) * blockBytes);
  if (state !== 'blank') {
    bytes.set(formatGeometry({ nonce, uuid, superBlockAt }), 0);
    bytes.set(formatSuperBlock({ state, nonce, ...counts, ...sizes }), superBlockAt * blockBytes);
  }
  fs.writeFileSync(file, bytes);
}

function write(file: string, text: string, mode = 0o644): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { mode });
}

function runToEnd(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => (text += more));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, text });
    });
  });
}
