import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { blockBytes } from '../../src/model/disk.ts';
import { formatGeometry, formatSuperBlock } from '../../src/parse/disk-encode.ts';
import { bundle } from '../../build/bundle.ts';
import { standIn } from '../real-host/stand-in.ts';
import { firstExtentOf, formatLvmReport } from './lvm-report.ts';
import {
  diskOf,
  extentBytes,
  extentsStartBytes,
  formatMountinfo,
  formatPartitions,
  formatStatistics,
  formatStatus,
  makeDevices,
  type FixtureVolume,
} from './volumes.ts';

/**
 * A host of files: tools that answer at once, a root directory with /sys, /proc, /dev and /etc, and the program built
 * to look there (see ../real-host/stand-in-host.ts). Directory layout: `vdoctl.cjs`, `calls` (a line for each child
 * process), `bin`, `root`.
 */
export interface Fixture {
  readonly directory: string;
  readonly program: string;
  readonly volumes: readonly FixtureVolume[];
  /** The child processes since this was last called. */
  takeCalls(): string[];
}

/** A directory on a disk: the metadata reader reads past the page cache, which tmpfs does not always allow. */
export function makeTemporaryDirectory(): string {
  const parent = fs.existsSync('/var/tmp') ? '/var/tmp' : os.tmpdir();
  return fs.mkdtempSync(path.join(parent, 'vdoctl-bench-'));
}

/** Builds the real program, but with the fixture's host and a metadata reader that counts itself. */
export async function buildProgram(directory: string): Promise<string> {
  const program = path.join(directory, 'vdoctl.cjs');
  const reader = path.join(import.meta.dirname, 'reader.ts');
  await bundle('src/entry/main.ts', program, {
    replacements: { ...standIn.replacements, 'host/real/metadata-reader.ts': reader },
    codeDirectory: path.join(directory, 'code'),
  });
  return program;
}

export function makeFixture(directory: string, program: string, volumes: readonly FixtureVolume[]): Fixture {
  fs.mkdirSync(directory, { recursive: true });
  const own = path.join(directory, 'vdoctl.cjs');
  fs.copyFileSync(program, own);
  const calls = path.join(directory, 'calls');
  fs.writeFileSync(calls, '');
  writeTool(directory, 'dmsetup', formatStatus(volumes));
  writeTool(directory, 'vdostats', formatStatistics(volumes));
  writeTool(directory, 'lvm', formatLvmReport(volumes));
  // What pools are configured with: as if LVM said nothing of it.
  writeTool(directory, 'lvs', '{"report":[{"lv":[]}]}\n');
  writeRoot(path.join(directory, 'root'), volumes);
  return {
    directory,
    program: own,
    volumes,
    takeCalls: () => {
      const lines = fs.readFileSync(calls, 'utf8').split('\n').slice(0, -1);
      fs.truncateSync(calls);
      return lines;
    },
  };
}

function writeTool(directory: string, name: string, output: string): void {
  const answer = path.join(directory, `${name}.out`);
  fs.writeFileSync(answer, output);
  const script = `#!/bin/sh\necho ${name} >>'${directory}/calls'\nexec /bin/cat '${answer}'\n`;
  write(path.join(directory, 'bin', name), script, 0o755);
}

function writeRoot(root: string, volumes: readonly FixtureVolume[]): void {
  const devices = makeDevices(volumes);
  const place = (kernelName: string): string => path.join(root, 'sys/class/block', kernelName);
  for (const { kernelName, deviceNumber, sectors, dm } of devices) {
    const device = place(kernelName);
    for (const name of ['holders', 'slaves']) fs.mkdirSync(path.join(device, name), { recursive: true });
    fs.writeFileSync(path.join(device, 'dev'), `${deviceNumber}\n`);
    fs.writeFileSync(path.join(device, 'size'), `${String(sectors)}\n`);
    if (dm === undefined) continue;
    fs.mkdirSync(path.join(device, 'dm'));
    fs.writeFileSync(path.join(device, 'dm/name'), `${dm.name}\n`);
    fs.writeFileSync(path.join(device, 'dm/uuid'), `${dm.uuid}\n`);
    fs.writeFileSync(path.join(device, 'dm/suspended'), '0\n');
  }
  for (const { kernelName, holders } of devices) {
    for (const holder of holders) {
      fs.symlinkSync(`../../${holder}`, path.join(place(kernelName), 'holders', holder));
      fs.symlinkSync(`../../${kernelName}`, path.join(place(holder), 'slaves', kernelName));
    }
  }
  write(path.join(root, 'proc/self/mountinfo'), formatMountinfo(volumes));
  write(path.join(root, 'proc/partitions'), formatPartitions(devices));
  for (const volume of volumes) writeVolume(root, volume);
}

/**
 * Writes the volume file of a dm volume (without its UUID), and the disk of a stopped volume: a look at stopped volumes
 * reads only those.
 */
function writeVolume(root: string, volume: FixtureVolume): void {
  const { stack, name, index, isRunning } = volume;
  const storage = `/dev/${diskOf(volume)}`;
  if (stack === 'dm') {
    const numbers = { logicalSectors: 41943040, physicalBlocks: 1835008, minimumIoBytes: 4096 };
    const table = {
      version: 'V4',
      ...numbers,
      blockMapCacheBlocks: 32768,
      blockMapPeriod: 16380,
      options: [],
    };
    const remembered = { schemaVersion: 1, kind: 'volume-file', name, storage, uuid: null, table };
    write(path.join(root, 'etc/vdoctl/volumes', `${name}.json`), `${JSON.stringify(remembered, null, 2)}\n`);
  }
  if (!isRunning) {
    const start = stack === 'dm' ? 0 : extentsStartBytes + firstExtentOf(index) * extentBytes;
    writeMetadata(path.join(root, storage), start);
  }
}

function writeMetadata(file: string, start: number): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const uuid = '4a0b1c2d-3e4f-4a6b-8c7d-9e0f1a2b3c4d';
  const [nonce, superBlockAt] = [0x1234_5678_9abcn, 10];
  const counts = { completedRecoveries: 1, readOnlyRecoveries: 0, slabBytes: 2 ** 27 };
  const sizes = { logicalBytes: 41943040 * 512, physicalBytes: 1835008 * blockBytes };
  const descriptor = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT);
  const geometry = formatGeometry({
    version: 5,
    releaseVersion: 0,
    nonce,
    uuid,
    movedBlocks: 0,
    superBlockAt,
    index: undefined,
  });
  fs.writeSync(descriptor, geometry, 0, blockBytes, start);
  const superBlock = formatSuperBlock({ state: 'dirty', nonce, ...counts, ...sizes });
  fs.writeSync(descriptor, superBlock, 0, blockBytes, start + superBlockAt * blockBytes);
  fs.closeSync(descriptor);
}

function write(file: string, text: string, mode = 0o644): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { mode });
}
