import assert from 'node:assert/strict';
import { crash, expectRecovered, stacks, untilMode } from '../../scenarios/steps.ts';
import type { LabScenario } from '../catalog.ts';
import { lastingMs } from './lasting.ts';

/** The longest that `recover` may take after the kernel is done. */
const PROMISED_MS = 500;

/** Seconds since the boot at which the kernel last said this. */
function findInLog(log: string, words: string): number {
  const line = log.split('\n').findLast((each) => each.includes(words));
  assert.ok(line !== undefined, `the kernel never said ${words}`);
  return Number(/^\[\s*([\d.]+)\]/.exec(line)?.[1]);
}

export const timingScenarios: readonly LabScenario[] = [
  ...stacks.map((stack): LabScenario => ({
    name: `${stack}: recover returns within half a second of the kernel's end of the recovery`,
    async play(world) {
      const volume = await world.makeVolume({ stack });
      await crash(world, volume, lastingMs);
      await volume.start();
      await untilMode(world, volume, 'recovering');
      const machine = await world.useMachine();
      const text = 'vdoctl recover "$1"; code=$?; cut -d " " -f 1 /proc/uptime; exit $code';
      const { code, stdout, stderr } = await machine.exec(['sh', '-c', text, 'time', volume.name]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /normal again/);
      const ended = findInLog(await machine.run(['dmesg']), 'Exiting recovery mode');
      // The last look and the end of the program take time, too: about as much as a call that only starts and ends.
      const overheadMs = (await world.vdoctl('--version')).ms;
      const tookMs = (Number(stdout.trim().split('\n').at(-1)) - ended) * 1000;
      const found = `recover ended ${tookMs.toFixed(0)} ms after the kernel did, ${String(overheadMs)} ms of it its own`;
      world.transcript.note(found);
      assert.ok(tookMs >= 0 && tookMs < PROMISED_MS + overheadMs, found);
      await expectRecovered(world, volume);
    },
  })),
  ...stacks.map((stack): LabScenario => ({
    name: `${stack}: stop right after a burst of reads and writes works the first time, three times in a row`,
    async play(world) {
      const volume = await world.makeVolume({ stack });
      const machine = await world.useMachine();
      // Each writer that closes the device makes udev probe it, and the last close comes right before the stop.
      const text = `
        for i in 1 2 3 4 5 6 7 8; do
          dd if=/dev/urandom of="$1" bs=64k count=8 conv=notrunc status=none
          dd if="$1" of=/dev/null bs=64k count=8 iflag=direct status=none
        done
        exec vdoctl stop "$2"`;
      for (let time = 1; time <= 3; time += 1) {
        const result = await machine.exec(['sh', '-euc', text, 'burst', volume.device, volume.name]);
        assert.equal(result.code, 0, `time ${String(time)}: ${result.stdout}${result.stderr}`);
        assert.equal(await volume.mode(), undefined);
        assert.equal(await volume.diskState(), 'clean');
        await volume.start();
      }
    },
  })),
];
