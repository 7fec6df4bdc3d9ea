import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** How a tool answers: the first case whose pattern matches its arguments; `*` matches anything. */
type ToolCase = readonly [pattern: string, stdout: string, stderr?: string, code?: number];

interface DeviceInput {
  readonly num: string;
  readonly sectors: number;
  readonly dm?: { readonly name: string; readonly uuid?: string; readonly suspended?: number };
  /** Kernel names of the devices beneath. */
  readonly below?: readonly string[];
  /** Paths of links to the device. */
  readonly links?: readonly string[];
  readonly cache?: string;
}

/** A host out of files, as `test/cases/inputs/*.json` describes one. */
export interface CaseInput {
  readonly devices: Readonly<Record<string, DeviceInput>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Links other than those of devices: path to target. */
  readonly links?: Readonly<Record<string, string>>;
  /** Null: the tool is not installed. */
  readonly tools?: Readonly<Record<string, readonly ToolCase[] | null>>;
  /** What lies on a device: a file beside the inputs (empty: zeros), and the byte where it begins. */
  readonly images?: Readonly<Record<string, readonly [file: string, offsetBytes: number]>>;
  readonly mountinfo?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout and stderr together, for tests that only look for words. */
  readonly text: string;
}

const inputs = path.join(import.meta.dirname, 'inputs');
const imageBytes = 1024 ** 2;

/** Reads the input of that name, for tests that change it before they build the host. */
export function readInput(name: string): CaseInput {
  return JSON.parse(fs.readFileSync(path.join(inputs, `${name}.json`), 'utf8')) as CaseInput;
}

/**
 * One small host: /sys, /proc, /dev and /etc are files in a directory, its tools are scripts that print what the input
 * says, and the built program with the stand-in host looks at nothing else. A tool call that the input does not foresee
 * exits 97.
 */
export class CaseHost {
  private readonly directory: string;

  /**
   * @param program the build with the stand-in host
   * @param directory is made anew; not on tmpfs
   */
  constructor(directory: string, program: string, input: CaseInput) {
    this.directory = directory;
    fs.rmSync(directory, { recursive: true, force: true });
    fs.mkdirSync(path.join(directory, 'bin'), { recursive: true });
    fs.copyFileSync(program, path.join(directory, 'vdoctl.cjs'));
    this.writeTools({ ...defaultTools, ...input.tools });
    for (const [name, device] of Object.entries(input.devices)) this.writeDevice(name, device);
    for (const [name, { below = [] }] of Object.entries(input.devices)) this.stack(name, below);
    this.writeProc(input);
    for (const [file, text] of Object.entries(input.files ?? {})) this.write(file, text);
    for (const [file, target] of Object.entries(input.links ?? {})) this.link(file, target);
    for (const [device, [image, offset]] of Object.entries(input.images ?? {}))
      this.writeImage(device, image, offset);
  }

