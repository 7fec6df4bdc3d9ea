import assert from 'node:assert/strict';
import { call, callInVain, readAlerts, readEvents, stacks } from '../../scenarios/steps.ts';
import type { Outcome } from '../../scenarios/world.ts';
import type { LabScenario } from '../catalog.ts';
import { verifyFiles } from '../files.ts';
import type { LabTestVolume } from '../lab-test-volume.ts';
import type { LabWorld } from '../lab-world.ts';
import type { Machine } from '../machine.ts';
import { makeUnreplayed } from '../unreplayed.ts';

/** Links by which the host finds filesystems and disks: none of them may lead to a rehearsal, but those of its loop device. */
async function readLinks(machine: Machine): Promise<string> {
  return machine.script(
    'udevadm settle; find /dev/disk -type l -printf "%p %l\\n" | grep -vE "diskseq|by-loop" | sort; ls -l /dev/mapper | grep -v rehearsal | wc -l',
  );
}

/** What LVM says of its groups, its warnings of duplicates included. */
async function askLvm(machine: Machine): Promise<string> {
  return machine.script('pvs -o pv_name,vg_name --noheadings 2>&1; lvs --noheadings -o lv_name,lv_attr 2>&1');
}

interface Account {
  readonly isWhole: boolean;
  readonly devices: readonly {
    readonly check: { readonly verdict: string } | null;
    readonly tree: {
      readonly files: number;
      readonly unreadable: { readonly count: number };
      readonly compared: Readonly<Record<string, { readonly count: number }>> | null;
    } | null;
  }[];
}

/** Rehearses, and proves that nothing was written beneath and nothing is left. */
async function rehearse(world: LabWorld, volume: LabTestVolume): Promise<Account> {
  const before = await volume.countWrites();
  const outcome = await callInVain(world, ['rehearse', volume.name, '--json'], { code: 0 });
  assert.deepEqual(await volume.countWrites(), before);
  return readWhole(outcome);
}

/** What a rehearsal told, which has to be that everything is whole. */
function readWhole(outcome: Outcome): Account {
  const result = readEvents(outcome).at(-1) as unknown as { volumes: { account: Account }[] };
  const [{ account } = { account: undefined }] = result.volumes;
  assert.ok(account !== undefined);
  assert.equal(account.isWhole, true);
  const [device] = account.devices;
  assert.equal(device?.check?.verdict, 'clean');
  // The files and the list of their checksums.
  assert.equal(device.tree?.files, 5);
  return account;
}

/** Copies everything off the running volume, with not a byte beneath it written. */
async function salvageWhole(world: LabWorld, volume: LabTestVolume, to: string): Promise<void> {
  const before = await volume.countWrites();
  await callInVain(world, ['salvage', volume.name, '--to', to], {
    code: 0,
    says: ['all that it shows is copied'],
  });
  assert.deepEqual(await volume.countWrites(), before);
  await verifyFiles(await world.useMachine(), `${to}/files`);
}

/** Copies everything off the rehearsal that is up, which stays so. */
async function copyOffRehearsal(world: LabWorld, { name }: LabTestVolume, to: string): Promise<void> {
  await callInVain(world, ['salvage', name, '--from-rehearsal', '--to', to], {
    code: 0,
    says: ['all that it shows is copied'],
  });
  await verifyFiles(await world.useMachine(), `${to}/files`);
}

/** Rehearses, copies off the rehearsal, and throws it away; nothing beneath is written. */
async function keepAndCopy(world: LabWorld, volume: LabTestVolume, to: string): Promise<Account> {
  const [before, writes] = [await world.snapshot(), await volume.countWrites()];
  const outcome = await call(world, ['rehearse', volume.name, '--keep', '--json'], { code: 0 });
  await copyOffRehearsal(world, volume, to);
  await call(world, ['rehearse', volume.name, '--discard'], { code: 0, says: ['threw away'] });
  assert.deepEqual([await world.snapshot(), await volume.countWrites()], [before, writes]);
  return readWhole(outcome);
}

