import { readFileSync, readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { parseArguments } from '../../src/cli/arguments.ts';
import { ScratchUnits, escapeInstance } from './scratch-units.ts';

const instance = escapeInstance('my-vdo');
const volume = `vdoctl@${instance}.service`;
const recovery = `vdoctl-recover@${instance}.service`;
const options = `defaults,nofail,x-systemd.requires=${volume}`;
const root = '/dev/sda1 / ext4 defaults 0 1';
const data = `/dev/mapper/my-vdo /srv/data ext4 ${options} 0 2`;
/** A whole boot: anything in its way shows here. */
const boot = ['multi-user.target', 'local-fs.target', 'shutdown.target'];

const directory = new URL('../../src/packaging/systemd/', import.meta.url);

function listUnits(): string[] {
  return readdirSync(directory).filter((name) => /\.(service|timer)$/.test(name));
}

let scratch: ScratchUnits | undefined;

function prepare(...fstab: string[]): ScratchUnits {
  scratch = new ScratchUnits(fstab);
  return scratch;
}

afterEach(() => {
  scratch?.remove();
  scratch = undefined;
});

describe('the units', () => {
  test('systemd understands every line of them', () => {
    const names = listUnits().map((name) => name.replace('@.', `@${instance}.`));
    expect(names).toEqual(expect.arrayContaining([volume, recovery]));
    expect(prepare(root).verify(names)).toEqual({ complaints: '', exitCode: 0 });
  });

  test('a setting that systemd does not understand would be seen', () => {
    const units = prepare(root);
    units.set('vdoctl@.service.d/typo.conf', '[Service]\nTimeoutStrtSec=5min\n');
    expect(units.verify([volume]).complaints).toContain('TimeoutStrtSec');
  });

  test('their calls of vdoctl are such that it understands', async () => {
    const text = listUnits()
      .map((name) => readFileSync(new URL(name, directory), 'utf8'))
      .join('\n');
    const calls = [...text.matchAll(/^Exec\w+=-?\/usr\/sbin\/vdoctl (.*)$/gm)].map(([, words = '']) => words);
    expect(calls.length).toBeGreaterThanOrEqual(6);
    for (const call of calls) {
      const { command } = await parseArguments(call.replaceAll('%I', 'my-vdo').split(' '));
      expect(commands).toContain(command);
    }
  });
});

describe('a volume in fstab', () => {
  test('boots and goes down without an ordering cycle, with /var on a filesystem of its own', () => {
    const units = prepare(root, '/dev/sda2 /var ext4 defaults 0 2', data);
    expect(units.verify([...boot, 'srv-data.mount', volume, recovery])).toEqual({
      complaints: '',
      exitCode: 0,
    });
    // At boot /var comes first, since vdoctl writes there, then the volume, then the mount on it. Shutdown reverses the
    // order.
    expect(units.describe(volume)('After')).toContain('var.mount');
    expect(units.describe(volume)('Before')).toEqual(
      expect.arrayContaining(['srv-data.mount', 'shutdown.target']),
    );
    expect(units.describe('srv-data.mount')('Requires')).toContain(volume);
    expect(units.describe(volume)('Conflicts')).toContain('shutdown.target');
  });

  test('enabled as well, and on top of another volume: no cycle either', () => {
    const upper = escapeInstance('upper');
    const units = prepare(
      root,
      data,
      `/dev/mapper/upper /srv/upper xfs x-systemd.requires=vdoctl@${upper}.service`,
    );
    units.enable(volume);
    units.set(`vdoctl@${upper}.service.d/on.conf`, `[Unit]\nRequires=${volume}\nAfter=${volume}\n`);
    expect(units.verify([...boot, 'srv-data.mount', 'srv-upper.mount'])).toEqual({
      complaints: '',
      exitCode: 0,
    });
  });

  test('nothing of the boot waits for its recovery', () => {
    const units = prepare(root, data);
    const about = units.describe(recovery);
    expect(about('Type')).toEqual(['exec']);
    expect(about('After')).toContain(volume);
    // Nothing of the boot comes after it, only the shutdown: whatever is up goes down before that.
    expect(about('Before')).toEqual(['shutdown.target']);
    expect(units.describe(volume)('Wants')).toContain(recovery);
  });

  test('NAME comes back out of its escaped form, that of a pool too', () => {
    const units = prepare(root);
    expect(units.describe(volume)('Command Line')).toContain('/usr/sbin/vdoctl start my-vdo');
    expect(escapeInstance('vg/pool')).toBe('vg-pool');
    expect(units.describe('vdoctl@vg-pool.service')('Command Line')).toContain(
      '/usr/sbin/vdoctl start vg/pool',
    );
  });
});

describe('/var itself on the volume', () => {
  const var_ = `/dev/mapper/my-vdo /var ext4 x-systemd.requires=${volume} 0 2`;

  test('would wait for itself: this is what a cycle looks like', () => {
    expect(prepare(root, var_).verify(boot).complaints).toContain('ordering cycle');
  });

  test('is possible once the drop-in that asks for the journal is masked', () => {
    const units = prepare(root, var_);
    units.set(`vdoctl@${instance}.service.d/journal.conf`, null);
    expect(units.verify(boot)).toEqual({ complaints: '', exitCode: 0 });
    expect(units.describe('vdoctl@vg-pool.service')('After')).toContain('var.mount');
  });
});
