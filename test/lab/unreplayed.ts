import type { LabTestVolume } from './lab-test-volume.ts';
import type { Machine } from './machine.ts';

/**
 * Makes a running volume read-only as life does it, with a journal that nobody replays: for a moment every write to the
 * last 400 MiB of its storage fails, where the recovery journal lies.
 */
const loseJournal = `
  name=$(basename "$1")
  was=$(dmsetup table "$name")
  read -r _ sectors _ disk offset <<< "$was"
  good=$((sectors - 400 * 2048))
  printf '0 %s linear %s %s\\n%s %s error\\n' $good $disk $offset $good $((sectors - good)) > /run/table
  swap() { dmsetup suspend --noflush --nolockfs "$name"; dmsetup resume --noudevsync "$name"; }
  dmsetup load "$name" /run/table; swap
  dd if=/dev/urandom of="$2" bs=4k count=64 seek=4000000 oflag=direct conv=notrunc status=none || true
  for i in $(seq 100); do dmsetup status --target vdo "$3" | grep -q read-only && break; sleep 0.2; done
  dmsetup load "$name" --table "$was"; swap
  dmsetup status --target vdo "$3"`;

export async function makeUnreplayed(machine: Machine, volume: LabTestVolume): Promise<void> {
  const { storage, device, target } = volume;
  await machine.run(['bash', '-euc', loseJournal, 'lose', storage, device, target], { timeoutMs: 120_000 });
}
