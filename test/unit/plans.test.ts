import { describe, expect, test } from 'vitest';

import { addPool, addVg, activatePool, addRemembered } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { planDocument } from '../../src/cli/format/plan.ts';
import { formatCommand } from '../../src/model/command.ts';
import type { Plan } from '../../src/model/plan.ts';
import { adopt } from '../../src/operations/adopt.ts';
import { recover } from '../../src/operations/recover.ts';
import type { Session } from '../../src/operations/session.ts';
import { start, stop } from '../../src/operations/start-stop.ts';
import { describeAction } from '../../src/plan/take-step.ts';
import { createDiskHost, createDmHost, createLvmHost, crash, gibibyte, low } from '../simulated/worlds.ts';
import { createSession, snapshot } from './fakes.ts';

type Act = (session: Session) => Promise<unknown>;

/** `my-vg/my-pool` with two LVs, active. */
function createDashedHost(): TestHost {
  return createDiskHost((world) => {
    const volumes = ['lv-a', 'lv-b'].map((name) => ({ name, sizeBytes: gibibyte }));
    const vg = addVg(world, 'my-vg', ['/dev/vdb']);
    activatePool(world, addPool(world, vg, 'my-pool', { sizeBytes: 8 * gibibyte, volumes }));
  });
}

const rebuild =
  (name: string): Act =>
  (session) =>
    recover(session, name, { forceRebuild: 'asked' });
const justRecover =
  (name: string): Act =>
  (session) =>
    recover(session, name, { forceRebuild: 'not-asked' });

interface Case {
  readonly what: string;
  readonly create: () => TestHost;
  readonly act: Act;
  readonly steps: readonly string[];
  readonly confirm?: Plan['confirm'];
}

const createTable = "dmsetup create my-vdo --table '0 ";
/** LVM lends the data LV read-only; loading its table again makes it writable. Three commands, one step. */
const makeWritable =
  'dmsetup table vg-pool_vdata > /run/vdoctl/vg-pool_vdata.table; ' +
  'dmsetup reload vg-pool_vdata /run/vdoctl/vg-pool_vdata.table; dmsetup resume vg-pool_vdata';
const settle = 'udevadm settle --timeout=30';
const remove = 'dmsetup remove --retry my-vdo';
const writeFile = 'write /etc/vdoctl/volumes/my-vdo.json';

function changed(create: () => TestHost, arrange: (host: TestHost) => void): () => TestHost {
  return () => {
    const host = create();
    arrange(host);
    return host;
  };
}

const remembered = changed(createDmHost, (host) => {
  host.change((world) => {
    addRemembered(world, 'my-vdo', low);
  });
});
const inMemoryOnly = (host: TestHost): void => {
  host.change((world) => {
    happen.setDiskFault(world, 'vdb', 'fails');
    happen.setDiskFault(world, 'vdb', 'none');
  });
};