  /** Runs the built program to its end. */
  vdoctl(...words: readonly string[]): Promise<Ended> {
    const child = spawn(process.execPath, [path.join(this.directory, 'vdoctl.cjs'), ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: path.join(this.directory, 'bin') },
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        resolve({ code, ...said, text: said.stdout + said.stderr });
      });
    });
  }

  /** Every run of this tool, as command lines. */
  readCalls(tool: string): readonly string[] {
    const file = path.join(this.directory, 'calls');
    const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : [];
    return lines.filter((line) => line.startsWith(`${tool} `));
  }

  /** The content of a file of the host, devices included. */
  read(file: string): Buffer {
    return fs.readFileSync(this.inRoot(file));
  }

  private inRoot(file: string): string {
    return path.join(this.directory, 'root', file);
  }

  private write(file: string, text: string): void {
    fs.mkdirSync(path.dirname(this.inRoot(file)), { recursive: true });
    fs.writeFileSync(this.inRoot(file), text);
  }

  private link(file: string, target: string): void {
    fs.mkdirSync(path.dirname(this.inRoot(file)), { recursive: true });
    fs.symlinkSync(target, this.inRoot(file));
  }

  private writeTools(tools: NonNullable<CaseInput['tools']>): void {
    for (const [name, cases] of Object.entries(tools)) {
      if (cases === null) continue;
      const lines = cases.map(([pattern, stdout, stderr = '', code = 0], index) => {
        const said = path.join(this.directory, `${name}.${String(index)}`);
        fs.writeFileSync(`${said}.out`, stdout);
        fs.writeFileSync(`${said}.err`, stderr);
        const fits = pattern.split('*').map(quote).join('*');
        return `${fits}) /bin/cat '${said}.out'; /bin/cat '${said}.err' >&2; exit ${String(code)};;`;
      });
      const unknown = `*) echo "fake ${name}: not foreseen: $*" >&2; exit 97;;`;
      const note = `echo "${name} $*" >>'${this.directory}/calls'`;
      this.writeScript(name, [note, 'case "$*" in', ...lines, unknown, 'esac'].join('\n'));
    }
    for (const name of ['flock', 'sh']) this.writeScript(name, `PATH=/usr/bin:/bin exec ${name} "$@"`);
  }

  private writeScript(name: string, body: string): void {
    fs.writeFileSync(path.join(this.directory, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  private writeDevice(name: string, device: DeviceInput): void {
    const own = `/sys/class/block/${name}`;
    for (const part of ['holders', 'slaves'])
      fs.mkdirSync(this.inRoot(`${own}/${part}`), { recursive: true });
    this.write(`${own}/dev`, `${device.num}\n`);
    this.write(`${own}/size`, `${String(device.sectors)}\n`);
    this.write(`/sys/block/${name}/queue/write_cache`, `${device.cache ?? 'write through'}\n`);
    this.write(`/dev/${name}`, '');
    if (device.dm !== undefined) {
      this.write(`${own}/dm/name`, `${device.dm.name}\n`);
      this.write(`${own}/dm/uuid`, `${device.dm.uuid ?? ''}\n`);
      this.write(`${own}/dm/suspended`, `${String(device.dm.suspended ?? 0)}\n`);
      this.link(`/dev/mapper/${device.dm.name}`, `../${name}`);
    }
    for (const link of device.links ?? []) this.link(link, `/dev/${name}`);
  }

  private stack(name: string, below: readonly string[]): void {
    for (const under of below) {
      this.link(`/sys/class/block/${under}/holders/${name}`, `../../${name}`);
      this.link(`/sys/class/block/${name}/slaves/${under}`, `../../${under}`);
    }
  }

  private writeProc({ devices, mountinfo }: CaseInput): void {
    const rows = Object.entries(devices).map(([name, { num, sectors }]) =>
      [...num.split(':'), String(sectors / 2), name].join(' '),
    );
    this.write('/proc/partitions', ['major minor  #blocks  name', '', ...rows, ''].join('\n'));
    this.write('/proc/self/mountinfo', mountinfo ?? '22 1 8:1 / / rw,relatime - ext4 /dev/root rw\n');
    this.write('/proc/swaps', 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n');
    this.write('/proc/uptime', '300000.00 100.0\n');
    this.write('/proc/stat', 'btime 1700000000\n');
  }

  private writeImage(device: string, image: string, offset: number): void {
    const data = image === '' ? Buffer.alloc(imageBytes) : fs.readFileSync(path.join(inputs, image));
    const rest = Buffer.alloc(Math.max(0, imageBytes - data.length));
    fs.writeFileSync(this.inRoot(device), Buffer.concat([Buffer.alloc(offset), data, rest]));
  }
}

/** The tools of a host whose input does not name its own. */
const defaultTools: NonNullable<CaseInput['tools']> = {
  dmsetup: [],
  vdostats: [],
  lvm: [],
  dmesg: [],
  udevadm: [['*', '']],
  blkid: [['*', '', '', 2]],
};

function quote(text: string): string {
  return text === '' ? '' : `'${text.replaceAll("'", `'\\''`)}'`;
}
