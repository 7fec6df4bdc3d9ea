import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect } from 'vitest';

import { changing, formatCommand, type CommandResult } from '../../src/model/command.ts';
import type { SimulatedHost } from '../../src/host/simulated/simulated-host.ts';
import type { World } from '../../src/host/simulated/world.ts';

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

/** What the simulator prints for the command of a recording. */
export async function replay(host: SimulatedHost, recording: Recording): Promise<CommandResult> {
  const [file = '', ...args] = recording.argv;
  return host.run(changing(file, args, 600_000));
}

/** One recording in a session: what happens before it, and how much of its text is the model's own invention. */
export interface Step {
  readonly recording: string;
  readonly before?: (world: World) => void;
  /** Waits so long before. */
  readonly afterMs?: number;
  readonly compare?: (said: string, recorded: string) => void;
}

/** Runs the commands of the recordings one after the other and holds what is printed against them. */
export async function replayAll(host: SimulatedHost, steps: readonly Step[]): Promise<void> {
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
 * The labels of `vdostats --verbose` that the model means. Every other counter is of I/O that nobody did, and only
 * its name and place must agree.
 */
const meant = new Set([
  'version',
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
 * `vdo status`: whatever tells the time or the host's name is its own, and of the counters only those that the model
 * means must agree.
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
  /(version|dataBlocksUsed|overheadBlocksUsed|logicalBlocksUsed|physicalBlocks|logicalBlocks|completeRecoveries|readOnlyRecoveries|slabCount|instance|inRecoveryMode|recoveryPercentage) : \d+/g;

export function compareMessage(said: string, recorded: string): void {
  expect(said.match(meantKeys)).toEqual(recorded.match(meantKeys));
  const blank = (text: string): string => text.replaceAll(/ : \d+/g, ' : …');
  expect(blank(said)).toBe(blank(recorded));
}