/** Once its journal can no longer be read from memory, what it shows is not to be trusted. */
async function refuseToSalvage(world: LabWorld, { name }: LabTestVolume, reason: string): Promise<void> {
  await callInVain(world, ['salvage', name, '--to', '/srv/never'], {
    code: 8,
    says: [reason, 'no read fails', `vdoctl rehearse ${name} --keep`],
  });
}

/** What `rehearse` promises, on the way that a read-only volume takes. */
export const rehearseScenarios: readonly LabScenario[] = stacks.map((stack): LabScenario => ({
  name: `${stack}: salvage and rehearse: a volume read-only with its journal unreplayed: all files whole beside it and after a stop, nothing beneath it written, and the rebuild gives the same`,
  async play(lab) {
    const volume = await lab.makeVolume({ stack });
    await volume.mount();
    await volume.writeFiles();
    const machine = await lab.useMachine();
    await makeUnreplayed(machine, volume);
    assert.equal(await volume.mode(), 'read-only');
    assert.equal(await volume.diskState(), 'read-only');

    await salvageWhole(lab, volume, '/srv/mounted');
    const mounted = await rehearse(lab, volume);
    assert.deepEqual(countDifferences(mounted), [0, 0]);
    await volume.unmount();
    const links = await readLinks(machine);
    const groups = await askLvm(machine);
    await salvageWhole(lab, volume, '/srv/unmounted');
    const beside = await rehearse(lab, volume);
    assert.deepEqual(countDifferences(beside), [0, 0]);
    assert.equal(await volume.mode(), 'read-only');

    const writes = await volume.countWrites();
    await call(lab, ['rehearse', volume.name, '--keep'], { code: 0, says: ['the rehearsal is kept'] });
    assert.equal(await readLinks(machine), links);
    assert.equal(await askLvm(machine), groups);
    assert.ok((await readAlerts(lab, volume.name)).includes('rehearsal-kept'));
    await machine.script(
      'cd /run/vdoctl/mounts/vdoctl-rehearsal-*/files; sha256sum --check --quiet SHA256SUMS',
    );
    await copyOffRehearsal(lab, volume, '/srv/rehearsed');
    for (const args of [['stop'], ['recover', '--force-rebuild', '--yes'], ['rehearse']])
      await callInVain(lab, [args[0] ?? '', volume.name, ...args.slice(1)], {
        code: 8,
        says: ['a rehearsal of its forced rebuild is up', '--discard'],
      });
    await call(lab, ['rehearse', volume.name, '--discard'], { code: 0, says: ['threw away the rehearsal'] });
    assert.equal(
      await machine.script('ls -A /run/vdoctl/mounts; ls /var/lib/vdoctl | grep changes || true'),
      '',
    );
    assert.equal(await readLinks(machine), links);
    assert.deepEqual(await volume.countWrites(), writes);

    await call(lab, ['stop', volume.name], { code: 0 });
    await refuseToSalvage(lab, volume, 'it is stopped, and will come up read-only');
    await volume.start();
    await refuseToSalvage(lab, volume, 'it came up read-only');
    await volume.stop();
    const stopped = await keepAndCopy(lab, volume, '/srv/stopped');
    assert.equal(stopped.devices[0]?.tree?.compared, null);
    assert.equal(await volume.diskState(), 'read-only');

    await call(lab, ['recover', volume.name, '--force-rebuild', '--yes'], { code: 0, says: ['rebuilt'] });
    await volume.checkFilesystem();
    await volume.verifyFiles();
    await call(lab, ['stop', volume.name], { code: 0 });
  },
}));

function countDifferences({ devices }: Account): (number | undefined)[] {
  const compared = devices[0]?.tree?.compared;
  return [compared?.['missing']?.count, compared?.['differing']?.count];
}