const cases: readonly Case[] = [
  {
    what: 'adopt',
    create: createDmHost,
    act: (session) => adopt(session, 'my-vdo', undefined),
    steps: [writeFile],
  },
  {
    what: 'dm: stop, not remembered yet',
    create: createDmHost,
    act: (session) => stop(session, 'my-vdo'),
    steps: [writeFile, settle, remove],
  },
  {
    what: 'dm: stop',
    create: remembered,
    act: (session) => stop(session, 'my-vdo'),
    steps: [settle, remove],
  },
  {
    what: 'dm: start after a crash',
    create: changed(remembered, crash),
    act: (session) => start(session, 'my-vdo', 'no'),
    steps: [createTable],
  },
  {
    what: 'dm: recover after a crash',
    create: changed(remembered, crash),
    act: justRecover('my-vdo'),
    steps: [createTable],
  },
  {
    what: 'dm: restart',
    create: changed(remembered, inMemoryOnly),
    act: justRecover('my-vdo'),
    steps: [settle, remove, createTable],
    confirm: 'restarts-a-running-volume',
  },
  {
    what: 'dm: forced rebuild',
    create: changed(remembered, (host) => {
      host.change((world) => {
        happen.makeReadOnly(world, 'my-vdo');
      });
    }),
    act: rebuild('my-vdo'),
    steps: [settle, remove, `vdoforcerebuild ${low}`, createTable],
    confirm: 'may-lose-data',
  },
  {
    what: 'dm: a forced rebuild that was ordered',
    create: changed(remembered, (host) => {
      host.change((world) => {
        happen.stopDevice(world, 'my-vdo');
        happen.setDiskState(world, low, 'force-rebuild');
      });
    }),
    act: rebuild('my-vdo'),
    steps: [createTable],
    confirm: 'may-lose-data',
  },
  {
    what: 'lvm: stop',
    create: createDashedHost,
    act: (session) => stop(session, 'my-vg/my-pool'),
    steps: [settle, 'lvchange -an my-vg/lv-b', 'lvchange -an my-vg/lv-a', 'lvchange -an my-vg/my-pool'],
  },
  {
    what: 'lvm: forced rebuild',
    create: changed(createLvmHost, (host) => {
      host.change((world) => {
        happen.makeReadOnly(world, 'vg-pool-vpool');
      });
    }),
    act: rebuild('vg/home'),
    steps: [
      settle,
      'lvchange -an vg/home',
      'lvchange -an vg/pool',
      'lvchange -y -ay vg/pool_vdata',
      makeWritable,
      settle,
      'vdoforcerebuild /dev/mapper/vg-pool_vdata',
      settle,
      'lvchange -an vg/pool_vdata',
      'lvchange -ay vg/home',
    ],
    confirm: 'may-lose-data',
  },
];

describe('a dry run', () => {
  test.each(cases)('$what: its steps, and it changes nothing', async ({ create, act, steps, confirm }) => {
    const host = create();
    const before = snapshot(host);
    const session = createSession(host, { dryRun: true });
    await act(session);
    expect(session.shown).toHaveLength(1);
    const [plan] = session.shown;
    const lines = plan?.steps.map(describeAction) ?? [];
    expect(
      lines.map((line, index) =>
        line.slice(0, steps[index] === createTable ? createTable.length : undefined),
      ),
    ).toEqual(steps);
    expect(plan?.confirm).toBe(confirm);
    expect(plan?.mayLose.length).toBe(confirm === 'may-lose-data' ? 4 : 0);
    expect(session.asked).toEqual([]);
    expect(snapshot(host)).toBe(before);
    expect(host.log.filter(({ command }) => command.effect === 'changes')).toEqual([]);
  });

  test.each(cases)('$what: what it shows is what runs', async ({ create, act }) => {
    const host = create();
    const dry = createSession(host, { dryRun: true });
    await act(dry);
    const session = createSession(host);
    const seenBefore = host.log.length;
    await act(session);
    const planned = dry.shown.flatMap(({ steps }) => steps.map(describeAction));
    const told = session.events.flatMap((event) =>
      event.kind === 'step' && event.state === 'done' ? [event.does] : [],
    );
    expect(told).toEqual(planned);
    const ran = host.log.slice(seenBefore).filter(({ command }) => command.effect === 'changes');
    const changing = (line: string): boolean =>
      line !== settle && !line.startsWith('write ') && !line.startsWith('dmsetup table ');
    const commands = planned.flatMap((line) => (line === makeWritable ? line.split('; ') : [line]));
    expect(ran.map(({ command }) => formatCommand(command))).toEqual(commands.filter(changing));
  });

  test.each(cases.filter(({ confirm }) => confirm !== undefined))(
    '$what: whoever agrees is shown the same plan, and a no changes nothing',
    async ({ create, act }) => {
      const host = create();
      const dry = createSession(host, { dryRun: true });
      await act(dry);
      const before = snapshot(host);
      const session = createSession(host, { answer: 'no' });
      await expect(act(session)).rejects.toMatchObject({ problem: { kind: 'not-confirmed' } });
      expect(session.asked).toEqual(dry.shown);
      expect(snapshot(host)).toBe(before);
    },
  );
});

test.each(cases)('$what: a plan can be written down as JSON', async ({ create, act }) => {
  const session = createSession(create(), { dryRun: true });
  await act(session);
  for (const plan of session.shown) {
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(JSON.parse(JSON.stringify(planDocument(plan)))).toEqual(planDocument(plan));
  }
});
