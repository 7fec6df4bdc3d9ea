import assert from 'node:assert/strict';
import { crash, expectOutcome, expectRecovered, untilMode, untilSaid } from '../../scenarios/steps.ts';
import type { LabScenario } from '../catalog.ts';
import { lastingMs } from './lasting.ts';
import type { GuestProcess } from '../guest-process.ts';
import type { LabWorld } from '../lab-world.ts';
import { Screen } from '../screen.ts';

async function startOnTerminal(world: LabWorld, ...args: string[]): Promise<GuestProcess> {
  const machine = await world.useMachine();
  return machine.start(['vdoctl', ...args], { tty: { columns: 80, rows: 24 } });
}

/** Every picture that the terminal showed, one per piece of output. */
function watch(child: GuestProcess): readonly (readonly string[])[] {
  const screen = new Screen(80);
  const pictures: (readonly string[])[] = [];
  child.onOutput((chunk) => {
    screen.write(chunk.toString());
    pictures.push(screen.lines);
  });
  return pictures;
}

async function askForRebuild(world: LabWorld, answer: (name: string) => string) {
  const volume = await world.makeVolume({ stack: 'dm' });
  await volume.stop();
  await volume.makeReadOnly();
  const before = await world.snapshot();
  const args = ['recover', volume.name, '--force-rebuild'];
  const child = await startOnTerminal(world, ...args);
  const running = world.follow(child, args);
  await untilSaid(world, running, `Type ${volume.name} to go on:`);
  child.write(answer(volume.name));
  return { volume, before, outcome: await running.wait() };
}

/** What only a real terminal shows. */
export const terminalScenarios: readonly LabScenario[] = [
  {
    name: 'dm: on a terminal a recovery is one live line, and what is done stays above it',
    async play(world) {
      const volume = await world.makeVolume({ stack: 'dm' });
      await crash(world, volume, lastingMs);
      const args = ['recover', volume.name];
      const child = await startOnTerminal(world, ...args);
      const pictures = watch(child);
      expectOutcome(await world.follow(child, args).wait(), { code: 0, says: ['normal again'] });
      const live = pictures.filter((lines) => lines.some((line) => line.includes('recovering')));
      assert.ok(live.length >= 3, `it was redrawn ${String(live.length)} times`);
      for (const lines of pictures) {
        const isLive = (line: string): boolean => /\] \d|recovering|starting/.test(line);
        assert.ok(lines.filter(isLive).length <= 1, `more than one live line:\n${lines.join('\n')}`);
        assert.ok(lines.length <= 4, `${String(lines.length)} lines:\n${lines.join('\n')}`);
      }
      assert.match(live.map((lines) => lines.join('\n')).join('\n'), /\[#+\.+\] recovering \d+ %/);
      const last = pictures.at(-1) ?? [];
      assert.ok(last.at(-1)?.includes('normal again'), last.join('\n'));
      assert.ok(!last.join('\n').includes('recovering'), `the bar was left behind:\n${last.join('\n')}`);
      await volume.mendStorage();
      await volume.verifyFiles();
    },
  },
  {
    name: 'dm: Ctrl-C on a terminal says that the recovery goes on, exits 130, and it does',
    async play(world) {
      const volume = await world.makeVolume({ stack: 'dm' });
      await crash(world, volume, lastingMs);
      const args = ['recover', volume.name];
      const child = await startOnTerminal(world, ...args);
      const running = world.follow(child, args);
      await untilMode(world, volume, 'recovering');
      await untilSaid(world, running, /recovering \d+ %/);
      child.write('\x03');
      expectOutcome(await running.wait(), { code: 130, says: ['interrupted', 'goes on by itself'] });
      assert.equal(await volume.mode(), 'recovering');
      await expectRecovered(world, volume);
    },
  },
  {
    name: 'dm: the name typed on a terminal confirms a forced rebuild',
    async play(world) {
      const { volume, outcome } = await askForRebuild(world, (name) => `${name}\n`);
      expectOutcome(outcome, { code: 0, says: ['can be lost', 'rebuilt and normal again'] });
      assert.equal(await volume.readOnlyRecoveries(), 1);
      await volume.checkFilesystem();
    },
  },
  {
    name: 'dm: anything else typed on a terminal is no confirmation: 10, and nothing is changed',
    async play(world) {
      const { before, outcome } = await askForRebuild(world, () => 'yes\n');
      expectOutcome(outcome, { code: 10, says: ['not confirmed', 'nothing was changed'] });
      assert.equal(await world.snapshot(), before);
    },
  },
  {
    name: 'dm: Ctrl-C at the question is no confirmation: 130, and nothing is changed',
    async play(world) {
      const { before, outcome } = await askForRebuild(world, () => '\x03');
      expectOutcome(outcome, { code: 130, says: ['interrupted'] });
      assert.equal(await world.snapshot(), before);
    },
  },
];
