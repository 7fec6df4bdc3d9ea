import { describe, expect, test } from 'vitest';

import type { Files } from '../../src/host/host.ts';
import { findStarter, listStartCommands } from '../../src/stacks/starters.ts';
import * as happen from '../simulated/levers.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { createLvmHost } from '../simulated/worlds.ts';
import { createFakeFiles } from './fakes.ts';

/** A host with a process 20 that has this command line. */
function filesWith(line: string): Files {
  return createFakeFiles({
    '/proc/1/cmdline': '/sbin/init\0',
    '/proc/20/status': 'Uid:\t0\t0\t0\t0\n',
    '/proc/20/cmdline': line === '' ? '' : `${line.split(' ').join('\0')}\0`,
  });
}

describe('what starts a volume', () => {
  const dm = { name: 'my-vdo', dmName: 'my-vdo', stack: 'dm' } as const;
  const pool = { name: 'vg/pool', dmName: 'vg-pool-vpool', stack: 'lvm' } as const;

  test.each([
    ['its own dmsetup', dm, '/usr/sbin/dmsetup create my-vdo --table x', 'dmsetup (pid 20)'],
    ['LVM, for one of its LVs', pool, 'lvchange -ay vg/home', 'lvchange (pid 20)'],
    ['LVM, by a path', pool, 'lvchange -ay /dev/vg/home', 'lvchange (pid 20)'],
    ['LVM, for the whole group', pool, 'vgchange -ay vg', 'vgchange (pid 20)'],
    ['nothing: it is another volume’s', dm, 'dmsetup create my-vdo2 --table x', undefined],
    ['nothing: it only looks', dm, 'dmsetup status my-vdo', undefined],
    ['nothing: it only names it', dm, 'grep dmsetup my-vdo', undefined],
    ['nothing: another group’s', pool, 'vgchange -ay vg2', undefined],
    ['nothing: LVM stops it', pool, 'vgchange -an vg', undefined],
    ['nothing: a kernel thread', dm, '', undefined],
  ])('%s', (_what, volume, line, expected) => {
    expect(findStarter(listStartCommands(filesWith(line)), volume)).toBe(expected);
  });

  test.each([
    ['/sbin/vgchange -ay', 'vgchange'],
    ['vgchange -a y', 'vgchange'],
    ['lvm vgchange -aay --sysinit', 'lvm'],
    ['/usr/sbin/lvm pvscan --cache --activate ay 252:16', 'lvm'],
    ['pvscan --cache --activate=ay --major 252 --minor 16', 'pvscan'],
    ['pvscan --cache -aay /dev/vdb', 'pvscan'],
    ['lvchange -qya y @tag', 'lvchange'],
    ['lvchange -ay --select vg_name=vg', 'lvchange'],
    ['lvchange -S vg_name=vg -aly', 'lvchange'],
    ['vgchange --config activation{} --monitor y --activate y', 'vgchange'],
  ])('LVM, for whatever is there: %s', (line, program) => {
    expect(findStarter(listStartCommands(filesWith(line)), pool)).toBe(`${program} (pid 20)`);
    expect(findStarter(listStartCommands(filesWith(line)), dm)).toBeUndefined();
  });

  test.each([
    'vgchange -an',
    'lvm vgchange --activate n',
    'vgchange -aln @tag',
    'lvchange -a n --select vg_name=vg',
    'vgchange --monitor y',
    'vgchange --activationmode partial --monitor y',
    'pvscan --cache /dev/vg/pv',
    'lvm vgs',
    'lvm',
    'lvm fullreport --all',
    'lvm vgchange -aay --autoactivation event vg2',
    'lvchange -ay vg2/home --config x',
    'vgchange -ay -S vg_name=vg2 vg2',
  ])('nothing: %s', (line) => {
    expect(findStarter(listStartCommands(filesWith(line)), pool)).toBeUndefined();
  });
});

test.each([
  ['vgchange -ay', 'stopped', ['starting']],
  ['vgchange -an', 'suspended', ['suspended']],
])('a pool that looks suspended while %s runs is %s', async (line, state, alerts) => {
  const host = createLvmHost();
  host.change((world) => {
    happen.suspend(world, 'vg-pool-vpool');
    happen.addProcess(world, { name: 'lvm', commandLine: ['lvm', ...line.split(' ')] });
  });
  const [seen] = (await lookAtHost(host)).seen;
  expect(seen?.volume.state).toBe(state);
  expect(seen?.volume.alerts.map(({ code }) => code)).toEqual(alerts);
});
