import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect } from 'vitest';

import { changing, formatCommand, type CommandResult } from '../../src/model/command.ts';
import { imageAt } from '../../src/simulator/arrange.ts';
import type { TestHost } from './test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { countFixedOverhead } from '../../src/model/layout.ts';

/** One command as a real host answered it. */
export interface Recording {
  readonly argv: readonly string[];
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function readRecording(name: string): Recording {
  const path = fileURLToPath(new URL(`../recordings/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(path, 'utf8')) as Recording;
}

/** Runs the recorded command in the simulator. */
export async function replay(host: TestHost, recording: Recording): Promise<CommandResult> {
  const [file = '', ...args] = recording.argv;
  return host.run(changing(file, args, 600_000));
}

/** One recording of a session: what happens before it, and which part of its text is invented by the model. */
export interface Step {
  readonly recording: string;
  readonly before?: (world: World) => void;
  /** Waits this long before the command. */
  readonly afterMs?: number;
  readonly compare?: (said: string, recorded: string) => void;
}

/** Runs the commands of the recordings in order, and compares their output. */
export async function replayAll(host: TestHost, steps: readonly Step[]): Promise<void> {
  for (const { recording: name, before, afterMs, compare } of steps) {
    if (before !== undefined) host.change(before);
    if (afterMs !== undefined) await host.clock.sleep(afterMs);
    const recording = readRecording(name);
    const result = await replay(host, recording);
    const [file = '', ...args] = recording.argv;
    const about = `${name}: ${formatCommand({ file, args })}`;
    expect(result.outcome, `${about}\n${result.stderr}`).toEqual({ kind: 'exited', code: recording.code });
    expect(result.stderr, about).toBe(recording.stderr);
    if (compare === undefined) expect(result.stdout, about).toBe(recording.stdout);
    else compare(result.stdout, recording.stdout);
  }
}

/**
 * The labels of `vdostats --verbose` whose values the model computes. Every other counter is of I/O that nobody did:
 * only its name and place must agree.
 */
const meant = new Set([
  'version',
  'release version',
  'write policy',
  'data blocks used',
  'overhead blocks used',
  'logical blocks used',
  'physical blocks',
  'logical blocks',
  '1K-blocks',
  '1K-blocks used',
  '1K-blocks available',
  'used percent',
  'saving percent',
  'block map cache size',
  'block size',
  'completed recovery count',
  'read-only recovery count',
  'operating mode',
  'recovery progress (%)',
  'slab count',
  'instance',
  '512 byte emulation',
]);

export function compareVerbose(said: string, recorded: string): void {
  expect(blankInvented(said)).toBe(blankInvented(recorded));
}

function blankInvented(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const [label = '', value] = line.split(' : ');
      return value === undefined || meant.has(label.trim()) ? line : `${label} : …`;
    })
    .join('\n');
}

/**
 * `vdo status`: times and the host's name may differ, and of the counters only those that the model computes must
 * agree.
 */
export function compareManagerStatus(said: string, recorded: string): void {
  expect(blankOwn(said)).toBe(blankOwn(recorded));
}

const counterIndent = 8;

function blankOwn(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const [, indent = '', label = ''] = /^( *)([^:]+):/.exec(line) ?? [];
      const isCounter = indent.length === counterIndent;
      if (['Date', 'Node'].includes(label)) return `${label}: …`;
      if (label === 'Last modified') return line.replace(/'.*'/, '…');
      return !isCounter || meant.has(label) ? line : `${label}: …`;
    })
    .join('\n');
}

const meantKeys =
  /(version|releaseVersion|dataBlocksUsed|overheadBlocksUsed|logicalBlocksUsed|physicalBlocks|logicalBlocks|completeRecoveries|readOnlyRecoveries|slabCount|instance|inRecoveryMode|recoveryPercentage) : \d+/g;

export function compareMessage(said: string, recorded: string): void {
  expect(said.match(meantKeys)).toEqual(recorded.match(meantKeys));
  const blank = (text: string): string => text.replaceAll(/ : \d+/g, ' : …');
  expect(blank(said)).toBe(blank(recorded));
}

/** A status line. Its used blocks mean nothing while the mode is not normal, and kernels count them differently. */
export function compareStatus(said: string, recorded: string): void {
  const blank = (text: string): string => text.replace(/\d+ (\d+)\n/, '… $1\n');
  expect(blank(said)).toBe(blank(recorded));
}

/** Gives the volume the space usage of this recording of `vdostats --verbose`. */
export function useSpaceAs(world: World, storage: string, name: string): void {
  const image = imageAt(world, storage);
  const text = readRecording(name).stdout;
  const valueOf = (label: string): number => Number(new RegExp(`${label} +: (\\d+)`).exec(text)?.[1]);
  Object.assign(image, {
    dataBlocks: valueOf('data blocks used'),
    logicalUsedBlocks: valueOf('logical blocks used'),
    blockMapBlocks: valueOf('overhead blocks used') - countFixedOverhead(image),
  });
}

/** Compares the kernel's lines since the volume's start: they may be fewer than the real kernel's, and no others. */
export function expectLogged(host: TestHost, name: string, ...some: readonly string[]): void {
  const { kernelLog } = host.world;
  const recorded = readRecording(name).stdout.trimEnd().split('\n');
  const own = /^kvdo\d+/.exec(recorded[0] ?? '')?.[0] ?? 'no instance';
  const said = kernelLog.map(({ text }) => text).filter((text) => text.startsWith(`${own}:`));
  expect(recorded).toEqual(expect.arrayContaining(said));
  expect(said.map((text) => text.slice(text.indexOf(': ') + 2))).toEqual(expect.arrayContaining([...some]));
}

/** `find DIRECTORY`: each simulated file is where a real host has it. */
export function expectFiles(host: TestHost, directory: string, recorded: readonly string[]): void {
  const listed = host.files.list(directory);
  expect(listed.kind, directory).toBe('read');
  const names = listed.kind === 'read' ? listed.value : [];
  expect(recorded).toEqual(expect.arrayContaining([...names]));
}
